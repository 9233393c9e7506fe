"""The losses that descriptors are trained with, as pure functions of a similarity matrix.

All take `similarity`, float [B, B]: the cosine similarities of the B descriptors of a batch, each of unit length (so
that the squared distance of two is 2 - 2 * similarity), and give a scalar that can be differentiated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch  # noqa: TID253 - only imported by whoever has decided to train
from torch.nn import functional as F  # noqa: N812, TID253


@dataclass(frozen=True, slots=True)
class BatchTuple:
    """One anchor with its positive and its negatives, as rows of the batch."""

    anchor: int
    positive: int
    negatives: tuple[int, ...]


def triplet_loss(similarity: torch.Tensor, tuples: Sequence[BatchTuple], margin: float) -> torch.Tensor:
    """Mean over the triplets of max(0, |a - p|^2 - |a - n|^2 + margin), distances of unit vectors (0..4).

    Schroff, Kalenichenko and Philbin, "FaceNet" (2015), eq. 3; the loss that ACTNET is trained with. Without any
    triplet it is 0.
    """
    if not any(one.negatives for one in tuples):
        return 0 * similarity.sum()
    anchors = torch.tensor([one.anchor for one in tuples for _ in one.negatives])
    positives = torch.tensor([one.positive for one in tuples for _ in one.negatives])
    negatives = torch.tensor([negative for one in tuples for negative in one.negatives])
    # |a - p|^2 - |a - n|^2 = 2 (a . n - a . p)
    return F.relu(2 * (similarity[anchors, negatives] - similarity[anchors, positives]) + margin).mean()


def batch_hard_loss(similarity: torch.Tensor, groups: torch.Tensor, tuples: Sequence[BatchTuple],
                    margin: float) -> torch.Tensor:
    """As `triplet_loss`, but each anchor against the nearest photo of another group in the whole batch.

    Hermans, Beyer and Leibe, "In defense of the triplet loss" (2017), eq. 5, with the positives given. `groups`, int
    [B]: photos of one group are never negatives of each other.
    """
    anchors = torch.tensor([one.anchor for one in tuples])
    positives = torch.tensor([one.positive for one in tuples])
    same = groups[anchors, None] == groups[None, :]
    hardest = similarity[anchors].masked_fill(same, -1.0).amax(dim=1)
    return F.relu(2 * (hardest - similarity[anchors, positives]) + margin).mean()


def contrastive_loss(similarity: torch.Tensor, groups: torch.Tensor, tuples: Sequence[BatchTuple],
                     temperature: float) -> torch.Tensor:
    """Mean over the anchors of -log( e^(s_p / t) / (e^(s_p / t) + sum over other groups of e^(s_n / t)) ).

    InfoNCE: van den Oord, Li and Vinyals, "Representation learning with contrastive predictive coding" (2018), eq. 4,
    with every photo of another group in the batch as a negative. `groups` as in `batch_hard_loss`.
    """
    anchors = torch.tensor([one.anchor for one in tuples])
    positives = torch.tensor([one.positive for one in tuples])
    same = groups[anchors, None] == groups[None, :]
    right = similarity[anchors, positives] / temperature
    wrong = (similarity[anchors] / temperature).masked_fill(same, float("-inf"))
    return (torch.logsumexp(torch.cat([right[:, None], wrong], dim=1), dim=1) - right).mean()


def smooth_ap_loss(similarity: torch.Tensor, groups: torch.Tensor, tuples: Sequence[BatchTuple],
                   temperature: float) -> torch.Tensor:
    """1 - the mean average precision of the anchors in the batch, ranks made smooth by sigmoids.

    Brown, Xie, Kalogeiton and Zisserman, "Smooth-AP" (2020), eq. 5 and 6, with one positive an anchor: the precision
    at its rank is 1 / (1 + the number of photos of other groups before it).
    """
    anchors = torch.tensor([one.anchor for one in tuples])
    positives = torch.tensor([one.positive for one in tuples])
    same = groups[anchors, None] == groups[None, :]
    before = torch.sigmoid((similarity[anchors] - similarity[anchors, positives][:, None]) / temperature)
    return 1 - (1 / (1 + before.masked_fill(same, 0.0).sum(dim=1))).mean()


def distillation_loss(similarity: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """Mean squared difference between the similarities of a batch and those under the frozen start, both [B, B].

    Holds what the network could do already: after Park et al., "Relational knowledge distillation" (2019).
    """
    return F.mse_loss(similarity, reference)
