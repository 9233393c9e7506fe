"""From network inputs to descriptors, on the best runner this machine has. Engine thread.

`choose_runner` starts cheap: torch is only imported when CUDA can be used, or when nothing faster works.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.accelerate import WHOLE, Conversion, Runner, converted_folder, open_converted
from engine.actnet.checkpoint import ModelCard, load
from engine.device import GpuProbe, probe_gpu
from engine.errors import DeviceError, ModelError
from engine.messages import Notice
from engine.transform import InputRule, resize_input

_log = logging.getLogger(__name__)

_GPU_BYTES_PER_PICTURE = 192 * 1024 * 1024
"""Memory one picture of the default size needs on its way through the network, with room to spare."""


class TorchRunner:
    """The network in torch: float32 on the CPU (the reference), or autocast on CUDA in batches of equal shapes."""

    def __init__(self, card: ModelCard, *, cuda: bool) -> None:
        import torch

        self._torch = torch
        self._device = torch.device("cuda" if cuda else "cpu")
        self._network: Any = load(card.path).to(self._device)
        self.n_at_once = 4
        self.label = "cpu (torch)"
        if cuda:
            free_bytes, _ = torch.cuda.mem_get_info()
            self.n_at_once = int(min(64, max(4, free_bytes // 2 // _GPU_BYTES_PER_PICTURE)))
            self.label = f"{torch.cuda.get_device_name()} (cuda)"

    def describe(self, inputs: list[NDArray[np.uint8]], gently: bool = False) -> NDArray[np.float32]:
        """See `Runner.describe`. On a GPU that runs out of memory the batch is halved, down to one picture."""
        return self.describe_windows(inputs, WHOLE, gently)[0]

    def describe_windows(
        self, inputs: list[NDArray[np.uint8]], windows: NDArray[np.float32], gently: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """See `Runner.describe_windows` and `describe`."""
        if not gently:
            return self._describe(inputs, windows, gently)
        n_threads = self._torch.get_num_threads()
        self._torch.set_num_threads(1)
        try:
            return self._describe(inputs, windows, gently)
        finally:
            self._torch.set_num_threads(n_threads)

    def _describe(
        self, inputs: list[NDArray[np.uint8]], windows: NDArray[np.float32], gently: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        dim = self._network.architecture.dim
        wholes = np.empty((len(inputs), dim), dtype=np.float32)
        parts = np.empty((len(inputs), len(windows), dim), dtype=np.float32)
        by_shape: dict[tuple[int, ...], list[int]] = {}
        for i, rgb in enumerate(inputs):
            by_shape.setdefault(rgb.shape, []).append(i)
        for rows in by_shape.values():
            # On the CPU one picture at a time is the fastest that plain torch does.
            size = self.n_at_once if self._device.type == "cuda" and not gently else 1
            for start in range(0, len(rows), size):
                some = rows[start : start + size]
                wholes[some], parts[some] = self._forward(np.stack([inputs[i] for i in some]), windows)
        return wholes, parts

    def close(self) -> None:
        """See `Runner.close`."""
        self._network = None
        if self._device.type == "cuda":
            self._torch.cuda.empty_cache()

    def _forward(
        self, batch: NDArray[np.uint8], windows: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        torch = self._torch
        try:
            with torch.inference_mode(), torch.autocast(self._device.type, enabled=self._device.type == "cuda"):
                early = self._network.early(torch.from_numpy(batch).to(self._device))
                found = self._network.late_with_windows(early, torch.from_numpy(windows).to(self._device))
            wholes, parts = (some.float().cpu().numpy() for some in found)
        except torch.cuda.OutOfMemoryError:
            torch.cuda.empty_cache()
            if len(batch) == 1:
                raise
            half = len(batch) // 2
            self.n_at_once = max(1, half)
            first, second = self._forward(batch[:half], windows), self._forward(batch[half:], windows)
            return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])
        return _unit(wholes), _unit(parts)


def _unit(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of length 1 to float32: autocast rounds, and so does a mean."""
    lengths: NDArray[np.float32] = np.linalg.norm(descriptors, axis=-1, keepdims=True)
    return np.asarray(descriptors / lengths, dtype=np.float32)


SCALES = (1.0, 2**-0.5, 0.5)
"""Sides of the three scales, as shares of the largest: sqrt(2), 1 and 1 / sqrt(2) times those of the model's rule."""


