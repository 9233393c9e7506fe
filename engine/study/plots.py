"""The plots of a study, as PNG files. matplotlib without a screen; one thread.

Colours are those of Okabe and Ito, which people with any colour vision can tell apart; lines differ in style as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.figures import new_figure, png_of
from engine.study.results import Histogram
from engine.study.statistics import Interval

_GREY = "#9a9a9a"
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (7, 2)))
_MARKERS = ("o", "s")


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name and its points."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True, slots=True)
class ActivationCurve:
    """An activation over one stream: value and gradient at `x`, both over the value at the end."""

    x: Sequence[float]
    value: Sequence[float]
    gradient: Sequence[float]


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation before training, and after it by stream."""

    name: str
    before: ActivationCurve
    after: dict[str, ActivationCurve]


def activations(found: Sequence[Activation]) -> bytes:
    """Value (above) and gradient (below) of each activation, before and after training."""
    figure = new_figure(3.4 * max(2, len(found)), 5.6)
    axes = figure.subplots(2, len(found), squeeze=False, sharex="col")
    for column, one in enumerate(found):
        for row, part in enumerate(("value", "gradient")):
            place = axes[row][column]
            place.plot(one.before.x, getattr(one.before, part), color=_GREY, linewidth=2.5, label="before training")
            for i, (stream, curve) in enumerate(one.after.items()):
                y = getattr(curve, part)
                place.plot(curve.x, y, color=_COLOURS[i], linestyle=_STYLES[i % 4], label=f"after, {stream}")
            _tidy(place)
        axes[0][column].set_title(one.name)
        axes[1][column].set_xlabel("value of the feature map")
    axes[0][0].set_ylabel("activation, as a share\nof its value at the right end")
    axes[1][0].set_ylabel("its gradient")
    axes[0][0].legend(frameon=False, fontsize="small")
    return png_of(figure)


def features(histograms: Mapping[str, Histogram], over: Mapping[str, Sequence[Series]]) -> bytes:
    """How often values occur in each stream's map, and the trained activations over them."""
    figure = new_figure(4.6 * max(2, len(histograms)), 3.8)
    axes = figure.subplots(1, len(histograms), squeeze=False)[0]
    for place, (stream, histogram) in zip(axes, histograms.items(), strict=True):
        width = histogram.top / len(histogram.shares)
        edges = [i * width for i in range(len(histogram.shares))]
        place.bar(edges, [100 * share for share in histogram.shares], width, align="edge", color="#d5d9e0")
        place.set_yscale("log")
        place.set_title(stream)
        place.set_xlabel("value of the feature map")
        right = place.twinx()
        for i, line in enumerate(over.get(stream, ())):
            right.plot(line.x, line.y, color=_COLOURS[i], linestyle=_STYLES[i], label=line.name)
        right.set_ylim(0, 1.05)
        _tidy(place)
        for spine in ("top", "left"):
            right.spines[spine].set_visible(False)
        if place is axes[-1]:
            right.set_ylabel("activation after training (share)")
            if over.get(stream):
                right.legend(frameon=False, fontsize="small", loc="upper center")
        else:
            right.set_yticklabels([])
    axes[0].set_ylabel("how often, % of all values")
    return png_of(figure)


def precision_recall(panels: Mapping[str, Sequence[Series]]) -> bytes:
    """Precision by recall, one panel for each title."""
    figure = new_figure(4.8 * max(1, len(panels)), 4.2)
    axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for place, (title, lines) in zip(axes, panels.items(), strict=True):
        for i, line in enumerate(lines):
            place.plot(line.x, line.y, color=_COLOURS[i % 7], linestyle=_STYLES[i % 7], label=line.name)
        place.set_title(title)
        place.set_xlabel("recall, %")
        place.set_xlim(0, 100)
        place.legend(frameon=False, fontsize="small", loc="lower left")
        _tidy(place)
    axes[0].set_ylabel("precision, %")
    return png_of(figure)


def intervals(groups: Sequence[str], rows: Mapping[str, Sequence[Interval]]) -> bytes:
    """A figure of each group under each condition, with its interval; in percent.

    Args:
        groups: their names, from left to right.
        rows: condition -> the figure of each group; by turns untrained (drawn hollow) and trained.
    """
    figure = new_figure(max(5.0, 1.25 * len(groups) + 1.5), 4.4)
    place = figure.add_subplot()
    for i, (condition, figures) in enumerate(rows.items()):
        shift = (i - (len(rows) - 1) / 2) * 0.18
        x = [position + shift for position in range(len(figures))]
        y = [100 * one.value for one in figures]
        below = [max(0.0, 100 * (one.value - one.low)) for one in figures]
        above = [max(0.0, 100 * (one.high - one.value)) for one in figures]
        colour = _COLOURS[i // 2]
        place.errorbar(
            x, y, [below, above], color=colour, fmt=_MARKERS[i // 2], markersize=6, elinewidth=1.6, capsize=3,
            label=condition, markerfacecolor=colour if i % 2 else "white",
        )
    place.set_xticks(range(len(groups)), groups)
    place.set_xlim(-0.6, len(groups) - 0.4)
    place.set_ylabel("mAP, % (mean of the sets)")
    place.legend(frameon=False, fontsize="small", ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.08))
    _tidy(place)
    place.grid(axis="x", visible=False)
    return png_of(figure)


def _tidy(axes: Any) -> None:
    for spine in ("top", "right"):
        axes.spines[spine].set_visible(False)
    axes.grid(color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
