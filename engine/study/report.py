"""The report of a study as Markdown. Plain text from findings; no torch, any thread.

Names of sets and counts are told, but no paths, and no photo is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.study.findings import NAMES, CellFigures, Difference, Findings, condition_name
from engine.study.plan import MSA, Cell, Plan
from engine.study.statistics import CONFIDENCE, N_DRAWS, Interval

INTERVALS_PLOT = "map.png"
ACTIVATIONS_PLOT = "activations.png"
FEATURES_PLOT = "features.png"
CURVES_PLOT = "precision-recall.png"
_CONFIDENCE = f"{100 * CONFIDENCE:.0f} %"


@dataclass(frozen=True, slots=True)
class SetSize:
    """A set that is measured on."""

    name: str
    photos: int
    things: int
    queries: int


@dataclass(frozen=True, slots=True)
class Description:
    """What a study was made of.

    Args:
        network: of what, in words: backbone, length of descriptors, area of pictures.
        start: where the backbone's weights are from.
        streams: from shallow to deep.
        learnt: source -> its photos to learn from.
        things: how many things the labelled ones of them show.
        unlabelled: how many of them are not labelled.
        held_out: whether the sets were held out of the same data.
        sets: what was measured on.
        distractors: photos in every search that are never right.
        command: that makes it again, with names for paths.
        settings: of the trainings, as text.
    """

    network: str
    start: str
    streams: tuple[str, ...]
    learnt: dict[str, int]
    things: int
    unlabelled: int
    held_out: bool
    sets: tuple[SetSize, ...]
    distractors: int
    command: str
    settings: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """A parameter before training and after it with each seed."""

    pooling: str
    streams: str
    stream: str
    name: str
    before: float
    after: tuple[float, ...]


def report(plan: Plan, what: Description, findings: Findings, learnt: Sequence[Learnt], plots: Iterable[str]) -> str:
    """The whole report.

    Args:
        plan: what was compared.
        what: on what, and how.
        findings: what came of it.
        learnt: what training changed in poolings and balance.
        plots: the plots that there are, which lie beside the report.
    """
    there = set(plots)
    parts = [
        "# Poolings, streams and training compared\n",
        "The comparison of the paper on ACTNET (Husain, Ong and Bober, arXiv 1907.05794) on photos of one's own, made "
        "by `resight study`.\n",
        _claims(findings),
        _overview(plan, findings),
        _image(there, INTERVALS_PLOT, "mAP of every architecture, untrained and trained, with intervals"),
        _made_of(plan, what),
        _by_set(plan, what, findings),
        _image(there, CURVES_PLOT, "Precision by recall of the main architectures", "## Precision and recall\n"),
        _differences(findings),
        _changes(plan, learnt, there),
        _limits(plan),
    ]
    return "\n".join(part for part in parts if part).rstrip() + "\n"


def claim_line(sentence: str, difference: Difference) -> str:
    """“Training finds more ...: holds, +1.24 points [0.80, 1.71]”."""
    return f"{sentence} {difference.verdict.capitalize()}: {_points(difference.interval)} points of mAP."


# ---- sections ---------------------------------------------------------------------------------------------------


def _claims(findings: Findings) -> str:
    rows = [
        [claim.sentence, f"**{claim.difference.verdict}**", _points(claim.difference.interval),
         _seeds(claim.difference), claim.difference.case]
        for claim in findings.claims
    ]
    head = ["statement", "here", f"difference of mAP, points [{_CONFIDENCE} interval]", "with each seed", "compared"]
    return (
        "## The paper's statements\n\n"
        + _table(head, rows)
        + "\nA statement *holds* if the whole interval of the difference lies above 0, and *does not hold* if it lies "
        "below; otherwise these photos do *not decide* it.\n"
    )


def _overview(plan: Plan, findings: Findings) -> str:
    conditions = [(streams, trained) for streams in plan.aggregations for trained in (False, True)]
    rows = [
        [NAMES[pooling], *(_cell(findings.cells[Cell(pooling, *condition)]) for condition in conditions)]
        for pooling in plan.poolings
    ]
    return (
        "## mAP, mean of the sets\n\n"
        f"In percent, with {_CONFIDENCE} intervals over queries; behind ± the standard deviation over the seeds.\n\n"
        + _table(["pooling", *(condition_name(*condition) for condition in conditions)], rows)
    )


def _made_of(plan: Plan, what: Description) -> str:
    sets = _table(
        ["measured on", "photos", "things", "queries"],
        [[one.name, str(one.photos), str(one.things), str(one.queries)] for one in what.sets],
    )
    learnt = ", ".join(f"{name} ({n})" for name, n in what.learnt.items())
    origin = "held out of the same data, nothing is learnt from them" if what.held_out else "other photos"
    streams = [
        f"- **SSA**: single stream aggregation, the deepest stream only: {what.streams[-1]}.",
        f"- **MSA**: multi-stream aggregation: {', '.join(what.streams)}." if MSA in plan.aggregations else "",
    ]
    return "\n".join([
        "## What was compared\n",
        f"Network: {what.network}. Poolings: {', '.join(NAMES[pooling] for pooling in plan.poolings)}.\n",
        *(line for line in streams if line),
        f"- **Untrained**: backbone of {what.start}, poolings at their start, half whitening fitted on the photos to "
        "learn from.",
        "- **Trained**: from there, by the same recipe for all: whitening, poolings and the balance of the streams"
        f", with the random draws of {_seeds_counted(plan)} ({', '.join(map(str, plan.seeds))}). No epoch is chosen by "
        "looking at what is measured on.\n",
        f"Learnt from: {learnt} photos; they show {what.things} things, and {what.unlabelled} are not labelled. "
        f"Measured on ({origin}):\n",
        sets,
        f"Each photo is searched among all others of its set and {what.distractors} distractors, as by `resight "
        "evaluate`. Photos that may show the same thing count neither for nor against each other.\n",
        "Made by\n",
        f"```sh\n{what.command}\n```\n",
        "with these settings:\n",
        f"```json\n{what.settings}\n```\n",
    ])


def _by_set(plan: Plan, what: Description, findings: Findings) -> str:
    parts = ["## Set by set\n", "mAP / recall@1, in percent; of trained networks the mean of the seeds.\n"]
    names = [one.name for one in what.sets]
    for streams in plan.aggregations:
        for trained in (False, True):
            rows = []
            for pooling in plan.poolings:
                one = findings.cells[Cell(pooling, streams, trained)]
                shares = [one.by_set[name] for name in names] + [(one.mean_ap.value, one.first)]
                rows.append([NAMES[pooling], *(f"{_percent(a)} / {_percent(b)}" for a, b in shares)])
            parts += [f"### {condition_name(streams, trained)}\n", _table(["pooling", *names, "mean"], rows)]
    return "\n".join(parts)


def _differences(findings: Findings) -> str:
    parts = [
        "## Differences\n",
        "Paired: the same queries under both. In points of mAP, mean of the sets, with intervals over queries. Of so "
        "many differences about one in twenty would leave 0 out of its interval by chance alone.\n",
    ]
    for topic, differences in findings.differences.items():
        rows = [[one.case, _points(one.interval), _seeds(one), one.verdict] for one in differences]
        head = ["where", "difference [interval]", "with each seed", "that it is above 0"]
        parts += [f"### {topic}\n", _table(head, rows)]
    return "\n".join(parts)


def _changes(plan: Plan, learnt: Sequence[Learnt], there: set[str]) -> str:
    rows = [
        [NAMES[one.pooling], one.streams, one.stream, one.name, f"{one.before:.2f}",
         ", ".join(f"{value:.2f}" for value in one.after)]
        for one in learnt
    ]
    if not rows:
        return ""
    return "\n".join([
        "## What training changed\n",
        _table(["pooling", "network", "stream", "parameter", "before", "after, with each seed"], rows),
        f"The plots show the parameters of {plan.aggregations[-1]}, of several seeds their mean.\n",
        _image(there, ACTIVATIONS_PLOT, "Value and gradient of the activations before and after training"),
        _image(there, FEATURES_PLOT, "How often values occur in the maps, and the trained activations over them"),
    ])


def _limits(plan: Plan) -> str:
    return (
        "## How to read it\n\n"
        f"Intervals are percentiles of {N_DRAWS:,} bootstrap draws of queries within each set. They tell how the "
        "figures would change with other queries of these sets, not with other things or other kinds of photos; "
        "queries that show the same thing are not independent, so the truth may well be a little less certain. The "
        f"spread over {_seeds_counted(plan)} stands beside them, and is not part of them.\n"
    )


# ---- words ------------------------------------------------------------------------------------------------------


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _image(there: set[str], name: str, words: str, title: str = "") -> str:
    return "\n".join(part for part in (title, f"![{words}]({name})\n") if part) if name in there else ""


def _seeds_counted(plan: Plan) -> str:
    return f"{len(plan.seeds)} {'seed' if len(plan.seeds) == 1 else 'seeds'}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _cell(figures: CellFigures) -> str:
    spread = "" if figures.spread is None else f" ± {100 * figures.spread:.2f}"
    low, high = figures.mean_ap.low, figures.mean_ap.high
    return f"{100 * figures.mean_ap.value:.2f} [{_percent(low)}, {_percent(high)}]{spread}"


def _points(interval: Interval) -> str:
    return f"{100 * interval.value:+.2f} [{100 * interval.low:+.2f}, {100 * interval.high:+.2f}]"


def _seeds(difference: Difference) -> str:
    values = difference.by_seed
    return ", ".join(f"{100 * value:+.2f}" for value in values) if len(values) > 1 else ""
