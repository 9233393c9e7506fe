"""The words about results: how sure a hit is, filters, sections, stacks, completeness. No Qt, no thread."""

from __future__ import annotations

from app.texts import count

# Of photos of different things 3 % score more than 0.2, of the best matches of the same thing 99.5 % do; see
# `app.searching`. A hit that was found by a closer look has at least 0.5.
_LIKELIHOODS = ((0.6, "Very likely"), (0.4, "Likely"), (0.2, "Maybe"), (0.0, "Unlikely"))


def likelihood(score: float) -> str:
    """How likely it is that a hit with this score shows what was looked for: “Very likely”."""
    return next(words for least, words in _LIKELIHOODS if score >= least)


def percent(score: float) -> str:
    """A score in figures: “87 %”."""
    return f"{round(score * 100)} %"


def stack_of(n: int) -> str:
    """“stack of 5”."""
    return f"stack of {count(n)}"
