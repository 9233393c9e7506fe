"""From the job to the model file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filelock
import pytest
import torch

from engine.actnet.checkpoint import load, read_card, save
from engine.actnet.initial import whiten
from engine.decoders import Decoders
from engine.device import probe_gpu
from engine.errors import DatasetError, DeviceError, ModelError, TrainingError
from engine.messages import Phase, Progress, Train
from engine.training.run import train
from engine.training.settings import TrainingSettings
from engine.training.trainee import Trainee
from tests.helpers.instances import draw_instances
from tests.helpers.steps import drained

SMALL = (
    ("epochs", "1"), ("whitening_steps", "2"), ("batch_tuples", "3"), ("batch_others", "0"), ("held_out", "0.3"),
    ("tuples.anchors_per_source", "3"), ("tuples.positive_range", "-1,1"), ("views.n_random", "0"),
)


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_instances(tmp_path_factory.mktemp("photos") / "things", 6, 3)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, make_network: Callable[..., Any]) -> Path:
    """A model for inputs of 64 x 64 with descriptors of 8 numbers."""
    network = make_network()
    whiten(network, torch.rand(16, network.architecture.pooled_dim, generator=torch.Generator().manual_seed(1)))
    path = tmp_path_factory.mktemp("start") / "start.safetensors"
    save(network, path, name="start", licence="Apache-2.0", origin="Drawn.")
    return path


@pytest.fixture
def job(tmp_path: Path, things: Path, start: Path) -> Callable[..., Train]:
    def make(**changes: Any) -> Train:
        values: dict[str, Any] = {"out": tmp_path / "mine.safetensors", "start": start, "settings": SMALL} | changes
        return Train((str(things),), **values)

    return make


def run(
    job: Train, decoders: Decoders, until: Callable[[Progress], bool] = lambda progress: False, device: str = "cpu"
) -> Any:
    """The figures, or None if it was ended by `until`."""
    return drained(train(job, device, decoders), until)


def test_a_job_becomes_a_model_that_says_what_made_it(job, decoders, tmp_path, start):
    figures = run(job(), decoders)
    card = read_card(tmp_path / "mine.safetensors")
    assert figures["model"] == card.model_id
    assert card.name == "mine"
    assert card.licence == "Apache-2.0"
    assert card.origin.startswith("Drawn. Trained by Resight for retrieval on 18 photos: {")
    settings = json.loads(card.origin.partition(": ")[2])
    assert settings["batch_tuples"] == 3
    assert card.architecture == read_card(start).architecture
    assert figures["file"] == str(tmp_path / "mine.safetensors")
    assert figures["folder"] == str(tmp_path / "mine.training")
    assert (figures["photos"], figures["epochs"]) == (18, 1)
    assert figures["best_epoch"] in (0, 1)
    assert figures["held_out"]["things"] == {
        when: pytest.approx(value, abs=1e-6) for when, value in figures["mean"].items()
    }
    json.dumps(figures, allow_nan=False)
    network, before = load(tmp_path / "mine.safetensors"), load(start)
    assert not torch.equal(network.whitening.weight, before.whitening.weight)
    # What could be made again is gone, what tells of the training is there.
    assert sorted(path.name for path in (tmp_path / "mine.training").iterdir()) == [
        "checkpoint.safetensors", "curves.png", "lock", "log.csv", "result.json",
    ]


def test_the_same_command_again_has_nothing_to_do(job, decoders, tmp_path):
    figures = run(job(), decoders)
    written = (tmp_path / "mine.safetensors").stat().st_mtime_ns
    seen: list[Progress] = []
    assert run(job(), decoders, lambda progress: seen.append(progress) or False) == figures
    assert seen == []
    assert (tmp_path / "mine.safetensors").stat().st_mtime_ns == written
    # Unless it is told to, or the model is gone.
    (tmp_path / "mine.safetensors").unlink()
    assert run(job(), decoders) == figures
    assert run(job(restart=True), decoders, lambda progress: progress.phase is Phase.TRAINING) is None


def test_a_new_network_goes_on_although_its_whitening_began_at_random(job, decoders, tmp_path):
    wanted = job(dim=6, streams=("expanded16", "expanded32", "head"), pooling="gem")
    expected = run(wanted, decoders)
    first = load(tmp_path / "mine.safetensors").state_dict()
    again = job(dim=6, streams=("expanded16", "expanded32", "head"), pooling="gem", restart=True)
    assert run(again, decoders, lambda progress: dict(progress.figures).get("epoch") == 1) is None
    assert run(wanted, decoders) == expected
    second = load(tmp_path / "mine.safetensors").state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    architecture = read_card(tmp_path / "mine.safetensors").architecture
    assert architecture["dim"] == 6
    assert [(stream["name"], stream["pooling"]) for stream in architecture["streams"]] == [
        ("expanded16", "gem"), ("expanded32", "gem"), ("head", "gem"),
    ]


def test_other_settings_need_a_restart(job, decoders):
    run(job(), decoders)
    other = (*SMALL, ("seed", "2"))
    with pytest.raises(TrainingError, match="--restart"):
        run(job(settings=other), decoders)
    assert run(job(settings=other, restart=True), decoders) is not None


def test_no_model_is_left_by_a_loss_that_is_no_number(job, decoders, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.training.objective.distillation_loss", lambda *_: torch.tensor(float("nan")))
    with pytest.raises(TrainingError, match="no model was written"):
        run(job(), decoders)
    assert not (tmp_path / "mine.safetensors").exists()


# ---- what is refused at the beginning ---------------------------------------------------------------------------


def test_a_file_that_is_no_model_is_not_overwritten(job, decoders, tmp_path):
    (tmp_path / "mine.safetensors").write_text("my diary")
    with pytest.raises(TrainingError, match="is there already, and is not a model of Resight"):
        run(job(), decoders)
    assert (tmp_path / "mine.safetensors").read_text() == "my diary"
    assert not (tmp_path / "mine.training").exists()


def test_a_folder_that_is_missing_is_told(job, decoders, tmp_path):
    with pytest.raises(TrainingError, match=r"There is no folder .*nowhere"):
        run(job(out=tmp_path / "nowhere" / "mine.safetensors"), decoders)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"backbone": "vgg16"}, "There is no backbone “vgg16”"),
        ({"streams": ("head", "conv5")}, "has no stream “conv5”"),
        ({"pooling": "median"}, "There is no pooling “median”"),
        ({"dim": 9000}, "9000 is not possible"),
        ({"settings": (("epochs", "soon"),)}, "epochs cannot be “soon”"),
    ],
)
def test_networks_and_settings_that_do_not_exist_are_told(job, decoders, tmp_path, changes, words):
    with pytest.raises(TrainingError, match=words):
        run(job(**changes), decoders)
    assert list(tmp_path.iterdir()) == []


def test_another_backbone_needs_its_own_weights(job, decoders):
    with pytest.raises(ModelError, match="has the backbone efficientnet-lite2, not resnet50"):
        run(job(backbone="resnet50"), decoders)


def test_a_start_that_is_missing_is_told(job, decoders, tmp_path):
    with pytest.raises(ModelError, match="is missing"):
        run(job(start=tmp_path / "none.safetensors"), decoders)


def test_photos_that_are_missing_are_told(job, decoders, tmp_path):
    with pytest.raises(DatasetError, match="There is no folder"):
        run(job(unlabelled=(str(tmp_path / "none"),)), decoders)


def test_two_trainings_do_not_share_a_folder(job, decoders, tmp_path):
    folder = tmp_path / "mine.training"
    folder.mkdir()
    with filelock.FileLock(folder / "lock"), pytest.raises(TrainingError, match="Another training is at work in"):
        run(job(), decoders)


@pytest.mark.skipif(probe_gpu().usable, reason="there is an NVIDIA GPU here")
def test_a_gpu_that_is_not_there_is_told(job, decoders):
    with pytest.raises(DeviceError, match="The GPU cannot be used"):
        run(job(), decoders, device="cuda")


# ---- the GPU ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not probe_gpu().usable, reason="no NVIDIA GPU here")
def test_cuda_agrees_with_the_processor(make_network):
    pictures = torch.randint(0, 256, (2, 96, 128, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    found: list[torch.Tensor] = []
    for cuda in (False, True):
        trainee = Trainee(make_network(), TrainingSettings(), cuda)
        inputs = trainee.prepare(list(pictures.numpy()))
        pooled = trainee.pooled(torch.stack([torch.from_numpy(one) for one in inputs]).to(trainee.device))
        assert pooled.dtype == torch.float32
        pooled[0].dot(pooled[1]).backward()
        gradients = [parameter.grad for parameter in trainee.network.parameters() if parameter.grad is not None]
        assert len(gradients) > 20
        assert all(torch.isfinite(gradient).all() for gradient in gradients)
        found.append(pooled.detach().cpu())
    assert (found[0] * found[1]).sum(dim=1).min() > 0.99


@pytest.mark.skipif(not probe_gpu().usable, reason="no NVIDIA GPU here")
def test_a_training_on_the_gpu_comes_to_a_model(job, decoders, tmp_path):
    assert run(job(), decoders, device="cuda")["epochs"] == 1
    assert torch.isfinite(load(tmp_path / "mine.safetensors").whitening.weight).all()
