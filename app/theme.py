"""How the window looks: design tokens for light and dark, spacing, type sizes, and what applies them.

Widgets that paint by hand read `tokens()` in their paint methods and repaint on `signals.changed`; everything else
gets its look from the palette and the style sheet. To be used on the GUI thread only.

A widget takes part in the style sheet through its dynamic property `role`, set with `set_role`:
QLabel: "muted", "small", "remark", "title", "display", "danger"; QPushButton: "primary", "danger", "link";
QListView: "plain"; QFrame: "panel", "banner-warning", "banner-danger", "dropzone", "dropzone-active", "chip",
"chip-on", "popup", "part", "part-current".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAccessibilityHints, QColor, QFont, QFontMetricsF, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication, QWidget

from app import stylesheet

FOLLOW, LIGHT_SCHEME, DARK_SCHEME = "follow", "light", "dark"
PREFERENCES = (FOLLOW, LIGHT_SCHEME, DARK_SCHEME)
HIGH, NORMAL = "high", "normal"
CONTRASTS = (FOLLOW, HIGH, NORMAL)

SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL, SPACE_XXL = 4, 8, 12, 16, 24, 40
RADIUS_PX = 6
TYPE_SCALE = {"small": 0.9, "body": 1.0, "title": 1.2, "display": 1.75}  # times the system's font size


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme, as "#rrggbb". Text on its surfaces has a contrast of at least 4.5 : 1."""

    is_dark: bool
    window: str  # behind the panels
    surface: str  # panels, cards, fields
    sunken: str  # behind pictures, drop zones
    hover: str
    pressed: str
    border: str  # between surfaces; decoration only
    border_strong: str  # round fields and buttons: at least 3 : 1
    text: str
    text_muted: str
    accent: str  # fills and focus frames; also text on `surface` and `window`
    accent_hover: str
    accent_soft: str  # behind selected things; carries `text`
    on_accent: str
    danger: str  # text and fills
    danger_soft: str
    on_danger: str
    warning_soft: str
    # Of the parts of a query, by number: frames on pictures, and fills behind `on_part`. The same in all schemes:
    # bright, so that they stand out from photos, and told apart by all eyes (after Okabe and Ito).
    parts: tuple[str, ...] = ("#ffb224", "#5cbcf2", "#5fd6a4", "#f3a3d3", "#f2e35b", "#c9b1ff")
    on_part: str = "#14171c"


LIGHT = Tokens(
    is_dark=False,
    window="#f3f4f6",
    surface="#ffffff",
    sunken="#e9ebef",
    hover="#eceef2",
    pressed="#dfe2e8",
    border="#d9dde3",
    border_strong="#79818e",
    text="#1a1d23",
    text_muted="#565e6b",
    accent="#0a61b8",
    accent_hover="#084e95",
    accent_soft="#d9e9fb",
    on_accent="#ffffff",
    danger="#b3261e",
    danger_soft="#fbe4e2",
    on_danger="#ffffff",
    warning_soft="#fdf1d3",
)

DARK = Tokens(
    is_dark=True,
    window="#17191d",
    surface="#1f2227",
    sunken="#121417",
    hover="#2b2f36",
    pressed="#363b44",
    border="#31353d",
    border_strong="#747c8a",
    text="#e7e9ed",
    text_muted="#a3abb8",
    accent="#6cb2f7",
    accent_hover="#8fc5fa",
    accent_soft="#1d3a57",
    on_accent="#08192b",
    danger="#ff9a91",
    danger_soft="#4a2321",
    on_danger="#2b0a07",
    warning_soft="#3d3318",
)

# For who needs strong contrasts: text at least 7 : 1, and lines round everything.
HIGH_LIGHT = Tokens(
    is_dark=False,
    window="#ffffff",
    surface="#ffffff",
    sunken="#f2f2f2",
    hover="#e3e9f2",
    pressed="#ccd6e4",
    border="#4a4a4a",
    border_strong="#000000",
    text="#000000",
    text_muted="#24272d",
    accent="#003a80",
    accent_hover="#00295c",
    accent_soft="#cfe2fb",
    on_accent="#ffffff",
    danger="#8a0b05",
    danger_soft="#fbdedb",
    on_danger="#ffffff",
    warning_soft="#ffedb8",
)

