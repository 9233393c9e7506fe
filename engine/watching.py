"""Watching folders for changes. Events are hints only: they say where to look again, a scan says what is there.

Hints come from the threads of `watched_roots` and are kept here, coalesced and bounded. One more thread watches the
clock: it asks for a look when the hints have come to rest, never for a second one before the first has ended. What
cannot be watched (a share, more folders than the system allows) is looked through every minute, and everything every
ten minutes, as events can be lost.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.hints import Hint, Hints
from engine.messages import Notice
from engine.watched_roots import Root, Watch, WatchedRoots

_CLOSE_S = 5.0
_BUSY_CHECK_S = 0.1
_LONGEST_DELAY_S = 60.0
_POLL_PAUSE = 10  # times as long as a look takes


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds.

    Args:
        quiet_s: hints are followed when none has come for this long,
        at_most_s: or when the first is this old.
        retry_s: until a file that is still being written is looked at again, the first time.
        roots_s: between checks that a root is still the same folder.
        poll_s: between looks at a root that cannot be watched.
        reconcile_s: between looks at everything.
    """

    quiet_s: float = 0.5
    at_most_s: float = 1.0
    retry_s: float = 2.1
    roots_s: float = 2.0
    poll_s: float = 60.0
    reconcile_s: float = 600.0


DEFAULT_PACE = Pace()


class Watcher:
    """Watches the roots it is given, and asks for a look when something has changed. Any thread.

    Args:
        library: events below this folder are our own.
        submit: asks for a look, from any thread -> the id of its job. The look begins with `take`.
        is_open: whether that job has not ended.
        pace: times.
    """

    def __init__(
        self,
        library: str,
        submit: Callable[[], int],
        is_open: Callable[[int], bool],
        pace: Pace = DEFAULT_PACE,
    ) -> None:
        self._submit = submit
        self._is_open = is_open
        self._pace = pace
        self._changed = threading.Condition()  # guards the fields down to the empty line
        self._hints = Hints()
        self._notices: list[Notice] = []
        self._told: set[str] = set()
        self._first_hint = self._last_hint = 0.0
        self._is_overdue = False  # hints whose moment has come do not wait for other ones to come to rest
        self._later: list[tuple[float, Hint]] = []
        self._delays: dict[Hint, float] = {}
        self._states: dict[int, Watch] = {}
        self._look_s = 0.0
        self._stopping = False

        self._roots = WatchedRoots(library, self, pace.roots_s)
        self._clock = threading.Thread(target=self._keep_time, name="watch-clock")
        self._clock.start()

    def set_roots(self, roots: Iterable[Root]) -> None:
        """Watch these roots from now on, and no others. Returns at once."""
        wanted = {root.folder_id: root for root in roots}
        with self._changed:
            self._states = {folder_id: self._states.get(folder_id, Watch.RESTING) for folder_id in wanted}
        self._roots.set(wanted)

    def take(self) -> tuple[list[Hint], list[Notice]]:
        """Where to look again, and what the user should know; both are then forgotten."""
        with self._changed:
            hints, notices = self._hints.take(), self._notices
            self._notices, self._first_hint, self._is_overdue = [], 0.0, False
            return hints, notices

    def finish(self, unsettled: Iterable[Hint], look_s: float) -> None:
        """A run has ended. Files still being written are looked at again: soon, and less often the longer it takes.

        `look_s` is how long it took to look through its folders, which tells how often that may be done.
        """
        now = time.monotonic()
        with self._changed:
            self._look_s = look_s
            waiting = {hint for _, hint in self._later}
            delays = {hint: delay for hint, delay in self._delays.items() if hint in waiting}
            for hint in unsettled:
                before = self._delays.get(hint)
                delays[hint] = self._pace.retry_s if before is None else min(2 * before, _LONGEST_DELAY_S)
                self._later.append((now + delays[hint], hint))
            self._delays = delays
            self._changed.notify()

    def states(self) -> dict[int, Watch]:
        """Folder id -> how its changes are noticed."""
        with self._changed:
            return dict(self._states)

    def close(self) -> None:
        """Stop watching. A thread that hangs in a drive that does not answer is left behind."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._clock.join()
        self._roots.close(_CLOSE_S)

    # ---- as a `watched_roots.Listener` ----

    def hint_file(self, folder_id: int, path: bytes) -> None:
        """See `Listener`."""
        with self._changed:
            self._hints.add_file(folder_id, path)
            self._note_hint()

    def hint_tree(self, folder_id: int, path: bytes) -> None:
        """See `Listener`."""
        with self._changed:
            self._hints.add_tree(folder_id, path)
            self._note_hint()

    def set_state(self, folder_id: int, state: Watch) -> None:
        """See `Listener`."""
        with self._changed:
            if folder_id in self._states:
                self._states[folder_id] = state

    def tell(self, key: str, sentence: str) -> None:
        """See `Listener`."""
        with self._changed:
            if key not in self._told:
                self._told.add(key)
                self._notices.append(Notice(key, sentence, warning=True))
                self._note_hint()

    def _note_hint(self) -> None:
        self._last_hint = time.monotonic()
        if not self._first_hint:
            self._first_hint = self._last_hint
            self._changed.notify()

    # ---- the clock ----

    def _keep_time(self) -> None:
        next_reconcile = time.monotonic() + self._pace.reconcile_s
        next_poll = time.monotonic() + self._pace.poll_s
        job_id: int | None = None
        while True:
            with self._changed:
                if self._stopping:
                    return
                now = time.monotonic()
                if now >= next_reconcile:
                    next_reconcile = now + self._pace.reconcile_s
                    self._hint_roots(Watch.LIVE, Watch.POLLED)
                if now >= next_poll:
                    next_poll = now + max(self._pace.poll_s, _POLL_PAUSE * self._look_s)
                    self._hint_roots(Watch.POLLED)
                self._hint_later(now)
                due = self._due()
                is_busy = job_id is not None and self._is_open(job_id)
                if due is None or due > now or is_busy:
                    moments = [next_reconcile, next_poll, *(moment for moment, _ in self._later)]
                    if due is not None:
                        moments.append(now + _BUSY_CHECK_S if is_busy else due)
                    self._changed.wait(max(0.0, min(moments) - now))
                    continue
                self._first_hint = 0.0
            job_id = self._submit()

    def _due(self) -> float | None:
        """When to ask for a look, None while there is no need to."""
        if not self._hints and not self._notices:
            return None
        if self._is_overdue or not self._first_hint:  # of the clock itself, or left by a job that was cancelled
            return 0.0
        return min(self._last_hint + self._pace.quiet_s, self._first_hint + self._pace.at_most_s)

    def _hint_roots(self, *states: Watch) -> None:
        for folder_id, state in self._states.items():
            if state in states:
                self._hints.add_tree(folder_id, b"")

    def _hint_later(self, now: float) -> None:
        for moment, hint in self._later:
            if moment <= now:
                self._hints.add(hint)
                self._is_overdue = True
        self._later = [item for item in self._later if item[0] > now]
