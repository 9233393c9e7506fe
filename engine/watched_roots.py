"""Every root watched by the system's means, and looked after: whether it is still the folder it was.

The only module that knows `watchdog`. Its events become calls of a `Listener`, on threads of its own; everything else
runs on one thread, which may wait for slow drives.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from watchdog import events
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.utils import BaseThread

from engine.aside import Aside
from engine.filesystems import network_kind
from engine.rules import DEFAULT_RULES, Rules
from engine.scan import may_matter
from engine.volumes import mounted_now

_log = logging.getLogger(__name__)

_EVENT_LOG = "watchdog.observers.inotify_c"  # says there, and nowhere else, that events were lost
_WATCH_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
_LIMIT_SHARE = 0.9  # the rest is for the user's other programs
_ATTEMPTS = 2  # watches of a drive that has just been taken away may vanish while those of a root are counted
_ANSWER_S = 2.0
_ENOUGH_WATCHES = 524_288  # what many systems come with

# Not those of reading, which our own decoders cause. Where the end of writing is told, nothing else of it is wanted.
_WANTED_EVENTS: list[type[events.FileSystemEvent]] = [
    events.DirCreatedEvent, events.DirDeletedEvent, events.DirMovedEvent,
    events.FileCreatedEvent, events.FileDeletedEvent, events.FileMovedEvent,
    events.FileClosedEvent if sys.platform == "linux" else events.FileModifiedEvent,
]

_Look = tuple[int, int, bool]


class Watch(Enum):
    """How changes in a folder are noticed."""

    RESTING = ""
    LIVE = "live"
    POLLED = "polled"


@dataclass(frozen=True, slots=True)
class Root:
    """A folder to watch; while it is not `online`, only whether something changes about it."""

    folder_id: int
    path: str
    online: bool
    rules: Rules = DEFAULT_RULES


class Listener(Protocol):
    """Who is told; on any thread. Paths are relative to the root."""

    def hint_file(self, folder_id: int, path: bytes) -> None:
        """Something has happened to a file."""

    def hint_tree(self, folder_id: int, path: bytes) -> None:
        """Something has happened to a folder, or below it."""

    def set_state(self, folder_id: int, state: Watch) -> None:
        """How changes in a root are noticed from now on."""

    def tell(self, key: str, sentence: str) -> None:
        """The user should know this, once."""


@dataclass(slots=True)
class _Watched:
    """What is known of a root. `look` is what was found at its path last: see `_look_at`."""

    root: Root
    look: _Look | None
    handle: ObservedWatch | None = None


class WatchedRoots:
    """Watches the roots it is given on a thread of its own.

    Args:
        library: events below this folder are our own.
        listener: is told what happens.
        every_s: between checks that a root is still the same folder.
    """

    def __init__(self, library: str, listener: Listener, every_s: float) -> None:
        self._library = os.path.realpath(library)
        self._listener = listener
        self._every_s = every_s
        self._changed = threading.Condition()  # guards the two below
        self._wanted: dict[int, Root] = {}
        self._stopping = False
        self._watched: dict[int, _Watched] = {}  # the thread only, as the rest
        self._observer: BaseObserver | None = None
        self._observer_threads: list[threading.Thread] = []
        self._mounted: object = None
        self._aside = Aside()
        self._overflow = _OverflowHandler(self._on_overflow)
        # A daemon: it may hang in a drive that does not answer.
        self._thread = threading.Thread(target=self._run, name="watch-roots", daemon=True)
        self._thread.start()

    def set(self, roots: dict[int, Root]) -> None:
        """Watch these roots (by folder id) from now on, and no others. Any thread; returns at once."""
        with self._changed:
            if roots != self._wanted:
                self._wanted = roots
                self._changed.notify()

    def close(self, timeout_s: float) -> None:
        """Stop watching. Any thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(timeout_s)

    # ---- the thread ----

    def _run(self) -> None:
        try:
            while True:
                with self._changed:
                    if self._stopping:
                        return
                    wanted = dict(self._wanted)
                for folder_id in set(self._watched) - set(wanted):
                    self._end(self._watched.pop(folder_id))
                self._replace_broken()
                self._look_for_drives(wanted.values())
                for root in wanted.values():
                    self._see_to(root)
                with self._changed:
                    if not self._stopping and wanted == self._wanted:
                        self._changed.wait(self._every_s)
        except Exception:  # noqa: BLE001 - the end of a thread; looking at everything now and then goes on
            _log.exception("folders are no longer watched")
        finally:
            self._stop_observer()

    def _start_observer(self) -> BaseObserver:
        # A folder that was moved out of a root and comes back is watched anew, which watchdog warns of.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        before = set(threading.enumerate())
        observer = self._observer = Observer()
        observer.start()
        started = set(threading.enumerate()) - before
        self._observer_threads = [thread for thread in started if isinstance(thread, BaseThread)]
        logging.getLogger(_EVENT_LOG).addHandler(self._overflow)
        return observer

    def _stop_observer(self) -> None:
        logging.getLogger(_EVENT_LOG).removeHandler(self._overflow)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _replace_broken(self) -> None:
        """Begin anew when a thread of watchdog has died, as it tells nobody."""
        if self._observer is None:
            return
        if not all(thread.is_alive() for thread in (*self._observer_threads, *self._observer.emitters)):
            _log.info("watching is begun anew")
            self._stop_observer()
            self._watched = {}

    def _look_for_drives(self, roots: Iterable[Root]) -> None:
        """When a drive has come or gone, have those looked for that are away: they may be back at another place."""
        before, self._mounted = self._mounted, mounted_now()
        if before not in (None, self._mounted):
            for root in roots:
                if not root.online:
                    self._listener.hint_tree(root.folder_id, b"")

    def _see_to(self, root: Root) -> None:
        """Watch a root, or note that it is not the folder it was."""
        try:
            look = self._aside.ask(root.path, lambda: _look_at(root.path)).result(_ANSWER_S)
        except TimeoutError:
            look = None
        before = self._watched.get(root.folder_id)
        if before is not None and (before.root.path, before.root.rules) != (root.path, root.rules):
            self._end(before)
            before = None
        watched = self._watched[root.folder_id] = _Watched(root, look, before.handle if before else None)
        is_same = before is not None and (before.look and before.look[:2]) == (look and look[:2])
        if not is_same or not root.online:
            self._end(watched)
        if look is not None and root.online and not (is_same and before is not None and before.root.online):
            self._begin(watched)
        elif not is_same if root.online else _may_be_back(before.look if before else None, look):
            self._listener.hint_tree(root.folder_id, b"")

    def _begin(self, watched: _Watched) -> None:
        """Watch a root that is there, and have it looked at: something may have changed before."""
        root, state = watched.root, Watch.POLLED
        if network_kind(Path(root.path)) is None:
            try:
                state = self._watch(self._observer or self._start_observer(), watched)
            except OSError as error:
                _log.info("%s is not watched: %s", root.path, error)
                setting = "max_user_instances=1024" if error.errno == errno.EMFILE else _more_watches()
                self._tell_limited(root, "This system does not let Resight watch {path} for changes", setting)
        self._listener.set_state(root.folder_id, state)
        self._listener.hint_tree(root.folder_id, b"")

    def _watch(self, observer: BaseObserver, watched: _Watched) -> Watch:
        root, limit, n_folders = watched.root, _watch_limit(), 0
        if limit is not None:
            n_free = int(limit * _LIMIT_SHARE) - _n_watches()
            n_folders = _count_folders(root.path, n_free, lambda: self._stopping)
            if n_folders > n_free:
                what = "{path} has more folders than this system lets a program watch"
                self._tell_limited(root, what, _more_watches())
                return Watch.POLLED
        handler = _Handler(self._listener, root, self._library)
        for _ in range(_ATTEMPTS):
            if watched.handle is not None:
                observer.unschedule(watched.handle)
            n_before = _n_watches()
            watched.handle = observer.schedule(handler, root.path, recursive=True, event_filter=_WANTED_EVENTS)
            # Other programs of this user share the limit, and nobody says when it is reached.
            if limit is None or _n_watches() - n_before >= 0.99 * n_folders - 1:
                return Watch.LIVE
        self._tell_limited(root, "This system lets Resight watch only a part of {path}", _more_watches())
        return Watch.POLLED

    def _tell_limited(self, root: Root, what: str, setting: str) -> None:
        sentence = f"{what.format(path=root.path)}. Resight looks through it every minute instead."
        if setting:
            sentence += f" To have changes noticed at once, allow more: sudo sysctl fs.inotify.{setting}"
        self._listener.tell(f"watch-limited-{root.folder_id}", sentence)

    def _end(self, watched: _Watched) -> None:
        if watched.handle is not None and self._observer is not None:
            self._observer.unschedule(watched.handle)
            watched.handle = None
        self._listener.set_state(watched.root.folder_id, Watch.RESTING)

    def _on_overflow(self) -> None:
        """More happened at once than the system could tell, and it does not say where. A thread of watchdog."""
        with self._changed:
            wanted = list(self._wanted)
        for folder_id in wanted:
            self._listener.hint_tree(folder_id, b"")


