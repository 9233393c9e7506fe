"""What OpenVINO makes of the poolings, at sizes other than that they were traced at; and of another backbone."""

from __future__ import annotations

import contextlib
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.accelerate import MIN_COSINE, OpenVinoRunner, convert, import_openvino
from engine.actnet.checkpoint import save
from engine.actnet.initial import new_network
from engine.actnet.network import Architecture, StreamSpec
from engine.actnet.pooling import POOLINGS
from engine.transform import InputRule

N_CHANNELS = 48


def compiled(pooling: nn.Module) -> object:
    openvino = import_openvino()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracing is to be replaced one day
        model = openvino.convert_model(pooling.eval(), example_input=torch.rand(1, N_CHANNELS, 10, 14))
    model.reshape([1, N_CHANNELS, -1, -1])
    return openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("change", [0.0, 0.1])
@pytest.mark.parametrize("kind", POOLINGS)
def test_compiled_poolings_agree_with_torch_at_every_size(kind: str, change: float, per_channel: bool) -> None:
    pooling = POOLINGS[kind](N_CHANNELS, 0.5, per_channel)
    with torch.no_grad():
        for parameter in pooling.parameters():
            parameter += change  # with 0 the powers are whole numbers, which are traced differently
    model = compiled(pooling)
    generator = torch.Generator().manual_seed(1)
    for size in ((10, 14), (12, 12), (12, 17), (22, 10), (4, 24), (2, 3)):
        # Few strong responses in many zeros, so that it matters exactly which of them lie in a region.
        x = torch.rand(1, N_CHANNELS, *size, generator=generator) * 6
        x = x * (torch.rand(x.shape, generator=generator) > 0.9)
        with torch.no_grad():
            wanted = pooling(x).numpy()
        got = np.array(model({0: x.numpy()})[0])  # type: ignore[operator]
        assert np.abs(got - wanted).max() < 1e-4, size


def test_a_compiled_resnet_agrees_with_torch(tmp_path: Path) -> None:
    torch.manual_seed(2)
    streams = (StreamSpec("conv4", "sinh", per_channel=True), StreamSpec("conv5", "rmac"))
    network = new_network(Architecture("resnet50", streams, 32, InputRule(area_px=64 * 64)))
    save(network, tmp_path / "resnet.safetensors", name="resnet", licence="", origin="")
    convert(tmp_path / "resnet.safetensors", tmp_path / "converted")
    picture = np.random.default_rng(3).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    with torch.no_grad():
        wanted = network(torch.from_numpy(picture[None])).numpy()[0]
    with contextlib.closing(OpenVinoRunner(tmp_path / "converted")) as runner:
        got = runner.describe([picture])[0]
    assert float(got @ wanted) >= MIN_COSINE