HIGH_DARK = Tokens(
    is_dark=True,
    window="#000000",
    surface="#000000",
    sunken="#0d0d0d",
    hover="#26303c",
    pressed="#35414f",
    border="#b8b8b8",
    border_strong="#ffffff",
    text="#ffffff",
    text_muted="#e2e5ea",
    accent="#8cc8ff",
    accent_hover="#b4dbff",
    accent_soft="#0c3557",
    on_accent="#000000",
    danger="#ffb1aa",
    danger_soft="#4d1512",
    on_danger="#000000",
    warning_soft="#42350a",
)


class _Signals(QObject):
    changed = Signal()


signals = _Signals()
_current = LIGHT
_preference = FOLLOW
_contrast = FOLLOW


def tokens() -> Tokens:
    """The colours in force now."""
    return _current


def color(value: str, alpha: float = 1.0) -> QColor:
    """A token as a QColor; `alpha` in 0..1."""
    result = QColor(value)
    result.setAlphaF(alpha)
    return result


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget its role in the style sheet; may be changed at any time."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def font_of(step: str, bold: bool = False) -> QFont:
    """The program's font at a step of `TYPE_SCALE`, for painting by hand."""
    font = QFont(QApplication.font())
    font.setPointSizeF(font.pointSizeF() * TYPE_SCALE[step])
    font.setBold(bold)
    return font


def type_of(step: str) -> tuple[QFont, QFontMetricsF]:
    """The same with its measures, made once: for what is painted many times a second. Not to be changed."""
    return _type_of(step, QApplication.font().key())


@lru_cache(maxsize=16)
def _type_of(step: str, _font_key: str) -> tuple[QFont, QFontMetricsF]:
    font = font_of(step)
    return font, QFontMetricsF(font)


def apply(app: QApplication, preference: str = FOLLOW, contrast: str = FOLLOW) -> None:
    """Style the program and keep following the system's colours and contrast. Call once, before the first window."""
    global _contrast
    app.setStyle("Fusion")
    hints, access = _system()
    hints.colorSchemeChanged.connect(_on_system_changed)
    access.contrastPreferenceChanged.connect(_on_system_changed)
    _contrast = contrast if contrast in CONTRASTS else FOLLOW
    set_preference(preference)


def set_preference(preference: str) -> None:
    """Follow the system ("follow"), or stay "light" or "dark"."""
    global _preference
    _preference = preference if preference in PREFERENCES else FOLLOW
    wanted = {LIGHT_SCHEME: Qt.ColorScheme.Light, DARK_SCHEME: Qt.ColorScheme.Dark}
    # Asked of the system too, so that window frames and its own dialogs match.
    QApplication.styleHints().setColorScheme(wanted.get(_preference, Qt.ColorScheme.Unknown))
    _restyle()


def set_contrast(contrast: str) -> None:
    """Follow the system ("follow"), or have "high" or "normal" contrast."""
    global _contrast
    _contrast = contrast if contrast in CONTRASTS else FOLLOW
    _restyle()


@cache
def _system() -> tuple[QStyleHints, QAccessibilityHints]:
    """What the system tells. Kept for good: PySide loses the second when the wrapper of the first goes."""
    hints = QApplication.styleHints()
    return hints, hints.accessibility()


def _on_system_changed(_what: object) -> None:
    _restyle()


def _restyle() -> None:
    global _current
    if _preference == FOLLOW:
        is_dark = QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    else:
        is_dark = _preference == DARK_SCHEME
    if _contrast == FOLLOW:
        is_high = _system()[1].contrastPreference() == Qt.ContrastPreference.HighContrast
    else:
        is_high = _contrast == HIGH
    light, dark = (HIGH_LIGHT, HIGH_DARK) if is_high else (LIGHT, DARK)
    _current = dark if is_dark else light
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setPalette(_palette(_current))
        app.setStyleSheet(stylesheet.build(_current, TYPE_SCALE, app.font().pointSizeF(), RADIUS_PX))
    signals.changed.emit()


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for target, value in {
        role.Window: t.window,
        role.WindowText: t.text,
        role.Base: t.surface,
        role.AlternateBase: t.sunken,
        role.Text: t.text,
        role.PlaceholderText: t.text_muted,
        role.Button: t.surface,
        role.ButtonText: t.text,
        role.BrightText: t.danger,
        role.Highlight: t.accent,
        role.HighlightedText: t.on_accent,
        role.Accent: t.accent,
        role.Link: t.accent,
        role.LinkVisited: t.accent,
        role.ToolTipBase: t.surface,
        role.ToolTipText: t.text,
        role.Light: t.hover,
        role.Midlight: t.border,
        role.Mid: t.border,
        role.Dark: t.border_strong,
        role.Shadow: t.sunken,
    }.items():
        palette.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, color(t.text_muted, 0.6))
    return palette
