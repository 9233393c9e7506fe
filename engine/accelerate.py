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

_log = logging.getLogger(__name__)

MIN_COSINE = 0.999
"""How close to plain torch float32 every descriptor must be."""

_CONVERSION = 1
"""Raised whenever the conversion below changes, so that older copies in the cache are not used."""


class Runner(Protocol):
    """Something that computes descriptors: the same network in plain torch, on CUDA, or compiled for the CPU."""

    label: str
    """For people, e.g. "cpu (openvino)"."""

    n_at_once: int
    """How many pictures make a batch that uses the machine well and still ends within about 100 ms."""

    def describe(self, inputs: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Network inputs uint8 [H, W, 3], of any sizes by the input rule -> float32 [n, dim], L2 = 1."""


def import_openvino() -> Any:
    """OpenVINO with its telemetry made impossible: its package reports every import to a server otherwise.

    With the telemetry package marked as missing, OpenVINO falls back to stubs of its own that do nothing.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def converted_path(card: ModelCard, cache: Path) -> Path:
    """Where the converted network of this model lies, or would lie: network.xml with network.bin beside it."""
    from importlib.metadata import version

    return cache / "networks" / f"{card.model_id}-{_CONVERSION}-openvino-{version('openvino')}" / "network.xml"


class Conversion:
    """Converting a model in a process of its own. Start, poll `done` now and then, and read `error`. One thread."""

    def __init__(self, card: ModelCard, cache: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._result, sender = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_convert, args=(str(card.path), str(converted_path(card, cache)), sender), name="convert"
        )
        self._process.start()
        sender.close()
        self.error: str | None = None

    def done(self, wait_s: float = 0.0) -> bool:
        """Whether it has ended, well or not, waiting up to `wait_s` seconds for that."""
        if not self._result.poll(wait_s):
            return False
        try:
            self.error = self._result.recv()
        except EOFError:
            self.error = "the process that compiles the network ended early"
        self._process.join()
        self._result.close()
        return True

    def cancel(self) -> None:
        """End it now; what it had written is removed the next time."""
        self._process.kill()
        self._process.join()
        self._result.close()


def _convert(model_path: str, target: str, result: Connection) -> None:
    """In the process: convert the model, check it against torch, put it in place; sends None or what went wrong."""
    try:
        convert(Path(model_path), Path(target))
    except Exception as error:  # noqa: BLE001 - the boundary of the process: whatever it is becomes a sentence
        result.send(f"{type(error).__name__}: {error}")
    else:
        result.send(None)


def convert(model_path: Path, target: Path) -> None:
    """Write the OpenVINO form of a model to `target` (network.xml), in one step: the folder appears whole or not.

    Raises:
        DeviceError: the converted network does not agree with torch.
    """
    import warnings

    openvino = import_openvino()
    import torch

    from engine.actnet.checkpoint import load

    network = load(model_path)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch announces that tracing is to be replaced one day
        model = openvino.convert_model(network, example_input=torch.zeros(1, 320, 448, 3, dtype=torch.uint8))
    model.reshape([1, -1, -1, 3])

    folder = target.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unfinished-") as unfinished:
        openvino.save_model(model, str(Path(unfinished) / target.name), compress_to_fp16=False)
        runner = OpenVinoRunner(Path(unfinished) / target.name)
        pictures = _test_pictures()
        with torch.no_grad():
            wanted = np.concatenate([network(torch.from_numpy(rgb[None])).numpy() for rgb in pictures])
        agreement = float((wanted * runner.describe(pictures)).sum(axis=1).min())
        del runner
        if agreement < MIN_COSINE:
            raise DeviceError(f"the compiled network differs from the original (cosine {agreement:.4f})")
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
        Path(unfinished).rename(folder)
        Path(unfinished).mkdir()  # for the context manager to remove


def _test_pictures() -> list[NDArray[np.uint8]]:
    """Three made pictures of different shapes, smooth and rough, to compare two forms of a network on."""
    random = np.random.default_rng(1)
    pictures = []
    for height, width in ((320, 448), (448, 320), (384, 384)):
        coarse = random.integers(0, 256, (height // 32, width // 32, 3))
        smooth = np.kron(coarse, np.ones((32, 32, 1)))
        pictures.append((smooth * 0.8 + random.integers(0, 51, (height, width, 3))).astype(np.uint8))
    return pictures


class OpenVinoRunner:
    """The converted network on the processor. Engine thread; waiting for the processor releases the interpreter.

    One picture is computed by all cores together (fastest answer); several are computed one per core (most pictures
    a second, and no core waits for another).
    """

    label = "cpu (openvino)"

    def __init__(self, network_xml: Path) -> None:
        ov = import_openvino()
        self._core = ov.Core()
        self._model = self._core.read_model(str(network_xml))
        self._one = self._compile("LATENCY")
        self._many: openvino.AsyncInferQueue | None = None
        self.n_at_once = 4 * n_cores()

    def _compile(self, hint: str) -> openvino.CompiledModel:
        # Without the precision hint OpenVINO computes in bfloat16 where it can, which misses MIN_COSINE.
        options = {"PERFORMANCE_HINT": hint, "INFERENCE_PRECISION_HINT": "f32"}
        return self._core.compile_model(self._model, "CPU", options)

    def describe(self, inputs: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """See `Runner.describe`."""
        if len(inputs) == 1:
            return np.array(self._one(inputs[0][None])[0], dtype=np.float32)
        if self._many is None:
            import_openvino()
            from openvino import AsyncInferQueue

            self._many = AsyncInferQueue(self._compile("THROUGHPUT"), n_cores())
        found: list[NDArray[np.float32] | None] = [None] * len(inputs)

        def keep(request: openvino.InferRequest, i: int) -> None:
            found[i] = np.array(request.get_output_tensor(0).data[0], dtype=np.float32)

        self._many.set_callback(keep)
        for i, rgb in enumerate(inputs):
            self._many.start_async({0: rgb[None]}, i)
        self._many.wait_all()
        return np.stack([row for row in found if row is not None])
