"""The network compiled for this machine's processor by OpenVINO: the same numbers as torch, three times as fast.

Converting needs torch, which takes seconds to import and holds the interpreter meanwhile, so it is done once in a
process of its own and kept in the cache folder. Loading the converted network needs neither torch nor timm.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import shutil
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.actnet.checkpoint import ModelCard
from engine.device import n_cores
from engine.errors import DeviceError

if TYPE_CHECKING:
    import openvino
    import torch

    from engine.actnet.network import ActNet

_log = logging.getLogger(__name__)

MIN_COSINE = 0.999
"""How close to plain torch float32 every descriptor must be."""

_CONVERSION = 12
"""Raised whenever the conversion below changes, so that older copies in the cache are not used."""

_PRECISION_FILE = "late-precision.txt"

WHOLE: NDArray[np.float32] = np.array([[0.0, 0.0, 1.0, 1.0]], dtype=np.float32)
"""The window that is the whole picture, for who wants no other."""


class Runner(Protocol):
    """Something that computes descriptors: the same network in plain torch, on CUDA, or compiled for the CPU."""

    label: str
    """For people, e.g. "cpu (openvino)"."""

    @property
    def n_at_once(self) -> int:
        """How many pictures make a batch that uses the machine well and still ends within about 100 ms."""

    def describe(self, inputs: list[NDArray[np.uint8]], gently: bool = False) -> NDArray[np.float32]:
        """Network inputs uint8 [H, W, 3], of any sizes by the input rule -> float32 [n, dim], L2 = 1.

        `gently`: one after the other, and on one core where it is the processor that computes.
        """

    def describe_windows(
        self, inputs: list[NDArray[np.uint8]], windows: NDArray[np.float32], gently: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The same, and windows [m, 4] (left, top, right, bottom, shares 0..1) of each picture -> [n, m, dim], L2 = 1.

        See `ActNet.late_with_windows`. Of a hundred windows it takes a fifth longer than `describe`.
        """

    def close(self) -> None:
        """End its threads and let go of its memory."""


