"""Training from beginning to end, on drawn photos."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from engine.actnet.network import ActNet, StreamSpec
from engine.decoders import Decoders
from engine.errors import ModelError, NotAPicture, TrainingError
from engine.messages import Phase, Progress
from engine.training import loop
from engine.training.dataset import Dataset, read_dataset
from engine.training.loop import Start, Trained, Training
from engine.training.settings import TrainingSettings, TupleRule, ViewRule
from tests.helpers.instances import draw_instances, draw_others

SETTINGS = TrainingSettings(
    epochs=2, whitening_steps=4, network_rate=1e-3, held_out=0.3, batch_tuples=3, batch_others=1, distillation=1.0,
    blend=1.0,
    tuples=TupleRule(anchors_per_source=6, positive_range=(-1.0, 1.0)),
    views=ViewRule(n_random=1, n_random_unlabelled=0, scales=(1.0,)),
)
"""Two epochs of two small steps."""

LAST = dataclasses.replace(SETTINGS, held_out=0.0)
"""The same without held-out photos, so that the network is that of the last epoch and not the best one."""

Weights = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("photos")
    draw_instances(folder / "things", 6, 3)
    draw_others(folder / "others", 2)
    return read_dataset([str(folder / "things")], [str(folder / "others")])


class Run:
    """Trains in one folder, each time with a new network as a new program would."""

    def __init__(self, folder: Path, dataset: Dataset, make_network: Callable[..., ActNet], decoders: Decoders) -> None:
        self.folder = folder
        self.phases: list[Phase] = []
        self._dataset = dataset
        self._make_network = make_network
        self._decoders = decoders

    def __call__(
        self, settings: TrainingSettings = SETTINGS, until: Callable[[Progress], bool] = lambda progress: False,
        **network: Any,
    ) -> tuple[Trained | None, Weights]:
        """What a training came to and its weights; it is ended after the first progress that fits `until`."""
        self.network = self._make_network(**network)
        self.before = copied(self.network)
        training = Training(
            Start(self.network, new_whitening=True), self._dataset, settings, self.folder, self.folder / "inputs",
            self._decoders,
        )
        self.phases = []
        steps = training.run()
        try:
            while True:
                progress = next(steps)
                self.phases.append(progress.phase)
                if until(progress):
                    steps.close()
                    return None, copied(self.network)
        except StopIteration as stop:
            return stop.value, copied(self.network)


@pytest.fixture
def run(tmp_path, dataset, make_network, decoders):
    return Run(tmp_path / "run", dataset, make_network, decoders)


def copied(network: ActNet) -> Weights:
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


def assert_equal(weights: Weights, others: Weights) -> None:
    assert weights.keys() == others.keys()
    assert [name for name in weights if not torch.equal(weights[name], others[name])] == []


def in_epoch(epoch: int, n_before: int = 0) -> Callable[[Progress], bool]:
    """Whether a progress is the step of this epoch after `n_before` others."""
    seen: Iterator[int] = iter(range(n_before, -1, -1))

    def fits(progress: Progress) -> bool:
        return dict(progress.figures).get("epoch") == epoch and next(seen) == 0

    return fits


# ---- what it comes to -------------------------------------------------------------------------------------------


def test_it_learns_to_find_photos_of_things_it_has_not_seen(tmp_path, make_network, decoders):
    things = draw_instances(tmp_path / "things", 12, 5)
    dataset = read_dataset([str(things)], [str(draw_others(tmp_path / "others", 4))])
    settings = TrainingSettings(
        epochs=3, whitening_steps=10, held_out=0.3, loss="contrastive", distillation=0.0, batch_tuples=8,
        batch_others=0, network_rate=3e-4, pooling_rate=0.03, whitening_rate=3e-3, blend=1.0, whole_powers=False,
        tuples=TupleRule(anchors_per_source=40, positive_range=(-1.0, 1.0)),
        views=ViewRule(n_random=0, n_random_unlabelled=0),
    )
    trained, weights = Run(tmp_path / "run", dataset, make_network, decoders)(settings, side_px=96, dim=16)
    assert trained is not None
    assert trained.before.mean < 0.98
    assert trained.after.mean == pytest.approx(1.0, abs=0.01)
    assert trained.best_epoch > 0
    assert trained.log[-1]["loss"] < trained.log[1]["loss"] / 2
    start = make_network(side_px=96, dim=16).state_dict()
    for part in ("poolings.0.activation.log_scale", "poolings.1.activation.log_shape", "log_balance",
                 "backbone.net.conv_head.weight", "backbone.net.blocks.5.0.conv_pw.weight"):
        assert not torch.equal(weights[part], start[part]), part


def test_frozen_parts_and_running_statistics_stay_as_they_are(run):
    _, weights = run(dataclasses.replace(SETTINGS, held_out=0.0))
    changed = {name for name in weights if not torch.equal(weights[name], run.before[name])}
    assert "backbone.net.blocks.6.0.conv_pw.weight" in changed
    assert not [name for name in changed if "running_" in name or name.endswith("num_batches_tracked")]
    # Frozen are the stem and the first five stages, blocks.0 to blocks.4.
    frozen = ["backbone.net.conv_stem", "backbone.net.bn1", *[f"backbone.net.blocks.{i}." for i in range(5)]]
    assert not [name for name in changed if name.startswith(tuple(frozen))]
    assert len([name for name in weights if name.startswith(tuple(frozen))]) > 100


def test_all_parts_learn_if_none_is_frozen(run):
    settings = dataclasses.replace(SETTINGS, frozen_parts=0, epochs=1, held_out=0.0)
    _, weights = run(settings)
    changed = {name for name in weights if not torch.equal(weights[name], run.before[name])}
    assert {"backbone.net.conv_stem.weight", "backbone.net.blocks.2.0.conv_dw.weight"} <= changed
    assert not [name for name in changed if "running_" in name]


def test_the_backbone_stays_if_its_rate_is_nothing(run):
    _, weights = run(dataclasses.replace(SETTINGS, network_rate=0.0, epochs=1, held_out=0.0))
    changed = {name.partition(".")[0] for name in weights if not torch.equal(weights[name], run.before[name])}
    assert changed == {"poolings", "log_balance", "whitening"}


@pytest.mark.parametrize(("pooling", "per_channel"), [("spoc", False), ("gem", True), ("sinh", True)])
def test_other_poolings_are_trained_too(run, pooling, per_channel):
    streams = (StreamSpec("expanded16", pooling, per_channel=per_channel), StreamSpec("expanded32", pooling))
    trained, weights = run(dataclasses.replace(SETTINGS, epochs=1, held_out=0.0), streams=streams)
    assert trained is not None
    assert not torch.equal(weights["log_balance"], run.before["log_balance"])
    assert all(torch.isfinite(tensor).all() for tensor in weights.values())


def test_powers_become_whole(run):
    _, weights = run(dataclasses.replace(LAST, pooling_rate=0.2))
    powers = [weights[f"poolings.{i}.activation.log_shape"].exp().item() for i in range(2)]
    assert powers == pytest.approx([round(power) for power in powers], abs=1e-5)


def test_polishing_is_kept_only_if_it_does_not_harm(run):
    worse = dataclasses.replace(SETTINGS, polishing_steps=30, whitening_alone_rate=1.0, whitening_steps=0, epochs=1)
    plain, weights = run(dataclasses.replace(worse, polishing_steps=0))
    run.folder = run.folder.with_name("polished")
    polished, polished_weights = run(worse)
    assert plain is not None
    assert polished is not None
    if polished.after.mean == plain.after.mean:
        assert_equal(polished_weights, weights)
    assert polished.after.mean >= plain.after.mean


# ---- stopping and going on --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "until",
    [in_epoch(1), in_epoch(2, n_before=1)],
    ids=["after the whitening", "at the end of the second epoch"],
)
def test_an_interrupted_run_comes_to_the_same_numbers(run, until):
    expected, weights = run()
    run.folder = run.folder.with_name("interrupted")
    assert run(until=until)[0] is None
    trained, again = run()
    assert Phase.PREPARING not in run.phases  # what was stored is used again
    assert_equal(again, weights)
    assert trained is not None
    assert (trained.before, trained.after, trained.best_epoch) == (expected.before, expected.after, expected.best_epoch)
    assert [row["loss"] for row in trained.log] == [row["loss"] for row in expected.log]


@pytest.mark.parametrize("phase", [Phase.PREPARING, Phase.MEASURING])
def test_a_run_interrupted_before_its_first_checkpoint_begins_anew(run, phase):
    assert run(until=lambda progress: progress.phase is phase)[0] is None
    trained, _ = run(dataclasses.replace(SETTINGS, epochs=1))
    assert trained is not None
    assert len(trained.log) == 2


def test_a_finished_run_trains_no_more(run):
    first, weights = run()
    again, others = run()
    assert Phase.TRAINING not in run.phases
    assert_equal(others, weights)
    assert again == first


def test_patience_ends_a_run(run):
    # Nothing gets better when nothing is learnt but the balance, very slowly.
    settings = dataclasses.replace(
        SETTINGS, network_rate=0.0, whitening_rate=0.0, pooling_rate=1e-9, epochs=9, patience=2
    )
    trained, _ = run(settings)
    assert trained is not None
    assert (trained.best_epoch, len(trained.log)) == (0, 3)


def test_without_held_out_photos_the_last_network_is_kept(run):
    trained, weights = run(dataclasses.replace(LAST, patience=1, whole_powers=False))
    assert trained is not None
    assert (trained.best_epoch, len(trained.log)) == (2, 3)
    assert trained.before.mean is None
    assert trained.after.mean is None
    assert [row["mAP"] for row in trained.log] == [None] * 3
    assert not torch.equal(weights["log_balance"], run.before["log_balance"])


# ---- what it leaves ---------------------------------------------------------------------------------------------


def test_log_and_curves(run):
    trained, _ = run()
    assert trained is not None
    with (run.folder / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "epoch", "loss", "distillation", "mAP", "mAP things",
        "balance expanded16", "scale expanded16", "shape expanded16", "balance head", "scale head", "shape head",
        "seconds", "photos_per_s",
    ]
    assert [row["epoch"] for row in rows] == ["0", "1", "2"]
    assert [row["mAP"] for row in rows] == [str(row["mAP"]) for row in trained.log]
    assert rows[0]["distillation"] == ""
    with Image.open(run.folder / "curves.png") as image:
        assert image.format == "PNG"
        image.load()
        assert len(image.getcolors(1 << 20) or ()) > 10
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "checkpoint.safetensors", "curves.png", "inputs", "log.csv",
    ]


def test_progress_tells_epoch_loss_and_map(run):
    seen: list[Progress] = []
    run(until=lambda progress: seen.append(progress) or False)
    steps = [progress for progress in seen if progress.phase is Phase.TRAINING]
    assert [dict(step.figures)["epoch"] for step in steps] == [0] * 4 + [1] * 2 + [2] * 2
    assert [step.done for step in steps] == [1, 2, 3, 4, 1, 2, 3, 4]
    assert steps[-1].eta_s == 0
    assert "mAP" not in dict(steps[0].figures)
    assert 0 < dict(steps[-1].figures)["mAP"] <= 1
    prepared = [progress for progress in seen if progress.phase is Phase.PREPARING]
    # Two groups are held out, of whose photos there is only one view; the others' have two, unlabelled ones one.
    assert prepared[-1].done == prepared[-1].total == 6 + 12 * 2 + 2


# ---- what ends it -----------------------------------------------------------------------------------------------


def test_a_checkpoint_of_other_settings_is_refused_before_anything_is_done(run):
    run(until=in_epoch(1))
    with pytest.raises(TrainingError, match=r"belongs to a training with other photos or settings.*--restart"):
        run(dataclasses.replace(SETTINGS, margin=0.5))
    assert run.phases == []


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"nonsense"])
def test_a_damaged_checkpoint_is_refused(run, damage):
    run(until=in_epoch(1))
    path = run.folder / "checkpoint.safetensors"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(TrainingError, match=r"checkpoint .*is damaged.*--restart"):
        run()


def test_a_loss_that_is_no_number_ends_the_run(run, monkeypatch):
    real = loop.losses_of

    def broken(*arguments: Any) -> Any:
        losses = real(*arguments)
        return dataclasses.replace(losses, total=losses.total * float("nan"))

    monkeypatch.setattr(loop, "losses_of", broken)
    with pytest.raises(TrainingError, match="its loss is no number any more; no model was written"):
        run()


def test_too_few_photos_for_the_whitening_are_told(run):
    with pytest.raises(ModelError, match="needs at least 64 photos, but there are 14"):
        run(dim=64)


def test_a_photo_that_cannot_be_read_is_named(tmp_path, make_network, decoders):
    things = draw_instances(tmp_path / "things", 3, 3)
    (things / "thing01" / "1.png").write_text("no picture")
    run = Run(tmp_path / "run", read_dataset([str(things)]), make_network, decoders)
    with pytest.raises(NotAPicture, match=r"1\.png.*Take it out of the photos to learn from") as caught:
        run(LAST)
    assert caught.value.path == str(things / "thing01" / "1.png")
    assert list((tmp_path / "run" / "inputs").iterdir()) == []
