"""What the commands of tuning and models answer, in words. No Qt."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import Any

from app import texts
from app.console import escaped
from engine.messages import Found, ModelState, Proof, Tuned

_MADE_BY = {"": "shipped or named", "quick": "tuned quickly", "deep": "tuned deeply", "imported": "imported"}
_SHOWN_CHANGES = 5


def tuned_document(tuned: Tuned, in_use: bool) -> dict[str, Any]:
    """What `resight tune --json` prints."""
    changes = [
        {
            "query": change.query.path, "photo": change.photo.path, "rank_before": change.rank_before,
            "rank_after": change.rank_after,
        }
        for change in tuned.changes
    ]
    return {**asdict(replace(tuned, changes=())), "changes": changes, "in_use": in_use}


def tuned_words(tuned: Tuned, in_use: bool) -> str:
    """What tuning came to, for people; `in_use`: searches use the model already."""
    lines = proof_words(tuned.proof)
    better = [one for one in tuned.changes if one.rank_after < one.rank_before][:_SHOWN_CHANGES]
    worse = [one for one in tuned.changes if one.rank_after > one.rank_before][-_SHOWN_CHANGES:]
    for change in (*better, *worse):
        lines.append(
            f"  rank {change.rank_before} -> {change.rank_after}: {escaped(change.photo.path)} for "
            f"{escaped(change.query.path)}"
        )
    if tuned.contradicted:
        lines.append(
            f"{texts.groups(tuned.contradicted).capitalize()} left out, as labels contradict each other: resight label"
        )
    if tuned.outcome == "better":
        lines.append(f"The tuned model is better: {tuned.model}")
        if in_use:
            lines.append("It is in use now.")
        else:
            lines += [
                f"  to search with it:  resight use {tuned.model}",
                f"  to discard it:      resight models --remove {tuned.model}",
            ]
    elif tuned.outcome == "worse-elsewhere":
        lines.append("The tuned model finds less among your other photos, so it was discarded. Nothing has changed.")
    else:
        lines.append(
            "The tuned model does not find more of what you have labelled for certain, so it was discarded. Nothing "
            "has changed. More labels, of other things, may help."
        )
    return "\n".join(lines)


def proof_words(proof: Proof) -> list[str]:
    """How a tuned model compares with the one before, a line for each kind of queries."""
    mean, low, high = (100 * value for value in proof.gain)
    lines = [
        f"{texts.photos(proof.queries)} of {texts.groups(proof.groups)} that you have labelled, each with a model that "
        "was chosen without them:",
        f"  before: {_found(proof.before)}",
        f"  after:  {_found(proof.after)}",
        f"  mAP {mean:+.1f} points (90 % interval {low:+.1f} to {high:+.1f})",
    ]
    if proof.boxes_before is not None and proof.boxes_after is not None:
        lines += [
            f"{texts.count(proof.boxes)} parts cut out of your photos, searched for their photo:",
            f"  before: {_found(proof.boxes_before)}",
            f"  after:  {_found(proof.boxes_after)}",
        ]
    return lines


def models_words(models: tuple[ModelState, ...]) -> str:
    """The models of a library, for people."""
    return "\n".join(_model_words(model) for model in models) or "This library has no model yet. Index a folder first."


def _model_words(model: ModelState) -> str:
    made_at = time.strftime("%Y-%m-%d %H:%M", time.localtime(model.made_at))
    facts = [
        _MADE_BY.get(model.made_by, model.made_by),
        made_at,
        f"{texts.photos(model.photos)} described",
        texts.size(model.bytes),
    ]
    if model.parent:
        facts.insert(1, f"from {model.parent}")
    if not model.usable:
        facts.append("its file is not there")
    if model.proof is not None:
        facts.append(f"mAP {100 * model.proof.gain[0]:+.1f} points when it was made")
    return f"{'*' if model.active else ' '} {model.name}\n    {', '.join(facts)}"


def _found(found: Found) -> str:
    words = f"found first {100 * found.first:.1f} %, among the first ten {100 * found.top_ten:.1f} %"
    return words if found.mean_precision is None else f"{words}, mAP {100 * found.mean_precision:.1f} %"
