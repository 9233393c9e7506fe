"""Model files: they explain themselves, and what is not right in them is refused with a sentence."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.actnet.checkpoint import load, read_card, save
from engine.actnet.network import ActNet, Architecture, StreamSpec
from engine.errors import ModelError
from engine.transform import InputRule
from tests.engine.conftest import MODEL


@pytest.fixture(scope="module")
def network() -> ActNet:
    torch.manual_seed(0)
    return ActNet(Architecture(dim=16, rule=InputRule(area_px=96 * 96))).eval()


@pytest.fixture
def saved(network: ActNet, tmp_path: Path) -> Path:
    save(network, tmp_path / "small.safetensors", name="small", licence="Apache-2.0", origin="a test")
    return tmp_path / "small.safetensors"


def _metadata(path: Path) -> dict[str, str]:
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length])["__metadata__"]


def test_a_saved_model_says_what_it_is(saved: Path) -> None:
    card = read_card(saved)
    assert (card.name, card.dim, card.rule.area_px) == ("small", 16, 96 * 96)
    assert card.model_id.startswith("small-")
    assert (card.licence, card.origin) == ("Apache-2.0", "a test")


def test_a_loaded_model_computes_what_the_saved_one_did(saved: Path, network: ActNet) -> None:
    rgb = torch.randint(0, 256, (1, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    loaded = load(saved)
    with torch.no_grad():
        cosine = float((loaded(rgb) * network(rgb)).sum())
    assert cosine > 0.9999  # float16 on disk


def test_other_weights_have_another_id(network: ActNet, saved: Path, tmp_path: Path) -> None:
    with torch.no_grad():
        network.log_balance.add_(0.5)
    try:
        other = save(network, tmp_path / "other.safetensors", name="small", licence="", origin="")
    finally:
        with torch.no_grad():
            network.log_balance.sub_(0.5)
    assert other.model_id != read_card(saved).model_id


def test_the_shipped_model_is_whole() -> None:
    card = read_card(MODEL)
    assert card.dim == 512
    assert card.licence == "Apache-2.0"
    assert "EfficientNet-Lite2" in card.origin
    assert load(MODEL).whitening.weight.shape == (512, 3248)  # three streams


def test_the_untrained_start_is_shipped_beside_it() -> None:
    untrained = read_card(MODEL.with_name("untrained-lite2.safetensors"))
    assert (untrained.name, untrained.architecture["backbone"]) == ("untrained-lite2", "efficientnet-lite2")


@pytest.mark.parametrize("content", [b"", b"\x00" * 7, b"\xff" * 64, b"<html>not found</html>", b"PK\x03\x04" * 40])
def test_files_that_are_no_models_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"odd\.safetensors"):
        read_card(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        read_card(tmp_path / "none.safetensors")


def test_another_programs_safetensors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    save_file({"weight": torch.zeros(2)}, path, {"format": "pt"})
    with pytest.raises(ModelError, match="not a Resight model"):
        read_card(path)


def test_a_model_of_another_version_is_told_from_a_foreign_file(saved: Path) -> None:
    save_file(load_file(saved), saved, {**_metadata(saved), "format": "resight-actnet-1"})
    with pytest.raises(ModelError, match="another version of Resight"):
        read_card(saved)


def test_a_model_of_an_unknown_architecture_says_what_is_unknown(saved: Path) -> None:
    architecture = json.loads(_metadata(saved)["architecture"])
    architecture["streams"][0]["pooling"] = "median"
    save_file(load_file(saved), saved, {**_metadata(saved), "architecture": json.dumps(architecture)})
    with pytest.raises(ModelError, match=r"“small\.safetensors” cannot be used\. There is no pooling “median”"):
        load(saved)


def test_a_network_of_several_streams_with_mixed_poolings_comes_back_as_it_was(tmp_path: Path) -> None:
    torch.manual_seed(1)
    streams = (
        StreamSpec("expanded16", "sinh", power=0.25, per_channel=True),
        StreamSpec("expanded32", "gem"),
        StreamSpec("head", "rmac"),
    )
    mixed = ActNet(Architecture(streams=streams, dim=24)).eval()
    with torch.no_grad():
        mixed.log_balance.copy_(torch.tensor([0.5, 0.0, -0.5]))
        mixed.poolings[0].activation.log_beta.normal_(std=0.1)
    save(mixed, tmp_path / "mixed.safetensors", name="mixed", licence="", origin="")
    loaded = load(tmp_path / "mixed.safetensors")
    assert loaded.architecture == mixed.architecture
    assert loaded.poolings[0].activation.log_beta.shape == (720, 1, 1)
    rgb = torch.randint(0, 256, (1, 64, 96, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert float((loaded(rgb) * mixed(rgb)).sum()) > 0.9999


def test_another_architecture_has_another_id_though_the_weights_are_the_same(tmp_path: Path) -> None:
    plain, rooted = (
        ActNet(Architecture(streams=(StreamSpec("head", power=power),), dim=8)).eval() for power in (1.0, 0.5)
    )
    rooted.load_state_dict(plain.state_dict())
    cards = [save(n, tmp_path / "a.safetensors", name="a", licence="", origin="") for n in (plain, rooted)]
    assert cards[0].model_id != cards[1].model_id


def test_a_truncated_model_is_refused(saved: Path) -> None:
    data = saved.read_bytes()
    saved.write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError, match="do not fit"):
        load(saved)


@pytest.mark.parametrize("poison", [float("nan"), float("inf")])
def test_weights_that_are_not_numbers_are_refused(saved: Path, poison: float) -> None:
    weights = load_file(saved)
    weights["whitening.bias"][3] = poison
    save_file(weights, saved, _metadata(saved))
    with pytest.raises(ModelError, match="not numbers"):
        load(saved)


@pytest.mark.parametrize("change", ["missing", "extra", "shape"])
def test_weights_that_do_not_fit_are_refused(saved: Path, change: str) -> None:
    weights = load_file(saved)
    if change == "missing":
        del weights["whitening.bias"]
    elif change == "extra":
        weights["surprise"] = torch.zeros(1)
    else:
        weights["whitening.bias"] = torch.zeros(17, dtype=torch.float16)
    save_file(weights, saved, _metadata(saved))
    with pytest.raises(ModelError, match="do not fit"):
        load(saved)


@pytest.mark.parametrize(
    ("key", "value"),
    [("architecture", "{"), ("architecture", "{}"), ("architecture", '{"dim": 1e9, "rule": {}}')],
)
def test_a_description_that_makes_no_sense_is_refused(saved: Path, key: str, value: str) -> None:
    save_file(load_file(saved), saved, {**_metadata(saved), key: value})
    with pytest.raises(ModelError):
        read_card(saved)
