"""The ways to compute descriptors agree with plain torch on real photos; a device that cannot be used is said so."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import accelerate, describe
from engine.accelerate import MIN_COSINE, Conversion, OpenVinoRunner, Runner, converted_folder
from engine.actnet.checkpoint import ModelCard, read_card
from engine.decode import DecodeRequest, decode
from engine.describe import TorchRunner, check_descriptors, choose_runner, multi_scale
from engine.device import GpuProbe, n_cores, probe_gpu
from engine.errors import DeviceError, ModelError
from engine.messages import Notice
from engine.transform import resize_input
from engine.types import Box
from tests.engine.conftest import MODEL
from tests.helpers.fake_runner import FakeRunner

PHOTOS = sorted((Path(__file__).parents[1] / "photos").rglob("*.jpg"))
NO_GPU = GpuProbe(present=False, usable=False)


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return read_card(MODEL)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory, card: ModelCard) -> Path:
    """A cache folder with the converted network in it, made in a process of its own as the program does."""
    cache = tmp_path_factory.mktemp("cache")
    conversion = Conversion(card, cache)
    while not conversion.done(wait_s=1.0):
        pass
    assert conversion.error is None
    return cache


@pytest.fixture(scope="module")
def inputs(card: ModelCard) -> list[NDArray[np.uint8]]:
    """Eight real photos, and boxes of two, as the network sees them."""
    whole = [decode(DecodeRequest(str(path), rule=card.rule)).rgb for path in PHOTOS[:8]]
    boxes = [decode(DecodeRequest(str(path), rule=card.rule, box=Box(0.2, 0.3, 0.6, 0.7))).rgb for path in PHOTOS[:2]]
    return [rgb for rgb in (*whole, *boxes) if rgb is not None]


@pytest.fixture(scope="module")
def reference(card: ModelCard, inputs: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
    return TorchRunner(card, cuda=False).describe(inputs)


def last(steps: Iterator[Notice | Runner | None]) -> tuple[list[Notice], Any]:
    notices, runner = [], None
    for step in steps:
        if isinstance(step, Notice):
            notices.append(step)
        elif step is not None:
            runner = step
    return notices, runner


def test_torch_gives_unit_descriptors_that_tell_photos_apart(reference: NDArray[np.float32]) -> None:
    assert reference.shape == (10, 512)
    assert np.allclose(np.linalg.norm(reference, axis=1), 1, atol=1e-5)
    similarities = reference @ reference.T
    assert similarities[~np.eye(10, dtype=bool)].max() < 0.99


@pytest.mark.parametrize("one_by_one", [True, False], ids=["one by one", "all at once"])
def test_the_converted_network_agrees_with_torch_on_real_photos(
    card: ModelCard, cache: Path, inputs: list[NDArray[np.uint8]], reference: NDArray[np.float32], one_by_one: bool
) -> None:
    batches = [[rgb] for rgb in inputs] if one_by_one else [inputs]
    with contextlib.closing(OpenVinoRunner(converted_folder(card, cache))) as runner:
        got = np.concatenate([runner.describe(batch) for batch in batches])
    assert (got * reference).sum(axis=1).min() >= MIN_COSINE


def test_a_network_in_the_cache_is_used_at_once_and_without_torch(card: ModelCard, cache: Path) -> None:
    notices, runner = last(choose_runner(card, cache, "auto", NO_GPU))
    assert (notices, runner.label) == ([], "cpu (openvino)")


@pytest.mark.parametrize("device", ["cpu", "torch"])
def test_gently_gives_the_same_on_one_core(
    device: str, card: ModelCard, cache: Path, inputs: list[NDArray[np.uint8]], reference: NDArray[np.float32]
) -> None:
    _, runner = last(choose_runner(card, cache, device, NO_GPU))
    with contextlib.closing(runner):
        runner.describe(inputs[:1], gently=True)  # compiles it
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        found = runner.describe(inputs, gently=True)
        cpu_s, wall_s = time.process_time() - cpu_s, time.perf_counter() - wall_s
    assert (found * reference).sum(axis=1).min() > MIN_COSINE
    assert cpu_s < 1.2 * wall_s


def test_openvino_cannot_report_its_use_to_anyone() -> None:
    accelerate.import_openvino()
    assert sys.modules.get("openvino_telemetry", "missing") is None


def test_a_gpu_that_cannot_be_used_is_named_once_with_its_reason(card: ModelCard, cache: Path) -> None:
    broken = GpuProbe(present=True, usable=False, reason="its driver is not installed")
    notices, runner = last(choose_runner(card, cache, "auto", broken))
    assert [notice.key for notice in notices] == ["gpu-unusable"]
    assert "its driver is not installed" in notices[0].sentence
    assert runner.label == "cpu (openvino)"


def test_a_gpu_that_was_asked_for_and_is_not_there_is_an_error(card: ModelCard, cache: Path) -> None:
    with pytest.raises(DeviceError, match="no NVIDIA GPU"):
        last(choose_runner(card, cache, "cuda", NO_GPU))


def test_unknown_devices_are_refused(card: ModelCard, cache: Path) -> None:
    with pytest.raises(DeviceError, match="toaster"):
        last(choose_runner(card, cache, "toaster", NO_GPU))


@pytest.mark.expects_warnings
def test_a_damaged_copy_in_the_cache_falls_back_to_torch_and_is_made_again(
    card: ModelCard, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = converted_folder(card, tmp_path)
    broken.mkdir(parents=True)
    (broken / "early.xml").write_text("<net>")
    notices, runner = last(choose_runner(card, tmp_path, "auto", NO_GPU))
    assert [notice.key for notice in notices] == ["openvino-unusable"]
    assert runner.label == "cpu (torch)"
    assert not broken.exists()

    class Refusing:
        error = "no room"

        def __init__(self, *_: object) -> None: ...

        def done(self, wait_s: float) -> bool:
            return True

    monkeypatch.setattr(describe, "Conversion", Refusing)
    notices, runner = last(choose_runner(card, tmp_path, "cpu", NO_GPU))
    assert [notice.key for notice in notices] == ["openvino-unusable"]


def test_leaving_while_the_network_is_converted_ends_the_process(card: ModelCard, tmp_path: Path) -> None:
    steps = choose_runner(card, tmp_path, "cpu", NO_GPU)
    assert next(steps) is None
    steps.close()  # type: ignore[attr-defined]
    assert not converted_folder(card, tmp_path).exists()


def test_a_network_can_be_opened_while_something_else_is_answered(card: ModelCard, cache: Path) -> None:
    last(choose_runner(card, cache, "cpu", NO_GPU))  # converted by now
    steps = choose_runner(card, cache, "cpu", NO_GPU, beside=True)
    assert next(steps) is None
    _, runner = last(steps)
    assert runner.label == "cpu (openvino)"
    runner.close()


def test_leaving_while_a_network_is_opened_leaves_no_thread(card: ModelCard, cache: Path) -> None:
    last(choose_runner(card, cache, "cpu", NO_GPU))
    before = set(threading.enumerate())
    steps = choose_runner(card, cache, "cpu", NO_GPU, beside=True)
    assert next(steps) is None
    steps.close()  # type: ignore[attr-defined]
    assert set(threading.enumerate()) <= before


def test_a_model_whose_weights_do_not_load_is_told_by_the_conversion(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(MODEL.read_bytes()[:1_000_000])
    conversion = Conversion(read_card(damaged), tmp_path)
    while not conversion.done(wait_s=1.0):
        pass
    assert conversion.error is not None
    assert "do not fit" in conversion.error


@pytest.mark.parametrize(
    "wrong", [np.full((1, 512), np.nan, np.float32), np.zeros((1, 16), np.float32), np.zeros(512, np.float32)]
)
def test_answers_that_make_no_sense_are_refused(wrong: NDArray[np.float32]) -> None:
    with pytest.raises(ModelError, match="nothing was saved"):
        check_descriptors(wrong, 512)


def test_probing_needs_no_torch_and_says_what_it_found() -> None:
    probe = probe_gpu()
    assert probe.present or not probe.usable
    assert bool(probe.reason) == (probe.present and not probe.usable)
    assert n_cores() >= 1


@pytest.mark.skipif(not probe_gpu().usable, reason="no NVIDIA GPU here")
def test_cuda_agrees_with_torch_on_the_processor(
    card: ModelCard, cache: Path, inputs: list[NDArray[np.uint8]], reference: NDArray[np.float32]
) -> None:
    _, runner = last(choose_runner(card, cache, "cuda"))
    assert "(cuda)" in runner.label
    assert (runner.describe(inputs) * reference).sum(axis=1).min() >= MIN_COSINE


# ---- several scales --------------------------------------------------------------------------------------------


class Recorder(FakeRunner):
    """Remembers the sizes it was given."""

    def __init__(self) -> None:
        super().__init__(n_at_once=8)
        self.sizes: list[tuple[int, int]] = []

    def describe(self, inputs: list[NDArray[np.uint8]], gently: bool = False) -> NDArray[np.float32]:
        self.sizes += [(rgb.shape[1], rgb.shape[0]) for rgb in inputs]
        return super().describe(inputs)


def test_three_scales_are_described_and_averaged(card: ModelCard) -> None:
    recorder = Recorder()
    runner, rule = multi_scale(recorder, card.rule)
    photos = [decode(DecodeRequest(str(path), rule=rule)).rgb for path in PHOTOS[:3]]
    inputs = [rgb for rgb in photos if rgb is not None]
    found = runner.describe(inputs)
    assert len(recorder.sizes) == 9
    for number, rgb in enumerate(inputs):
        sizes = recorder.sizes[3 * number : 3 * number + 3]
        for (width, height), factor in zip(sizes, (2.0, 1.0, 0.5), strict=True):
            assert width % 32 == height % 32 == 0
            assert width * height == pytest.approx(card.rule.area_px * factor, rel=0.15)
        parts = FakeRunner().describe([resize_input(rgb, size) for size in sizes])
        wanted = parts.sum(axis=0) / np.linalg.norm(parts.sum(axis=0))
        assert found[number] == pytest.approx(wanted, abs=1e-5)
    assert runner.n_at_once == 2
    assert runner.label == recorder.label


def test_several_scales_take_boxes_at_their_scale(card: ModelCard) -> None:
    _, rule = multi_scale(FakeRunner(), card.rule)
    small = Box(0.5, 0.5, 0.6, 0.6)
    one, three = (r.size_for(1600, 1200, small) for r in (card.rule, rule))
    assert three[0] * three[1] == pytest.approx(2 * one[0] * one[1], rel=0.15)


def test_the_real_network_at_three_scales_stays_near_itself(card: ModelCard, cache: Path) -> None:
    with contextlib.closing(OpenVinoRunner(converted_folder(card, cache))) as runner:
        scaled, rule = multi_scale(runner, card.rule)
        plain = [decode(DecodeRequest(str(path), rule=card.rule)).rgb for path in PHOTOS[:4]]
        large = [decode(DecodeRequest(str(path), rule=rule)).rgb for path in PHOTOS[:4]]
        one = runner.describe([rgb for rgb in plain if rgb is not None])
        three = scaled.describe([rgb for rgb in large if rgb is not None])
    assert np.linalg.norm(three, axis=1) == pytest.approx(1.0, abs=1e-5)
    cosines = (one * three).sum(axis=1)
    assert cosines.min() > 0.7
    assert cosines.max() < 0.9999