class _Handler(events.FileSystemEventHandler):
    """Turns the events below one root into hints, on a thread of watchdog."""

    def __init__(self, listener: Listener, root: Root, library: str) -> None:
        self._listener = listener
        self._folder_id = root.folder_id
        self._rules = root.rules
        self._prefix = os.path.join(root.path, "")
        self._library = os.path.join(library, "")

    def dispatch(self, event: events.FileSystemEvent) -> None:
        for path in {os.fsdecode(event.src_path), os.fsdecode(event.dest_path)}:
            if not path.startswith(self._prefix) or os.path.join(path, "").startswith(self._library):
                continue
            relative = os.fsencode(path[len(self._prefix):])
            if not may_matter(relative, event.is_directory, self._rules):
                continue
            if event.is_directory:
                self._listener.hint_tree(self._folder_id, relative)
            else:
                self._listener.hint_file(self._folder_id, relative)


class _OverflowHandler(logging.Handler):
    """Hears that events were lost, which is only ever written to a log."""

    def __init__(self, on_overflow: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_overflow = on_overflow

    def emit(self, record: logging.LogRecord) -> None:
        self._on_overflow()


def _may_be_back(before: _Look | None, now: _Look | None) -> bool:
    """Whether a root that could not be reached deserves another look; a mount point may be filled unmounted, too."""
    return now != before and (before is not None or (now is not None and not now[2]))


def _look_at(path: str) -> _Look | None:
    """Device and inode of a folder, and whether it is empty; None if there is no folder to be read."""
    try:
        state = os.stat(path)
        with os.scandir(path) as entries:
            return state.st_dev, state.st_ino, next(entries, None) is None
    except OSError:
        return None


def _watch_limit() -> int | None:
    """How many folders this user's programs may watch together; None where there is no such limit."""
    try:
        return int(_WATCH_LIMIT.read_text())
    except (OSError, ValueError):
        return None


def _more_watches() -> str:
    """The setting of Linux that allows more; nothing on other systems."""
    limit = _watch_limit()
    return "" if limit is None else f"max_user_watches={max(_ENOUGH_WATCHES, 4 * limit)}"


def _n_watches() -> int:
    """How many folders this process watches by now, where the kernel tells; else 0."""
    n_watches = 0
    try:
        for name in os.listdir("/proc/self/fd"):
            try:
                if os.readlink(f"/proc/self/fd/{name}").endswith("inotify"):
                    n_watches += Path(f"/proc/self/fdinfo/{name}").read_text().count("inotify wd:")
            except OSError:
                continue  # closed meanwhile
    except OSError:
        return 0
    return n_watches


def _count_folders(root: str, at_most: int, is_stopping: Callable[[], bool]) -> int:
    """How many folders there are at and below `root`, links not followed; not much more than `at_most`."""
    n_folders, to_read = 0, [root]
    while to_read and n_folders <= at_most and not is_stopping():
        folder = to_read.pop()
        n_folders += 1
        try:
            with os.scandir(folder) as entries:
                to_read += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
    return n_folders
