"""The losses on points of a circle, placed by angle, against values worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from engine.training.losses import (
    BatchTuple,
    batch_hard_loss,
    contrastive_loss,
    distillation_loss,
    smooth_ap_loss,
    triplet_loss,
)
from engine.training.objective import Batch, losses_of, rate_factor
from engine.training.settings import TrainingSettings


def similarity(*degrees: float) -> torch.Tensor:
    """Cosine similarities of unit vectors at these angles."""
    return descriptors(*degrees) @ descriptors(*degrees).T


def descriptors(*degrees: float) -> torch.Tensor:
    angles = torch.tensor(degrees, dtype=torch.float64) * math.pi / 180
    return torch.stack([angles.cos(), angles.sin()], dim=1)


ANCHOR = BatchTuple(0, 1, (2,))
GROUPS = torch.tensor([0, 0, 1, 2])


def test_triplet_compares_squared_distances():
    # Squared distances of the anchor at 0: |p|^2 = 2 - 2 cos 60 = 1, |n|^2 = 2 - 2 cos 90 = 2.
    assert triplet_loss(similarity(0, 60, 90), [ANCHOR], margin=0.3).item() == 0
    assert triplet_loss(similarity(0, 60, 90), [ANCHOR], margin=1.5).item() == pytest.approx(0.5)
    # The other way round it is 2 - 1 + 0.3.
    assert triplet_loss(similarity(0, 90, 60), [ANCHOR], margin=0.3).item() == pytest.approx(1.3)


def test_triplet_is_the_mean_over_all_negatives():
    # Negatives at 90 (1 - 2 + 1.5 = 0.5) and at 180 (1 - 4 + 1.5 < 0): the mean is 0.25.
    loss = triplet_loss(similarity(0, 60, 90, 180), [BatchTuple(0, 1, (2, 3))], margin=1.5)
    assert loss.item() == pytest.approx(0.25)


def test_batch_hard_takes_the_nearest_of_other_groups():
    # At 30 there is a photo of the anchor's own group: not a negative. The nearest of another is at 90.
    given = similarity(0, 60, 180, 90, 30)
    groups = torch.tensor([0, 0, 1, 2, 0])
    assert batch_hard_loss(given, groups, [ANCHOR], margin=1.5).item() == pytest.approx(0.5)


def test_contrastive_by_hand():
    # s_p = cos 60 = 0.5, s_n = cos 90 = 0 and cos 180 = -1; t = 0.5: e^1, e^0, e^-2.
    loss = contrastive_loss(similarity(0, 60, 90, 180), GROUPS, [ANCHOR], temperature=0.5)
    assert loss.item() == pytest.approx(-math.log(math.e / (math.e + 1 + math.exp(-2))))


def test_contrastive_leaves_out_the_own_group():
    with_sibling = similarity(0, 60, 90, 180, 10)
    loss = contrastive_loss(with_sibling, torch.tensor([0, 0, 1, 2, 0]), [ANCHOR], temperature=0.5)
    assert loss.item() == pytest.approx(
        contrastive_loss(similarity(0, 60, 90, 180), GROUPS, [ANCHOR], temperature=0.5).item()
    )


def test_smooth_ap_by_hand():
    # Differences to s_p = 0.5: -0.5 and -1.5; t = 0.5: sigmoids of -1 and -3.
    before = 1 / (1 + math.e) + 1 / (1 + math.exp(3))
    loss = smooth_ap_loss(similarity(0, 60, 90, 180), GROUPS, [ANCHOR], temperature=0.5)
    assert loss.item() == pytest.approx(1 - 1 / (1 + before))


def test_smooth_ap_counts_ranks_when_cold():
    # Two photos of other groups are nearer than the positive: precision 1/3.
    loss = smooth_ap_loss(similarity(0, 60, 20, 40), GROUPS, [ANCHOR], temperature=1e-4)
    assert loss.item() == pytest.approx(1 - 1 / 3)


def test_distillation_is_the_mean_squared_difference():
    # Only the pair differs, by cos 60 - cos 90 = 0.5, twice among the four of the matrix.
    assert distillation_loss(similarity(0, 60), similarity(0, 90)).item() == pytest.approx(2 * 0.25 / 4)


@pytest.mark.parametrize("loss", ["triplet", "batch-hard", "contrastive", "smooth-ap"])
def test_gradients_are_those_of_the_values(loss):
    settings = TrainingSettings(loss=loss, margin=1.5, temperature=0.5, distillation=2.0)
    batch = Batch(((0, 0), (1, 0), (2, 0), (3, 0)), GROUPS, (ANCHOR,))
    reference = descriptors(5, 50, 100, 170)
    angles = descriptors(0, 60, 95, 185).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: losses_of(x, reference, batch, settings).total, angles)


@pytest.mark.parametrize("loss", ["triplet", "batch-hard", "contrastive", "smooth-ap"])
def test_going_down_brings_the_positive_nearer_and_the_negative_away(loss):
    settings = TrainingSettings(loss=loss, margin=1.5, temperature=0.5, distillation=0.0)
    batch = Batch(((0, 0), (1, 0), (2, 0)), torch.tensor([0, 0, 1]), (ANCHOR,))
    given = descriptors(0, 60, 80).requires_grad_()
    losses_of(given, given.detach(), batch, settings).total.backward()
    moved = torch.nn.functional.normalize(given.detach() - 0.05 * given.grad, dim=1)
    assert moved[0] @ moved[1] > math.cos(math.radians(60))
    assert moved[0] @ moved[2] < math.cos(math.radians(80))


def test_losses_are_told_apart():
    settings = TrainingSettings(loss="triplet", margin=1.5, distillation=10.0)
    batch = Batch(((0, 0), (1, 0), (2, 0)), torch.tensor([0, 0, 1]), (ANCHOR,))
    losses = losses_of(descriptors(0, 60, 90), descriptors(0, 60, 180), batch, settings)
    # Against the reference a.n differs by 1 and p.n by cos 30 + cos 60, each twice among nine.
    held = 2 * (1 + (math.cos(math.radians(30)) + 0.5) ** 2) / 9
    assert losses.tuples == pytest.approx(0.5)
    assert losses.distillation == pytest.approx(held)
    assert losses.total.item() == pytest.approx(0.5 + 10 * held)


def test_learning_rates_rise_and_fall():
    factors = [rate_factor(step, 400) for step in range(400)]
    assert factors[0] == pytest.approx(1 / 20)
    assert factors.index(max(factors)) in (19, 20)
    assert factors[20:] == sorted(factors[20:], reverse=True)
    assert factors[200] == pytest.approx(0.05 + 0.95 / 2)
    assert factors[-1] == pytest.approx(0.05, abs=1e-4)
    assert rate_factor(0, 5) == pytest.approx(1)  # few steps are not all warming up
