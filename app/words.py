"""Words in the user's language. No Qt, no thread: the window says how words are looked up, see `app.languages`.

A text is written in English, in one of two ways, and needs no more to be translatable:

- as a constant of a module of words, one whose docstring begins with "The words", and is used as `texts.NAME`: it is
  exchanged when another language is chosen (so no constant is imported by itself, or kept in a table elsewhere);
- as `tr("…")`, looked up at that moment.

Parts that change stand in braces: `tr("{n} of {total}").format(…)`. `packaging/translations.py` collects all texts, and
a test fails while one has no translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ACCESS_KEY = re.compile(r"\(&.\)|&")


def _as_it_is(text: str) -> str:
    return text


_look_up: Callable[[str], str] = _as_it_is
_tell: Callable[[str], str] = _as_it_is


def use(look_up: Callable[[str], str], tell: Callable[[str], str]) -> None:
    """Look words up with `look_up` from now on, and sentences that have been put together already with `tell`."""
    global _look_up, _tell
    _look_up, _tell = look_up, tell


def tr(text: str) -> str:
    """The text in the user's language."""
    return _look_up(text)


def tr_n(n: int, one: str, many: str) -> str:
    """The text for one or for several, in the user's language; the number is still to be put in."""
    return _look_up(one if n == 1 else many)


def without_key(text: str) -> str:
    """The words of a menu or button without the mark of the access key: "&Open" or, as in Japanese, "開く(&O)"."""
    return _ACCESS_KEY.sub("", text)


def told(sentence: str) -> str:
    """A sentence of the engine in the user's language: it comes in English, with names and numbers in it."""
    return _tell(sentence)
