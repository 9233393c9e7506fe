"""The jobs that measure and train networks. Engine thread."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

from engine.accelerate import Runner
from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.evaluation import evaluate
from engine.messages import Evaluate, EvaluateProtocol, Event, Study, Train
from engine.protocols import evaluate_protocol
from engine.worker import Steps


class Laboratory(Protocol):
    """What the session lends to experiments."""

    def wait_for_runner(self) -> Generator[Event | None, None, Runner]:
        """The runner of the model in use, once there is one."""

    def bulk_decoders(self) -> Decoders:
        """The pool for bulk work."""


def experiment(
    job: Evaluate | EvaluateProtocol | Train | Study, card: ModelCard, device: str, laboratory: Laboratory
) -> Steps:
    """The steps of an experiment.

    Args:
        job: what to do.
        card: of the model in use.
        device: "auto", "cpu", "torch" or "cuda".
        laboratory: the session.

    Raises:
        EngineError: it cannot be done; the sentence says why.
    """
    match job:
        case Evaluate():
            runner = yield from laboratory.wait_for_runner()
            return (yield from evaluate(job, card, runner, laboratory.bulk_decoders()))
        case EvaluateProtocol():
            runner = yield from laboratory.wait_for_runner()
            return (yield from evaluate_protocol(job, card, runner, laboratory.bulk_decoders()))
        case Train():
            # Needs neither the library nor the compiled network, so it begins at once.
            from engine.training.run import train

            return (yield from train(job, device, laboratory.bulk_decoders()))
        case Study():
            from engine.study.run import study

            return (yield from study(job, device, laboratory.bulk_decoders()))
