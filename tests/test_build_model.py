"""The tool that makes model files: from weights the user has, from torchvision's, and what it says when it cannot."""

from __future__ import annotations

import pickle
import socket
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from PIL import Image

from engine.actnet.checkpoint import load, read_card
from engine.actnet.network import Architecture, StreamSpec
from tests.helpers.tools import load_tool


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return load_tool("build_model")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of six small photos, one file that is none, and one that is broken."""
    folder = tmp_path_factory.mktemp("photos")
    random = np.random.default_rng(3)
    for number in range(6):
        colours = random.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        Image.fromarray(colours).resize((90, 70), Image.Resampling.NEAREST).save(folder / f"{number}.jpg")
    (folder / "notes.txt").write_text("no photo")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from torchvision.models import get_model

    torch.manual_seed(4)
    path = tmp_path_factory.mktemp("weights") / "resnet50.pth"
    torch.save(get_model("resnet50", weights=None).state_dict(), path)
    return path


def test_a_resnet_becomes_a_model(
    tool: ModuleType, photos: Path, published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "models" / "mine.safetensors"
    options = ["--backbone", "resnet50", "--weights", str(published), "--streams", "conv4", "--per-channel"]
    options += ["--pooling", "gem", "--dim", "5", "--side", "64", "--licence", "BSD-3-Clause"]
    assert tool.main([str(photos), "--out", str(out), *options]) == 0
    said = capsys.readouterr()
    assert "whitening fitted on 6 photos" in said.out
    assert "broken.jpg" in said.err
    card, network = read_card(out), load(out)
    assert (card.name, card.dim, card.rule.area_px, card.licence) == ("mine", 5, 64 * 64, "BSD-3-Clause")
    assert "resnet50.pth" in card.origin
    assert network.poolings[0].log_p.shape == (1024, 1, 1)
    weights = torch.load(published, weights_only=True)
    assert torch.allclose(network.backbone.net.conv1.weight, weights["conv1.weight"], atol=1e-3)


def test_streams_and_poolings_are_those_asked_for(tool: ModuleType) -> None:
    options = ["folder", "--out", "x", "--backbone", "resnext101_64x4d", "--streams", "conv5,conv4", "--dim", "2048"]
    both = tool.architecture_from(tool.parse([*options, "--pooling", "sinh", "--power", "0.25"]))
    assert both.streams == (StreamSpec("conv5", "sinh", 0.25), StreamSpec("conv4", "sinh", 0.25))
    assert (both.backbone, both.dim) == ("resnext101_64x4d", 2048)
    each = tool.architecture_from(tool.parse([*options, "--pooling", "rmac,gem", "--per-channel"]))
    assert each.streams == (StreamSpec("conv5", "rmac", per_channel=True), StreamSpec("conv4", "gem", per_channel=True))
    assert tool.architecture_from(tool.parse(["folder", "--out", "x"])) == Architecture()


def test_weights_that_cannot_be_downloaded_are_told_in_a_sentence(
    tool: ModuleType, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"  # nobody listens there
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, nowhere)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    out = tmp_path / "none.safetensors"
    options = ["--backbone", "resnet50", "--download", "--dim", "4", "--side", "64"]
    assert tool.main([str(photos), "--out", str(out), *options]) == 1
    assert "could not be downloaded from download.pytorch.org. Check the connection" in capsys.readouterr().err
    assert not out.exists()


class Harmful:
    """What a pickle can do when it is loaded."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return (Path.write_text, (self._trace, "was here"))  # type: ignore[return-value]


def test_weights_that_would_run_code_are_refused_and_nothing_is_run(
    tool: ModuleType, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace, harmful = tmp_path / "trace", tmp_path / "harmful.pth"
    torch.save({"conv1.weight": Harmful(trace)}, harmful)
    options = ["--backbone", "resnet50", "--weights", str(harmful), "--dim", "4"]
    assert tool.main([str(photos), "--out", str(tmp_path / "x.safetensors"), *options]) == 1
    assert "“harmful.pth” holds no weights that can be read safely" in capsys.readouterr().err
    assert not trace.exists()
    pickle.loads(pickle.dumps(Harmful(trace)))
    assert trace.exists(), "it would not have done harm anyway"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--backbone", "resnet50"], "Say where the weights of resnet50 come from: --weights FILE, or --download"),
        (["--download"], "torchvision has no weights of efficientnet-lite2"),
        (["--weights", "nowhere.pth"], "The weights file “nowhere.pth” is missing"),
        (["--weights", "nowhere.safetensors"], "The weights file “nowhere.safetensors” is missing"),
        (["--streams", "conv5"], "has no stream “conv5”"),
        (["--pooling", "gem,gem,gem"], "one for each of the 2, not 3"),
        (["--dim", "4000"], "4000 is not possible"),
    ],
)
def test_what_cannot_be_made_is_told_in_a_sentence(
    tool: ModuleType, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    options: list[str], sentence: str,
) -> None:
    assert tool.main([str(photos), "--out", str(tmp_path / "x.safetensors"), *options]) == 1
    assert sentence in capsys.readouterr().err


def test_too_few_photos_for_the_whitening_are_told_before_any_work(
    tool: ModuleType, photos: Path, published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--backbone", "resnet50", "--weights", str(published), "--dim", "512"]
    assert tool.main([str(photos), "--out", str(tmp_path / "x.safetensors"), *options]) == 1
    assert "A whitening to 512 numbers needs at least that many photos, but there are 7" in capsys.readouterr().err
