"""The plots of a study from its results: which lines are drawn where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch  # noqa: TID253 - only imported by whoever has decided to train

from engine.actnet.activations import exponential, modified_weibull, sine_hyperbolic
from engine.measures import CURVE_LEVELS
from engine.study import plots
from engine.study.findings import NAMES, Findings, condition_name
from engine.study.plan import ACTIVATED_POOLINGS, MSA, SSA, Cell, Plan
from engine.study.report import ACTIVATIONS_PLOT, CURVES_PLOT, FEATURES_PLOT, INTERVALS_PLOT, Learnt
from engine.study.results import Outcome, Results

_POINTS = 200
_MAIN_POOLINGS = ("spoc", "gem", *ACTIVATED_POOLINGS)


def draw(plan: Plan, results: Results, findings: Findings) -> dict[str, bytes]:
    """The plots by file name."""
    pictures = {INTERVALS_PLOT: _intervals(plan, findings), CURVES_PLOT: _precision_recall(plan, results)}
    activated = [name for name in ACTIVATED_POOLINGS if name in plan.poolings]
    if activated:
        found = {name: _activation(plan, results, name) for name in activated}
        pictures[ACTIVATIONS_PLOT] = plots.activations(list(found.values()))
        over = {
            stream: [plots.Series(one.name, one.after[stream].x, one.after[stream].value) for one in found.values()]
            for stream in results.histograms
            if all(stream in one.after for one in found.values())
        }
        pictures[FEATURES_PLOT] = plots.features(results.histograms, over)
    return pictures


def what_was_learnt(plan: Plan, results: Results) -> list[Learnt]:
    """Parameters of poolings, and the balance where there are several streams, before and after."""
    found = []
    for pooling in plan.poolings:
        for streams in plan.aggregations:
            before = results.of(plan.runs_of(Cell(pooling, streams, False)))[0].parameters
            after = [one.parameters for one in results.of(plan.runs_of(Cell(pooling, streams, True)))]
            found += [
                Learnt(pooling, streams, stream, name, value, tuple(one[stream][name] for one in after))
                for stream, values in before.items()
                for name, value in values.items()
                if name != "balance" or streams == MSA  # the balance of one stream says nothing
            ]
    return found


def activation_curve(kind: str, parameters: dict[str, float], top: float) -> plots.ActivationCurve:
    """An activation over 0..`top`, and its gradient, both over its value at `top`.

    Args:
        kind: one of `plan.ACTIVATED_POOLINGS`.
        parameters: its own, by name: "scale" and "shape", or "beta".
        top: greatest feature value.
    """
    x = torch.linspace(0, top, _POINTS, dtype=torch.float64, requires_grad=True)
    value = _value(kind, {name: torch.tensor(one, dtype=torch.float64) for name, one in parameters.items()}, x)
    (gradient,) = torch.autograd.grad(value.sum(), x)
    end = float(value[-1].detach()) or 1.0
    return plots.ActivationCurve(
        x.detach().tolist(), (value.detach() / end).tolist(), (gradient / end).tolist()
    )


def _value(kind: str, parameters: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    match kind:
        case "weibull":
            return modified_weibull(x, parameters["scale"], parameters["shape"])
        case "exponential":
            return exponential(x, parameters["beta"])
        case _:
            return sine_hyperbolic(x, parameters["beta"])


def _activation(plan: Plan, results: Results, pooling: str) -> plots.Activation:
    """With all streams that were compared; of the seeds the mean."""
    streams = plan.aggregations[-1]
    before = results.of(plan.runs_of(Cell(pooling, streams, False)))[0].parameters
    after = [one.parameters for one in results.of(plan.runs_of(Cell(pooling, streams, True)))]
    top = max(histogram.top for histogram in results.histograms.values())
    curves = {}
    for stream, values in before.items():
        mean = {name: float(np.mean([one[stream][name] for one in after])) for name in values}
        curves[stream] = activation_curve(pooling, mean, top)
    first = next(iter(before.values()))
    return plots.Activation(NAMES[pooling], activation_curve(pooling, first, top), curves)


def _intervals(plan: Plan, findings: Findings) -> bytes:
    rows = {
        condition_name(streams, trained): [
            findings.cells[Cell(pooling, streams, trained)].mean_ap for pooling in plan.poolings
        ]
        for streams in plan.aggregations
        for trained in (False, True)
    }
    return plots.intervals([NAMES[pooling] for pooling in plan.poolings], rows)


def _precision_recall(plan: Plan, results: Results) -> bytes:
    streams = plan.aggregations[-1]
    main = [name for name in _MAIN_POOLINGS if name in plan.poolings] or list(plan.poolings)
    best = main[-1]
    by_pooling = [_line(NAMES[name], results.of(plan.runs_of(Cell(name, streams, True)))) for name in main]
    by_condition = [
        _line(condition_name(one, trained), results.of(plan.runs_of(Cell(best, one, trained))))
        for one in (SSA, MSA) if one in plan.aggregations
        for trained in (False, True)
    ]
    return plots.precision_recall({condition_name(streams, True): by_pooling, NAMES[best]: by_condition})


def _line(name: str, outcomes: Sequence[Outcome]) -> plots.Series:
    """The mean of the sets, and of the seeds."""
    curves = [curve for one in outcomes for curve in one.figures.curves.values()]
    recall = np.linspace(0, 100, CURVE_LEVELS)
    return plots.Series(name, recall.tolist(), (100 * np.mean(curves, axis=0)).tolist())