class MultiScale:
    """A runner that describes each picture at three scales: the mean of its descriptors, of unit length.

    As in Gordo, Almazan, Revaud, Larlus: End-to-end Learning of Deep Visual Representations for Image Retrieval, IJCV
    2017, and Radenovic, Tolias, Chum (TPAMI 2019). Takes 3.5 times as long. Its inputs have the largest scale; make it
    with `multi_scale`.
    """

    def __init__(self, runner: Runner, rule: InputRule) -> None:
        self._runner = runner
        self._rule = rule
        self.label = runner.label
        self.n_at_once = max(1, runner.n_at_once // len(SCALES))

    def describe(self, inputs: list[NDArray[np.uint8]], gently: bool = False) -> NDArray[np.float32]:
        """See `Runner.describe`."""
        return self.describe_windows(inputs, WHOLE, gently)[0]

    def describe_windows(
        self, inputs: list[NDArray[np.uint8]], windows: NDArray[np.float32], gently: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """See `Runner.describe_windows`."""
        scaled = [
            rgb if scale == 1.0 else resize_input(rgb, self._rule.scaled((rgb.shape[1], rgb.shape[0]), scale))
            for rgb in inputs
            for scale in SCALES
        ]
        wholes, parts = self._runner.describe_windows(scaled, windows, gently)
        n, m, dim = len(inputs), len(windows), wholes.shape[1]
        return (
            _unit(wholes.reshape(n, len(SCALES), dim).mean(axis=1)),
            _unit(parts.reshape(n, len(SCALES), m, dim).mean(axis=1)),
        )

    def close(self) -> None:
        """See `Runner.close`."""
        self._runner.close()


def multi_scale(runner: Runner, rule: InputRule) -> tuple[MultiScale, InputRule]:
    """A runner for three scales, and the input rule by which its pictures (and boxes) are to be decoded."""
    largest = replace(rule, area_px=2 * rule.area_px, min_box_area_px=2 * rule.min_box_area_px)
    return MultiScale(runner, largest), largest


def choose_runner(
    card: ModelCard, cache: Path, wanted: str = "auto", probe: GpuProbe | None = None, *, beside: bool = False
) -> Iterator[Notice | Runner | None]:
    """Find the best runner, as steps: yields None while waiting, a Notice for the user, and last the Runner.

    Args:
        card: the model to run.
        cache: folder for the converted network.
        wanted: "auto", "cpu", "torch" or "cuda".
        probe: what is known of the GPU; asked for if not given.
        beside: whether the engine thread has searches to answer meanwhile, so that the seconds of opening a converted
            network are spent on a thread of its own.

    Raises:
        DeviceError: "cuda" was asked for and cannot be used, or `wanted` is unknown.
        ModelError: the model cannot be loaded.
    """
    if wanted not in ("auto", "cpu", "torch", "cuda"):
        raise DeviceError(f"There is no device “{wanted}”: choose auto, cpu, torch or cuda.")
    if wanted == "torch":
        yield TorchRunner(card, cuda=False)
        return
    if wanted in ("auto", "cuda"):
        runner, reason = _try_cuda(card, probe or probe_gpu())
        if runner is not None:
            yield runner
            return
        if wanted == "cuda":
            raise DeviceError(f"The GPU cannot be used: {reason or 'no NVIDIA GPU was found'}.")
        if reason:
            yield Notice(
                "gpu-unusable",
                f"This computer has an NVIDIA GPU, but it cannot be used because {reason}. "
                "Resight works on the processor instead, which is slower.",
                warning=True,
            )
    yield from _openvino_or_torch(card, cache, beside)


def _try_cuda(card: ModelCard, probe: GpuProbe) -> tuple[Runner | None, str]:
    """(runner, "") or (None, why a GPU that is there cannot be used; "" if there is none)."""
    if not probe.usable:
        return None, probe.reason
    import torch

    if torch.version.cuda is None:
        return None, "the installed PyTorch was made without CUDA"
    try:
        if not torch.cuda.is_available():
            return None, "PyTorch does not work with the installed driver (a newer driver may help)"
        runner = TorchRunner(card, cuda=True)
        # A GPU can be listed and still refuse work (too old for this torch, memory taken): find out now.
        runner.describe([np.zeros((320, 448, 3), dtype=np.uint8)])
    except RuntimeError as error:
        _log.warning("CUDA failed its first work: %s", error)
        return None, "it failed a first test (is its memory taken by another program?)"
    return runner, ""


def _openvino_or_torch(card: ModelCard, cache: Path, beside: bool) -> Iterator[Notice | Runner | None]:
    """The CPU: the converted network, converting it first where needed; plain torch if that does not work."""
    try:
        folder = converted_folder(card, cache)
        if not folder.exists():
            conversion = Conversion(card, cache)
            try:
                while not conversion.done(wait_s=0.05):
                    yield None
            except GeneratorExit:
                conversion.cancel()
                raise
            if conversion.error:
                raise DeviceError(conversion.error)
        if beside:
            yield from _open_beside(folder)
        else:
            yield open_converted(folder)
    except (ImportError, OSError, RuntimeError, DeviceError) as error:
        _log.warning("OpenVINO cannot be used: %s", error)
        yield Notice(
            "openvino-unusable",
            "The fast way to compute on this processor could not be prepared, so Resight uses a slower one. "
            "Searching works as usual; indexing takes about three times as long.",
            warning=True,
        )
        yield TorchRunner(card, cuda=False)


def _open_beside(folder: Path) -> Iterator[Runner | None]:
    """The runner of a converted network, opened on another thread."""
    with ThreadPoolExecutor(1, thread_name_prefix="open-network") as opener:
        opening = opener.submit(open_converted, folder)
        try:
            while not opening.done():
                with contextlib.suppress(TimeoutError):
                    opening.exception(timeout=0.05)
                yield None
        except GeneratorExit:
            if opening.exception() is None:
                opening.result().close()
            raise
        yield opening.result()


def check_descriptors(descriptors: NDArray[np.float32], dim: int) -> None:
    """Refuse what must never reach the catalogue: wrong shape, NaN, infinity.

    Raises:
        ModelError: with a sentence; the model or the device is broken.
    """
    if descriptors.ndim != 2 or descriptors.shape[1] != dim or not np.isfinite(descriptors).all():
        raise ModelError(
            "The network gave an answer that makes no sense, so nothing was saved. Try again with the device “cpu”."
        )
