"""Translates texts that have been put together already, by their form. No Qt, no thread.

A phrase such as "{name} is empty." is met in "beach.jpg is empty.", and what stands in its braces is put into the
translation; it may be a phrase itself. Where a text is a list of parts or lines, each is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property

_BRACES = re.compile(r"\{(\w*)(?:[^{}]*)\}")
_SEPARATORS = ("\n\n", "\n", " · ", "\t", ": ")
_DEEPEST = 4
_NAMES = {"camera", "drive", "folder", "library", "name", "names", "new", "old", "path", "place", "when"}
_LEAST_WEIGHT = 3  # of a form in Latin letters: "{n}th" would be met in every other name
_WEIGHT_OF_A_REASON = 12  # a name that has so much in common with a phrase is not met by accident


class Phrasebook:
    """Phrases of one language with their translations into another.

    Args:
        phrases: text -> translation. Names in braces are the same in both.
    """

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._whole = {text: translation for text, translation in phrases.items() if "{" not in text}
        forms = ((text, translation) for text, translation in phrases.items() if "{" in text)
        # The one that says most goes first: "{n} of {total}" would take almost everything.
        self._forms = sorted(((_Form(text), translation) for text, translation in forms), key=lambda it: -it[0].weight)

    def tell(self, text: str, depth: int = _DEEPEST) -> str:
        """The translation; what is not known stays as it is."""
        if not text or depth == 0:
            return text
        if (whole := self._whole.get(text)) is not None:
            return whole
        found = [separator for separator in _SEPARATORS if separator in text]
        for form, translation in self._forms:
            # A form without the separator would take a whole list as what stands in its braces.
            if not set(found) - form.separators and (parts := form.parts_of(text)) is not None:
                return filled(translation, {name: self._tell_part(name, part, depth) for name, part in parts.items()})
        if found:
            return found[0].join(self.tell(part, depth - 1) for part in text.split(found[0]))
        return text

    def _tell_part(self, name: str, part: str, depth: int) -> str:
        """What stands in braces: names of files stay, whatever they look like."""
        if name in _NAMES:
            return part
        if name.isdigit():  # of the engine: a name, or the reason for something
            return self._whole.get(part) or self._tell_reason(part)
        return self.tell(part, depth - 1)

    def _tell_reason(self, part: str) -> str:
        for form, translation in self._forms:
            if form.weight >= _WEIGHT_OF_A_REASON and (parts := form.parts_of(part)) is not None:
                return filled(translation, parts)
        return part


class _Form:
    """One phrase with braces."""

    def __init__(self, text: str) -> None:
        fixed = _BRACES.split(text)[::2]
        self._longest = max(fixed, key=len)
        self.weight = sum(map(len, fixed))
        self._is_too_light = not self.weight or (self.weight < _LEAST_WEIGHT and text.isascii())
        self.separators = {separator for separator in _SEPARATORS if separator in text}
        self._names = tuple(name for name in _BRACES.findall(text))
        self._fixed = fixed

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("(.*?)".join(map(re.escape, self._fixed)), re.DOTALL)

    def parts_of(self, text: str) -> dict[str, str] | None:
        """What stands in the braces, by name; None if the text is not of this form."""
        if self._longest not in text or self._is_too_light:
            return None
        found = self._pattern.fullmatch(text)  # made now: hundreds would be felt when the window opens
        return None if found is None else dict(zip(self._names, found.groups(), strict=True))


def filled(text: str, parts: Mapping[str, str]) -> str:
    """The text with its braces filled, whatever format they ask for: the parts are texts already."""
    return _BRACES.sub(lambda match: parts.get(match.group(1), match.group()), text)


@cache
def braces(text: str) -> frozenset[str]:
    """The names in the braces of a text."""
    return frozenset(_BRACES.findall(text))
