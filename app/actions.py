"""Every command of the window in one table, with its keys: menus, shortcuts and the help sheet are made from it.

`app.shortcuts` keeps what the user has changed of the keys. Menus follow such a change at once; a widget that handles
the keys of its scope itself asks `command_for`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app import shortcuts, theme
from app.icons import set_icon
from app.words import tr, without_key


class Scope(Enum):
    """Where keys work. Those of the results and the query picture are handled by these widgets themselves."""

    WINDOW = "Everywhere"
    RESULTS = "In the results"
    QUERY = "In the query picture"
    PICTURE = "In the preview and the large view"


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table. Without a `menu` it is only told about in the help sheet.

    `keys` are those it has by itself; `keys_in_force` are what the user has made of them, unless `is_fixed`.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    menu: str = ""
    icon: str = ""
    scope: Scope = Scope.WINDOW
    starts_group: bool = False
    is_checkable: bool = False
    tip: str = ""
    is_fixed: bool = False

    @property
    def label(self) -> str:
        """The text without the mark of the access key."""
        return without_key(tr(self.text)).rstrip("…")

    @property
    def keys_in_force(self) -> tuple[str, ...]:
        """The keys it has now."""
        return self.keys if self.is_fixed else shortcuts.keys_of(self.name, self.keys)


MENUS = {"file": "&File", "edit": "&Edit", "photo": "&Photo", "view": "&View", "library": "&Library", "help": "&Help"}

COMMANDS = (
    Command("open_picture", "&Open picture…", ("Ctrl+O",), "file", "image"),
    Command(
        "capture_screen", "Take from the &screen…", ("Ctrl+Shift+S",), "file", "part",
        tip="Search with a part of what is on the screen",
    ),
    Command("add_folder", "&Add folder…", ("Ctrl+Shift+O",), "file", "folder-add"),
    Command("update_folders", "&Update folders", ("F5",), "file", "refresh"),
    Command("watch_folders", "&Watch folders for changes", (), "file", is_checkable=True),
    Command("leave_out", "&Leave out…", (), "file"),
    Command("show_problems", "&Problems…", (), "file", "warning"),
    Command(
        "save_collection", "Save as a &collection…", ("Ctrl+S",), "file", "collection", starts_group=True,
        tip="Keep this search under a name",
    ),
    Command("export_hits", "&Export hits…", ("Ctrl+Shift+E",), "file", "export"),
    Command("quit", "&Quit", ("Ctrl+Q",), "file", starts_group=True),
    Command("undo", "&Undo", ("Ctrl+Z",), "edit", "undo"),
    Command("back", "&Back", ("Alt+Left",), "edit", "back", starts_group=True, tip="To the search before"),
    Command("forward", "For&ward", ("Alt+Right",), "edit", "forward", tip="To the search after this one"),
    Command(
        "recent", "&Recent pictures…", ("Ctrl+H",), "edit", "recent", tip="Search again with one of the last pictures"
    ),
    Command("forget_recent", "For&get recent pictures", (), "edit"),
    Command("paste", "&Paste picture", ("Ctrl+V",), "edit", "paste", starts_group=True),
    Command("whole_picture", "Search with the &whole picture", ("Esc",), "edit", "reset", Scope.QUERY, is_fixed=True),
    Command(
        "look_further",
        "&Look further",
        ("Ctrl+L",),
        "edit",
        "search",
        is_checkable=True,
        tip="Let the first hits help to find more of the same",
    ),
    Command(
        "turned",
        "Also &turned and mirrored",
        ("Ctrl+T",),
        "edit",
        "mirror",
        is_checkable=True,
        tip="Also find what is mirrored, or turned by 90, 180 or 270 degrees",
    ),
    Command("settings", "Se&ttings…", ("Ctrl+,",), "edit", "settings", starts_group=True),
    Command("find_similar", "Find &similar to this", ("S",), "photo", "similar", Scope.RESULTS),
    Command("pick_part", "Search for a p&art of this…", ("B",), "photo", "part", Scope.RESULTS),
    Command(
        "mark_same", "Shows the sa&me", ("Y",), "photo", "check", Scope.RESULTS, starts_group=True,
        tip="Resight remembers it, and finds more like it",
    ),
    Command(
        "mark_different", "Shows something &else", ("N",), "photo", "close", Scope.RESULTS,
        tip="It is left out here from now on",
    ),
    Command("unmark", "Take the mark &back", ("U",), "photo", "", Scope.RESULTS),
    Command("open_photo", "&Open in the viewer", ("Ctrl+Return",), "photo", "open", Scope.RESULTS, starts_group=True),
    Command("open_with", "Open &with…", ("Ctrl+Shift+Return",), "photo", "", Scope.RESULTS),
    Command("reveal", "Show in &folder", ("Ctrl+R", "Ctrl+E"), "photo", "folder"),
    Command("copy_files", "&Copy", ("Ctrl+C",), "photo", "copy", Scope.RESULTS, starts_group=True),
    Command("copy_picture", "Copy p&icture", ("Ctrl+Alt+C",), "photo", "image", Scope.RESULTS),
    Command("copy_path", "Copy &path", ("Ctrl+Shift+C",), "photo", "", Scope.RESULTS),
    Command("copy_to", "Copy to a fol&der…", ("Ctrl+D",), "photo", "", Scope.RESULTS, starts_group=True),
    Command("move_to", "&Move to a folder…", ("Ctrl+M",), "photo", "", Scope.RESULTS),
    Command("trash", "Move to the &trash…", ("Del",), "photo", "trash", Scope.RESULTS),
    Command("why_not", "Why &not found…", ("Ctrl+Shift+F",), "edit", "help"),
    Command("show_preview", "&Preview panel", ("Ctrl+P",), "view", "preview", is_checkable=True),
    Command("look_closer", "Look &closer", ("Enter",), "view", "expand", Scope.RESULTS),
    Command("slideshow", "&Slideshow", ("F9",), "view", "slideshow"),
    Command("full_screen", "&Full screen", ("F11",), "view", is_checkable=True),
    Command(
        "show_frames",
        "&Frames",
        ("F",),
        "view",
        "frame",
        Scope.RESULTS,
        is_checkable=True,
        tip="Frame what was found",
    ),
    Command(
        "show_heat",
        "&Heat map",
        ("H",),
        "view",
        "heat",
        Scope.RESULTS,
        is_checkable=True,
        tip="Show how much each place of a photo is like what is searched for",
    ),
    Command("larger", "&Larger thumbnails", ("Ctrl++", "Ctrl+="), "view", starts_group=True),
    Command("smaller", "&Smaller thumbnails", ("Ctrl+-",), "view"),
    Command("normal_size", "&Normal thumbnails", ("Ctrl+0",), "view"),
    Command("back_up_library", "&Back up library…", (), "library", "save"),
    Command("restore_library", "&Restore…", (), "library", "reset"),
    Command("teach", "&Teach Resight…", ("Ctrl+Shift+T",), "library", "check", starts_group=True),
    Command("find_duplicates", "Find &duplicates…", ("Ctrl+Shift+D",), "library", "copy", starts_group=True),
    Command(
        "samples", "Sample &photos", (), "library", starts_group=True, is_checkable=True,
        tip="Photos that come with Resight, to try it with",
    ),
    Command("move_library", "&Move library…", (), "library", "folder", starts_group=True),
    Command("check_library", "&Check and repair…", (), "library", "check"),
    Command(
        "index_gently",
        "&Index gently",
        (),
        "library",
        starts_group=True,
        is_checkable=True,
        tip="Leave the computer to other programs: index on one core, with low priority, not on battery, and while "
        "nobody uses it",
    ),
    Command("show_keys", "&Keyboard shortcuts", ("F1", "?"), "help", "help"),
    Command("show_log", "Show &log", (), "help"),
    Command("about", "&About Resight", (), "help", starts_group=True),
    Command("open_stack", "Show all shots of a stack, or only the first", ("E",), scope=Scope.RESULTS),
    Command("preview", "Preview beside the results", ("Space",), scope=Scope.RESULTS),
    Command(
        "move_in_results", "Move between photos", ("Arrow keys", "Home", "End"), scope=Scope.RESULTS, is_fixed=True
    ),
    Command("draw_box", "Draw a box in the middle", ("Enter",), scope=Scope.QUERY, is_fixed=True),
    Command("move_box", "Move the box; with Shift by 10 pixels", ("Arrow keys",), scope=Scope.QUERY, is_fixed=True),
    Command("resize_box", "Resize the box", ("Ctrl+Arrow keys",), scope=Scope.QUERY, is_fixed=True),
    Command("next_hit", "Next photo", ("Right", "PgDown"), scope=Scope.PICTURE, is_fixed=True),
    Command("previous_hit", "Previous photo", ("Left", "PgUp"), scope=Scope.PICTURE, is_fixed=True),
    Command("zoom_in", "Larger", ("+", "="), scope=Scope.PICTURE),
    Command("zoom_out", "Smaller", ("-",), scope=Scope.PICTURE),
    Command("zoom_fit", "All of it", ("0",), scope=Scope.PICTURE),
    Command("zoom_full", "One pixel of the screen for one of the photo", ("1",), scope=Scope.PICTURE),
    Command("pan", "Look at another part", ("Shift+Arrow keys",), scope=Scope.PICTURE, is_fixed=True),
    Command("show_frame", "Show where the match is", ("F",), scope=Scope.PICTURE),
    Command("compare_side", "Compare with the query side by side", ("C",), scope=Scope.PICTURE),
    Command("compare_flicker", "Flicker between photo and query", ("X",), scope=Scope.PICTURE),
    Command("flip", "Show the other one; hold the slideshow", ("Space",), scope=Scope.PICTURE, is_fixed=True),
    Command("add_part", "Add another part; also Shift and drag", ("Shift+Return",), scope=Scope.QUERY),
    Command("toggle_part", "Search without this part, or with it", ("N",), scope=Scope.QUERY),
    Command("remove_part", "Remove this part", ("Delete",), scope=Scope.QUERY),
    Command("heavier_part", "Have this part count more", ("+", "="), scope=Scope.QUERY),
    Command("lighter_part", "Have this part count less", ("-",), scope=Scope.QUERY),
    Command("choose_part", "Choose a part in the list", ("Tab, then arrow keys",), scope=Scope.QUERY, is_fixed=True),
    Command("leave", "Close the large view, the preview", ("Esc",), is_fixed=True),
)

RESERVED_KEYS = ("Esc", "Tab", "Shift+Tab", "Return", "Left", "Right", "Up", "Down", "Home", "End", "PgUp", "PgDown")
"""What these do is the same everywhere, or is up to the widget that has the focus: no command of the window has one."""


def command_named(name: str) -> Command:
    """The command of this name."""
    return next(command for command in COMMANDS if command.name == name)


def command_for(event: QKeyEvent, scope: Scope) -> str:
    """The name of the command that a key press asks for in a widget of this scope; empty if none."""
    for command in COMMANDS:
        if command.scope is scope and shortcuts.matches(event, command.keys_in_force):
            return command.name
    return ""


def clash(command: Command, key: str) -> Command | None:
    """The other command that has this key already, where both would be meant; None if the key is free."""
    for other in COMMANDS:
        meet = other.scope is command.scope or Scope.WINDOW in (other.scope, command.scope)
        if other is not command and meet and key in map(shortcuts.normal, other.keys_in_force):
            return other
    return None


def add_menus(window: QMainWindow, handlers: Mapping[str, Callable[..., object]]) -> dict[str, QAction]:
    """Make the actions of the table and the menus of the window; returns the actions by name.

    `handlers` says what each command with a menu does, by name.
    """
    menus: dict[str, QMenu] = {name: window.menuBar().addMenu(tr(title)) for name, title in MENUS.items()}
    for menu in menus.values():
        menu.setToolTipsVisible(True)
    actions = {}
    for command in COMMANDS:
        if not command.menu:
            continue
        action = _make_action(command, window)
        action.triggered.connect(handlers[command.name])
        if command.starts_group:
            menus[command.menu].addSeparator()
        menus[command.menu].addAction(action)
        actions[command.name] = action
    _Keys(window, actions)
    return actions


class _Keys(QObject):
    """Keeps the keys of actions as they are in force."""

    def __init__(self, window: QMainWindow, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._actions = actions
        shortcuts.signals.changed.connect(self._set_keys)

    def _set_keys(self) -> None:
        for name, action in self._actions.items():
            _give_keys(action, command_named(name))


def add_appearance_menu(
    window: QMainWindow, preference: Callable[[], str], on_chosen: Callable[[str], None]
) -> None:
    """Add the choice between the system's colours, light and dark to the View menu; what holds now is checked."""
    view = next(action.menu() for action in window.menuBar().actions() if action.text() == tr(MENUS["view"]))
    menu = view.addMenu(tr("&Appearance"))
    group = QActionGroup(window)
    schemes = {theme.FOLLOW: tr("Like the &system"), theme.LIGHT_SCHEME: tr("&Light"), theme.DARK_SCHEME: tr("&Dark")}
    for value, text in schemes.items():
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setData(value)
        action.triggered.connect(partial(_call_with, on_chosen, value))
        group.addAction(action)

    def check() -> None:
        for action in group.actions():
            action.setChecked(action.data() == preference())

    menu.aboutToShow.connect(check)


def _call_with(on_chosen: Callable[[str], None], value: str, _is_checked: bool) -> None:
    on_chosen(value)


def _make_action(command: Command, window: QMainWindow) -> QAction:
    action = QAction(tr(command.text), window)
    action.setCheckable(command.is_checkable)
    _give_keys(action, command)
    if command.icon:
        set_icon(action, command.icon)
    return action


def _give_keys(action: QAction, command: Command) -> None:
    keys = command.keys_in_force
    if command.scope is Scope.WINDOW:
        action.setShortcuts([QKeySequence(key) for key in keys])
    else:  # only shown: a window-wide shortcut would take the key away from text fields and the other panels
        action.setText("\t".join((tr(command.text), *map(shortcuts.native_text, keys[:1]))))
    if command.tip:
        action.setToolTip(shortcuts.with_key(tr(command.tip), keys))
