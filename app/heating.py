"""How much each place of the photo in the preview is like what is searched for. GUI thread only."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from app.bridge import Bridge
from app.heat_image import heat_image
from app.part_marks import color_of
from app.parts import Parts
from engine.messages import DrawHeat, JobFailed
from engine.types import HeatMap, Hit, Query

_KEPT = 64


class Heating(QObject):
    """Asks for the heat maps of one hit, one for each wanted part. Maps are kept; none is computed unless shown.

    Signals:
        drawn(bool, QImage): whether heat is wanted; what is to lie over the photo, a null image for nothing.
    """

    drawn = Signal(bool, object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._is_on = False
        self._hit: Hit | None = None
        self._parts: Parts | None = None
        self._kept: OrderedDict[tuple[Query, int], HeatMap] = OrderedDict()
        self._jobs: dict[int, tuple[Query, int]] = {}
        bridge.heat_drawn.connect(self._on_drawn)
        bridge.job_failed.connect(self._on_failed)

    def set_on(self, is_on: bool) -> None:
        """Show the heat, or not any more."""
        self._is_on = is_on
        self._refresh()

    @Slot(object)
    def set_hit(self, hit: Hit | None) -> None:
        """From now on of this hit."""
        if (hit and hit.photo_id) != (self._hit and self._hit.photo_id):
            self._hit = hit
            self._refresh()

    def set_parts(self, parts: Parts | None) -> None:
        """From now on of what is searched for in this way."""
        if parts != self._parts:
            self._parts = parts
            self._refresh()

    def parts(self) -> Parts | None:
        """What is searched for, see `set_parts`."""
        return self._parts

    def _wanted(self) -> list[tuple[Query, int]]:
        """What maps are needed, as query and photo."""
        if not self._is_on or self._hit is None or self._parts is None or not self._hit.online:
            return []
        return [(query, self._hit.photo_id) for query in self._parts.wanted]

    def _refresh(self) -> None:
        wanted = self._wanted()
        for job_id in [job_id for job_id, key in self._jobs.items() if key not in wanted]:
            self._bridge.cancel(job_id)
            del self._jobs[job_id]
        for key in wanted:
            if key not in self._kept and key not in self._jobs.values():
                self._jobs[self._bridge.submit(DrawHeat(*key))] = key
        self._draw()

    def _draw(self) -> None:
        wanted = self._wanted()
        if not all(key in self._kept for key in wanted):
            self.drawn.emit(self._is_on, QImage())
            return
        numbers = self._parts.numbers if self._parts is not None else ()
        maps = []
        for place, key in enumerate(wanted):
            self._kept.move_to_end(key)
            maps.append((self._kept[key], color_of(numbers[place] if numbers else 1)))
        self.drawn.emit(self._is_on, heat_image(maps))

    @Slot(int, object)
    def _on_drawn(self, job_id: int, heat: HeatMap) -> None:
        key = self._jobs.pop(job_id, None)
        if key is not None:
            self._kept[key] = heat
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            self._draw()

    @Slot(object)
    def _on_failed(self, failed: JobFailed) -> None:
        self._jobs.pop(failed.job_id, None)  # the preview itself says why the photo cannot be read
