"""Work that is done in steps, done."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any


def drained(steps: Generator[Any, Any, Any], until: Callable[[Any], bool] = lambda step: False) -> Any:
    """What a generator returns; None if it was closed after a step as `until` tells."""
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            return stop.value
        if until(step):
            steps.close()
            return None
