"""The least score of the hits shown, as a slider over a histogram of all scores. GUI thread only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QWidget

from app import result_texts, theme

_WIDTH_PX, _BARS_PX, _GROOVE_PX, _KNOB_PX = 140, 20, 3, 12
_N_BARS = 50
_SIDE_PX = _KNOB_PX // 2


class ScoreSlider(QSlider):
    """A slider from 0 to 100 percent. Qt's own signals and keys; arrow keys move by 1, the page keys by 10."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._scores: Sequence[float] = ()
        self._counts = [0] * _N_BARS
        self._suggested = 0
        self.setRange(0, 100)
        self.setSingleStep(1)
        self.setPageStep(10)
        self.setAccessibleName(result_texts.LEAST_SCORE)
        self.setMouseTracking(True)
        self.valueChanged.connect(self._tell)
        theme.signals.changed.connect(self.update)
        self._tell()

    def set_scores(self, scores: Sequence[float]) -> None:
        """Show how many hits have which score, 0..1. The same list as before is not counted again."""
        if scores is not self._scores:
            self._scores = scores
            found = Counter([int(score * _N_BARS) for score in scores])
            found[_N_BARS - 1] += found.pop(_N_BARS, 0)
            self._counts = [found[place] for place in range(_N_BARS)]
            self.update()

    def set_suggested(self, percent: int) -> None:
        """Mark the score from which hits are usually right."""
        self._suggested = percent
        self.update()

    def counts(self) -> list[int]:
        """How many hits each bar stands for, from score 0 to 1."""
        return list(self._counts)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, _BARS_PX + _KNOB_PX + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _tell(self) -> None:
        tip = f"{result_texts.LEAST_SCORE}: {self.value()} %. {result_texts.LEAST_SCORE_TIP}"
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)

    # ---- the mouse: what is clicked is the value ----------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.setValue(self._suggested)

    def _follow(self, event: QMouseEvent) -> None:
        share = (event.position().x() - _SIDE_PX) / max(1, self.width() - 2 * _SIDE_PX)
        self.setValue(round(min(max(share, 0.0), 1.0) * 100))

    # ---- painting ---------------------------------------------------------------------------------------------------

    def _x_of(self, percent: float) -> float:
        return _SIDE_PX + (self.width() - 2 * _SIDE_PX) * percent / 100

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at, groove_top = self._x_of(self.value()), _BARS_PX + (_KNOB_PX - _GROOVE_PX) / 2
        groove = QRectF(_SIDE_PX, groove_top, self.width() - 2 * _SIDE_PX, _GROOVE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_bars(painter, at)
        painter.setBrush(theme.color(tokens.pressed))
        painter.drawRoundedRect(groove, _GROOVE_PX / 2, _GROOVE_PX / 2)
        painter.setBrush(theme.color(tokens.accent))
        painter.drawRoundedRect(QRectF(at, groove.top(), groove.right() - at, _GROOVE_PX), 1, 1)
        suggested = self._x_of(self._suggested)
        painter.setBrush(theme.color(tokens.border_strong))
        painter.drawRect(QRectF(suggested - 0.5, groove.bottom() + 2, 1, 4))
        knob = QRectF(at - _KNOB_PX / 2, groove.center().y() - _KNOB_PX / 2, _KNOB_PX, _KNOB_PX)
        painter.setBrush(theme.color(tokens.surface))
        painter.setPen(QPen(theme.color(tokens.accent), 3 if self.hasFocus() else 2))
        painter.drawEllipse(knob.adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_bars(self, painter: QPainter, at: float) -> None:
        """One bar for each two percent; the root of the counts, so that single hits are seen beside hundreds."""
        tokens = theme.tokens()
        usual = self._counts[self._suggested * _N_BARS // 100 :]
        most = max(usual, default=0) ** 0.5 or max(self._counts) ** 0.5 or 1.0  # chance hits are many: they may be cut
        step = (self.width() - 2 * _SIDE_PX) / _N_BARS
        for place, count in enumerate(self._counts):
            if count:
                height = max(2.0, (_BARS_PX - 1) * min(count**0.5 / most, 1.0))
                left = _SIDE_PX + place * step
                is_shown = left + step / 2 >= at
                ink = theme.color(tokens.accent) if is_shown else theme.color(tokens.border_strong, 0.55)
                painter.setBrush(ink)
                painter.drawRoundedRect(QRectF(left + 0.5, _BARS_PX - height, max(1.0, step - 1), height), 1, 1)