def import_openvino() -> Any:
    """OpenVINO with its telemetry made impossible: its package reports every import to a server otherwise.

    With the telemetry package marked as missing, OpenVINO falls back to stubs of its own that do nothing.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def converted_folder(card: ModelCard, cache: Path) -> Path:
    """Where the converted network of this model lies, or would lie."""
    from importlib.metadata import version

    return cache / "networks" / f"{card.model_id}-{_CONVERSION}-openvino-{version('openvino')}"


def open_converted(folder: Path) -> OpenVinoRunner:
    """The runner of a converted network. One that cannot be read is deleted, so that it is made again the next time.

    Raises:
        RuntimeError, OSError: it cannot be read.
    """
    try:
        return OpenVinoRunner(folder)
    except (RuntimeError, OSError):
        shutil.rmtree(folder, ignore_errors=True)
        raise


class Conversion:
    """Converting a model in a process of its own. Start, poll `done` now and then, and read `error`. One thread."""

    def __init__(self, card: ModelCard, cache: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._result, sender = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_convert, args=(str(card.path), str(converted_folder(card, cache)), sender), name="convert"
        )
        self._process.start()
        sender.close()
        self.error: str | None = None
        self._has_answered = False

    def done(self, wait_s: float = 0.0) -> bool:
        """Whether it has ended, well or not, waiting up to `wait_s` seconds for that."""
        if not self._has_answered:
            if not self._result.poll(wait_s):
                return False
            try:
                self.error = self._result.recv()
            except EOFError:
                self.error = "the process that compiles the network ended early"
            self._has_answered = True
            self._result.close()
        self._process.join(wait_s)  # it takes a second or more to let go of torch
        return self._process.exitcode is not None

    def cancel(self) -> None:
        """End it now; what it had written is removed the next time."""
        self._process.kill()
        self._process.join()
        self._result.close()


def _convert(model_path: str, folder: str, result: Connection) -> None:
    """In the process: convert the model, check it against torch, put it in place; sends None or what went wrong."""
    try:
        convert(Path(model_path), Path(folder))
    except Exception as error:  # noqa: BLE001 - the boundary of the process: whatever it is becomes a sentence
        result.send(f"{type(error).__name__}: {error}")
    else:
        result.send(None)


def convert(model_path: Path, folder: Path) -> None:
    """Write the OpenVINO form of a model into `folder`, in one step: the folder appears whole or not.

    Raises:
        DeviceError: the converted network does not agree with torch.
    """
    import torch

    from engine.actnet.checkpoint import load

    network = load(model_path)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unfinished-") as name:
        unfinished = Path(name)
        _write_parts(network, unfinished)
        pictures = _test_pictures()
        with torch.no_grad():
            wanted = np.concatenate([network(torch.from_numpy(rgb[None])).numpy() for rgb in pictures])
        for precision in _precisions():
            (unfinished / _PRECISION_FILE).write_text(precision)
            with contextlib.closing(OpenVinoRunner(unfinished)) as runner:
                agreement = float((wanted * runner.describe(pictures)).sum(axis=1).min())
            _log.info("compiled in %s: cosine %.5f", precision, agreement)
            if agreement >= MIN_COSINE:
                break
        else:
            raise DeviceError(f"the compiled network differs from the original (cosine {agreement:.4f})")
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
        unfinished.mkdir()  # for the context manager to remove


def _write_parts(network: ActNet, folder: Path) -> None:
    """The early and the late part of the network as OpenVINO models of any picture size, one picture at a time."""
    import warnings

    import torch

    openvino = import_openvino()
    rgb = torch.zeros(1, 320, 448, 3, dtype=torch.uint8)
    with torch.no_grad():
        feature_map = network.early(rgb)
        shapes = {
            "early": {0: [1, -1, -1, 3]},
            "late": {0: [1, feature_map.shape[1], -1, -1], 1: [-1, 4]},
        }
        windows = torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.5, 0.5]])
        for part, example in (("early", rgb), ("late", (feature_map, windows))):
            module = _Part(network, part)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # torch announces that tracing is to be replaced one day
                model = openvino.convert_model(module, example_input=example)
            model.reshape(shapes[part])
            openvino.save_model(model, str(folder / f"{part}.xml"), compress_to_fp16=False)


def _Part(network: ActNet, part: str) -> torch.nn.Module:  # noqa: N802 - makes a module, as a class would
    """One part of the network as a module of its own, as tracing wants it."""
    import torch

    class Early(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, rgb: torch.Tensor) -> torch.Tensor:
            return self.network.early(rgb)

    class Late(Early):
        def forward(self, early: torch.Tensor, windows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:  # type: ignore[override]
            return self.network.late_with_windows(early, windows)

    return (Early() if part == "early" else Late()).eval()


def _precisions() -> list[str]:
    """Number formats to try for the late part, the fastest first."""
    capabilities = import_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ["bf16", "f32"] if "BF16" in capabilities else ["f32"]


def _test_pictures() -> list[NDArray[np.uint8]]:
    """Three made pictures of different shapes, smooth and rough, to compare two forms of a network on."""
    random = np.random.default_rng(1)
    pictures = []
    for height, width in ((320, 448), (448, 320), (384, 384)):
        coarse = random.integers(0, 256, (height // 32, width // 32, 3))
        smooth = np.kron(coarse, np.ones((32, 32, 1)))
        pictures.append((smooth * 0.8 + random.integers(0, 51, (height, width, 3))).astype(np.uint8))
    return pictures


class _Compiled:
    """Both parts of the network compiled in one way. `describe` may be called from several threads at once."""

    def __init__(self, core: openvino.Core, folder: Path, ways: dict[str, Any]) -> None:
        late_precision = (folder / _PRECISION_FILE).read_text()
        self._parts = [
            core.compile_model(str(folder / f"{part}.xml"), "CPU", {"INFERENCE_PRECISION_HINT": precision, **ways})
            for part, precision in (("early", "f32"), ("late", late_precision))
        ]
        self._requests = threading.local()
        # OpenVINO's Python binding sets itself up in its first call. Two threads that do so at once wait for each other
        # for ever, one for the interpreter, the other for the set-up: so the first call is made here, by one thread.
        self.describe(np.zeros((64, 64, 3), dtype=np.uint8))

    def describe(
        self, rgb: NDArray[np.uint8], windows: NDArray[np.float32] = WHOLE
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """uint8 [H, W, 3] and windows float32 [m, 4] -> float32 [dim] and [m, dim], L2 = 1."""
        if not hasattr(self._requests, "early"):
            self._requests.early, self._requests.late = (part.create_infer_request() for part in self._parts)
        early = self._requests.early.infer({0: rgb[None]}, share_inputs=True)[0]
        answer = self._requests.late.infer({0: early, 1: windows}, share_inputs=True)
        return _unit(answer[0])[0], _unit(answer[1][0])


def _unit(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    """A copy of unit length: bfloat16 rounds; the length must be 1 to float32 whatever the precision."""
    lengths: NDArray[np.float32] = np.linalg.norm(descriptors, axis=1, keepdims=True)
    return np.asarray(descriptors / lengths, dtype=np.float32)


class OpenVinoRunner:
    """The converted network on the processor. Engine thread; waiting for the processor releases the interpreter.

    One picture is computed by all cores together (fastest answer); several are computed one per core (most pictures
    a second, and no core waits for another).

    On processors that compute bfloat16, the late part does so and is nearly twice as fast there. The early part stays
    in float32: most of what bfloat16 loses it loses in the first two blocks, where small differences between pixels
    are rounded away before anything has been made of them (docs/benchmarks.md has the cosines).
    """

    label = "cpu (openvino)"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._core = import_openvino().Core()
        self._one = _Compiled(self._core, folder, {"PERFORMANCE_HINT": "LATENCY"})
        self._many: _Compiled | None = None
        self._gentle: _Compiled | None = None
        self._threads = ThreadPoolExecutor(n_cores(), thread_name_prefix="network")
        self.n_at_once = 2 * n_cores()

    def describe(self, inputs: list[NDArray[np.uint8]], gently: bool = False) -> NDArray[np.float32]:
        """See `Runner.describe`."""
        return self.describe_windows(inputs, WHOLE, gently)[0]

    def describe_windows(
        self, inputs: list[NDArray[np.uint8]], windows: NDArray[np.float32], gently: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """See `Runner.describe_windows`."""
        if gently:
            if self._gentle is None:
                self._gentle = _Compiled(self._core, self._folder, {"INFERENCE_NUM_THREADS": 1})
            found = [self._gentle.describe(rgb, windows) for rgb in inputs]
        elif len(inputs) == 1:
            found = [self._one.describe(inputs[0], windows)]
        else:
            if self._many is None:
                self._many = _Compiled(self._core, self._folder, {"PERFORMANCE_HINT": "THROUGHPUT"})
            found = list(self._threads.map(partial(self._many.describe, windows=windows), inputs))
        return np.stack([whole for whole, _ in found]), np.stack([parts for _, parts in found])

    def close(self) -> None:
        """See `Runner.close`."""
        self._threads.shutdown()
