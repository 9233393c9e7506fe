"""The training of a deep tuning, in a process of its own: a step of it takes seconds, for which no search should wait.

The process takes one step for each that it is asked for. So it pauses when nobody asks, and ends when the pipe does.
What it leaves is a model file, or a checkpoint to go on from.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Generator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from engine.actnet.checkpoint import ModelCard, load, read_card, save
from engine.decoder_process import bind_to_parent
from engine.decoders import Decoders
from engine.device import n_cores
from engine.errors import DeviceError, EngineError, TuningError
from engine.messages import Progress
from engine.tuning.deep_plan import read_plan, run_folder

_NICENESS = 10

NO_NUMBERS = (
    "Training was stopped, as its numbers went beyond all bounds. Nothing was kept of it, and the model in use stays."
)
_ENDED = (
    "The training ended early; most often there was not enough memory for it. Close other programs and begin it once "
    "more: it goes on from the last part that was done."
)
_NO_GPU_MEMORY = "The GPU has too little memory for this training. Let Resight use the processor."


@dataclass(frozen=True, slots=True)
class Order:
    """What to train.

    Args:
        folder: of the training, with its plan.
        start: the file of the model to begin with.
        device: "auto", "cpu", "torch" or "cuda".
        gently: on one core, and one decoder process.
    """

    folder: Path
    start: Path
    device: str
    gently: bool = False

    @property
    def model(self) -> Path:
        """The file of the trained model."""
        return self.folder / "model.safetensors"


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why there is no model; `is_lost`: going on would come to the same."""

    sentence: str
    path: str | None
    is_lost: bool


class TrainingLost(TuningError):
    """Training came to nothing, and would again."""


class DeepProcess:
    """The process. Engine thread.

    Args:
        order: what it is to do.
    """

    def __init__(self, order: Order) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(order, theirs, os.getpid()), name="training")
        self._process.start()
        theirs.close()
        self._is_asked = False

    def poll(self) -> Progress | ModelCard | None:
        """Ask for a step, if none is under way; what came of the last one, or None while it takes its time.

        Raises:
            TuningError: training cannot go on; `TrainingLost` if it never can.
        """
        try:
            if not self._is_asked:
                self._connection.send(None)
                self._is_asked = True
            if not self._connection.poll():
                return None
            answer: Progress | ModelCard | _Failed = self._connection.recv()
        except (EOFError, OSError) as error:
            raise TuningError(_ENDED) from error
        self._is_asked = False
        if isinstance(answer, _Failed):
            raise (TrainingLost if answer.is_lost else TuningError)(answer.sentence, answer.path)
        return answer

    def close(self) -> None:
        """End it now, in the middle of whatever it does."""
        self._process.kill()
        self._process.join()
        self._connection.close()


def _serve(order: Order, connection: Connection, parent_pid: int) -> None:
    bind_to_parent(parent_pid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    steps: Generator[Progress, None, ModelCard] | None = None
    while True:
        try:
            connection.recv()
            steps = steps or train_planned(order)
            answer: Progress | ModelCard | _Failed = _next(steps)
            connection.send(answer)
        except (EOFError, OSError):
            return  # whoever asked is gone


def _next(steps: Generator[Progress, None, ModelCard]) -> Progress | ModelCard | _Failed:
    from engine.training.whitening import LossIsNoNumber

    try:
        return next(steps)
    except StopIteration as stop:
        card: ModelCard = stop.value
        return card
    except LossIsNoNumber:
        return _Failed(NO_NUMBERS, None, is_lost=True)
    except EngineError as error:
        return _Failed(error.sentence, error.path, is_lost=False)
    except MemoryError:
        return _Failed(_ENDED, None, is_lost=False)
    except Exception as error:  # noqa: BLE001 - the boundary of the process: whatever it is becomes a sentence
        return _Failed(f"Training met an unexpected problem: {type(error).__name__}.", None, is_lost=False)


def train_planned(order: Order) -> Generator[Progress, None, ModelCard]:
    """Train by a plan, or go on from the last checkpoint; the model is written into the training's folder.

    Raises:
        EngineError: it cannot be done; the sentence says why.
    """
    import torch

    from engine.training.loop import Start, Training
    from engine.training.run import use_cuda
    from engine.training.settings import TrainingSettings
    from engine.training.whitening import LossIsNoNumber

    plan = read_plan(order.folder)
    if plan is None:
        raise TuningError("The plan of this training is damaged. Begin it anew.")
    if order.gently:
        torch.set_num_threads(1)
    card, folder = read_card(order.start), run_folder(order.folder)
    network = load(order.start)
    with Decoders(1 if order.gently else n_cores()) as decoders:
        start = Start(network, new_whitening=False, cuda=use_cuda(order.device))
        settings = TrainingSettings.from_json(plan.settings)
        training = Training(start, plan.dataset(), settings, folder, folder / "inputs", decoders)
        try:
            yield from training.run()
        except torch.cuda.OutOfMemoryError as error:
            raise DeviceError(_NO_GPU_MEMORY) from error
    origin = f"{card.origin} Trained by Resight with {plan.n_labels} labels of one library: {plan.settings}"
    if not all(tensor.abs().max() < 65_504 for tensor in network.state_dict().values() if tensor.numel()):
        raise LossIsNoNumber(NO_NUMBERS)
    return save(network.cpu(), order.model, name=f"{card.name}-trained", licence=card.licence, origin=origin)
