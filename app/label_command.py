"""`resight label`: which pictures show the same thing, from the command line to a job, and from its result to words."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from app import texts
from app.console import UsageError, escaped
from engine.messages import (
    Contradiction,
    ExportLabels,
    Feedback,
    GetLabels,
    ImportLabels,
    Job,
    Label,
    Labelled,
    Labels,
    PairLabel,
    UndoLabels,
)
from engine.types import Query

_HASH_DIGITS = 12  # of a picture that is not in the library


def label_job(options: argparse.Namespace) -> Job:
    """What the command line asks for.

    Raises:
        UsageError: it does not say what.
    """
    about = options.same or options.different or options.forget
    if options.pictures and not about:
        raise UsageError("Say what is to be known of these pictures: --same, --different or --forget.")
    if about:
        if len(options.pictures) < 2:
            raise UsageError("Name at least two pictures: the first is compared with each of the others.")
        first, *others = (os.path.abspath(picture) for picture in options.pictures)
        same = None if options.forget else bool(options.same)
        return Label(Query(path=first, box=options.box), tuple(Query(path=other) for other in others), same)
    if options.box is not None:
        raise UsageError("--box goes with --same, --different or --forget.")
    if options.undo:
        return UndoLabels()
    if options.export is not None:
        return ExportLabels(Path(os.path.abspath(options.export)))
    if options.import_from is not None:
        return ImportLabels(Path(os.path.abspath(options.import_from)))
    return GetLabels()


def feedback(options: argparse.Namespace) -> Feedback | None:
    """What `resight search` is told of other pictures, or None."""
    same, different = (
        tuple(Query(path=os.path.abspath(picture)) for picture in some) for some in (options.like, options.unlike)
    )
    return Feedback(same, different) if same or different else None


def labels_words(labels: Labels) -> str:
    """All labels for people."""
    if not labels.pairs:
        return "Nothing is labelled yet. To begin: resight label PICTURE PICTURE --same"
    lines = [_pair_words(pair) for pair in labels.pairs]
    n_same = sum(pair.same for pair in labels.pairs)
    lines.append(
        f"{texts.labels(len(labels.pairs))}: {texts.count(n_same)} same, {texts.count(len(labels.pairs) - n_same)} "
        f"different; {texts.photos(labels.grouped)} in {texts.groups(labels.groups)}"
    )
    return "\n".join(lines + _contradictions_words(labels.contradictions))


def labelled_words(done: Labelled) -> str:
    """What a change of labels did, for people."""
    changed = f"{texts.labels(done.changed)} changed" if done.changed else "Nothing changed"
    return "\n".join([f"{changed}; {texts.labels(done.pairs)} in all.", *_contradictions_words(done.contradictions)])


def _contradictions_words(contradictions: tuple[Contradiction, ...]) -> list[str]:
    lines = []
    for one in contradictions:
        lines.append("These labels contradict each other; take one of them back with --forget:")
        lines += [f"  {_pair_words(pair)}" for pair in (one.different, *one.same)]
    return lines


def _pair_words(pair: PairLabel) -> str:
    box = "" if pair.box is None else f" (part {pair.box.x0:g},{pair.box.y0:g},{pair.box.x1:g},{pair.box.y1:g})"
    sign = "same     " if pair.same else "different"
    return f"{sign} {_name(pair.path_a, pair.hash_a)}{box}  {_name(pair.path_b, pair.hash_b)}"


def _name(path: str, content_hash: str) -> str:
    return escaped(path) if path else f"(not in the library: {content_hash[:_HASH_DIGITS]})"
