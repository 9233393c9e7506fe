"""The command line's side of the engine: answers to stdout, progress and notes to stderr, waiting for jobs.

Everything here runs on the main thread; only `queue.put` is called on the engine thread.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

from app import texts
from engine.api import Engine, EngineConfig
from engine.errors import EngineClosed, EngineError
from engine.messages import (
    EngineReady,
    EngineStopped,
    Event,
    IndexFolders,
    Job,
    JobCancelled,
    JobDone,
    JobFailed,
    JobResult,
    LookAgain,
    Notice,
    Phase,
    Progress,
    Study,
    Train,
)
from engine.types import IndexReport

if TYPE_CHECKING:
    from tqdm import tqdm

EngineFactory = Callable[[EngineConfig, Callable[[Event], None]], Engine]

DONE = 0
NOTHING_FOUND = 1
USAGE = 2
LIBRARY_PROBLEM = 3

_POLL_S = 0.2  # how soon a signal is noticed; Queue.get without a limit cannot be interrupted on Windows
_LINE_EVERY_S = 2.0
_TRAINING_LINE_EVERY_S = 30.0


class UsageError(EngineError):
    """What was asked for on the command line cannot be done as it stands (exit code 2)."""

    kind = "usage"


class StoppedByUser(KeyboardInterrupt):
    """Ctrl+C or a polite request to end, once the work has stopped in order. What was committed until then stays."""

    def __init__(self, signal_number: int, sentence: str = "Stopped.") -> None:
        super().__init__(sentence)
        self.signal_number = signal_number
        self.sentence = sentence


def escaped(text: str) -> str:
    """Text that holds file names, safe for a terminal and without loss: what cannot be shown becomes an escape."""
    return text if text.isprintable() else "".join(map(_escaped_sign, text))


def _escaped_sign(sign: str) -> str:
    if "\udc80" <= sign <= "\udcff":  # a byte that is no text, as os.fsdecode keeps it
        return f"\\x{ord(sign) - 0xDC00:02x}"
    return sign if texts.printable(sign) == sign else sign.encode("unicode_escape").decode("ascii")


class Console:
    """The two streams of a command. The answer goes to `out` once; everything else is said on `err`.

    Args:
        as_json: answers are JSON documents instead of text.
        out: the answer, and nothing else.
        err: progress, notes and errors; a bar is drawn if it is a terminal.
    """

    def __init__(self, as_json: bool, out: TextIO, err: TextIO) -> None:
        self.as_json = as_json
        self._out = out
        self._err = err
        self._display: _ProgressBar | _ProgressLines | None = None

    def answer(self, document: Any, text: str) -> None:
        """Write the command's answer: the document as JSON, or else the text. Call it once."""
        if self.as_json:
            # Lone surrogates of undecodable file names survive as \udcXX, as everything outside ASCII is escaped.
            text = json.dumps(document, ensure_ascii=True, allow_nan=False, indent=2)
        if text:
            self._write(self._out, text + "\n")
            self._out.flush()

    def fail(self, kind: str, sentence: str, path: str | None = None) -> None:
        """Say what went wrong instead of an answer: on `err`, and with JSON also as a document with the key "error"."""
        self.note(sentence)
        if self.as_json:
            self.answer({"error": {"kind": kind, "sentence": sentence, "path": path}}, "")

    def note(self, sentence: str) -> None:
        """One line for the user on `err`, beside the answer."""
        self.end_progress()
        self._write(self._err, f"resight: {escaped(sentence)}\n")
        self._err.flush()

    def progress(self, progress: Progress) -> None:
        """Show how far the work is."""
        if self._display is None:
            self._display = _ProgressBar(self._err) if self._err.isatty() else _ProgressLines(self._write_line)
        self._display.show(progress)

    def end_progress(self) -> None:
        """Take the progress bar away; the next `progress` draws a new one."""
        if self._display is not None:
            self._display.close()
            self._display = None

    def _write_line(self, line: str) -> None:
        self._write(self._err, line + "\n")
        self._err.flush()

    @staticmethod
    def _write(stream: TextIO, text: str) -> None:
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


class _ProgressLines:
    """Progress for logs and pipes: whole lines, one every two seconds at most, of long trainings every 30.

    Besides, every phase is named when it first comes, so that a log tells the steps also of a quick run.
    """

    def __init__(self, write_line: Callable[[str], None]) -> None:
        self._write_line = write_line
        self._next_s = 0.0
        self._named: set[str] = set()

    def show(self, progress: Progress) -> None:
        now_s, name = time.monotonic(), texts.phase(progress)
        if name in self._named and now_s < self._next_s:
            return
        self._named.add(name)
        self._next_s = now_s + (_TRAINING_LINE_EVERY_S if progress.phase is Phase.TRAINING else _LINE_EVERY_S)
        place = texts.progress_place(progress)
        self._write_line(texts.joined(texts.progress_line(progress), _failed_words(progress), place))

    def close(self) -> None:
        pass  # nothing is left standing on the screen


class _ProgressBar:
    """Progress on a terminal: one line that is drawn anew. Speed and time left are the engine's, not the bar's."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: tqdm[Any] | None = None
        self._phase: Phase | None = None

    def show(self, progress: Progress) -> None:
        line = self._line(progress)
        if self._bar is None or progress.phase is not self._phase:
            self.close()
            self._phase = progress.phase
            self._bar = self._make_bar(progress, line)  # draws itself
            return
        self._bar.bar_format, self._bar.total, self._bar.n = line, progress.total, progress.done
        self._bar.refresh()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _make_bar(self, progress: Progress, line: str) -> tqdm[Any]:
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # no watching thread: the bar is only drawn when there is news
        return tqdm(
            file=self._stream,
            leave=False,
            dynamic_ncols=True,
            bar_format=line,
            total=progress.total,
            initial=progress.done,
        )

    @staticmethod
    def _line(progress: Progress) -> str:
        """The whole line in tqdm's format language: only the bar itself is filled in by tqdm."""
        words = texts.joined(
            texts.progress_count(progress),
            texts.progress_figures(progress),
            texts.progress_pace(progress),
            _failed_words(progress),
        )
        bar = "{bar:30}" if progress.total else ""
        return " ".join(part for part in (texts.phase(progress), bar, words) if part)


class StopRequests:
    """Ctrl+C and SIGTERM, remembered instead of raised so that no clean-up is torn in two.

    The second request ends the process at once; the library is made to survive that.
    """

    def __init__(self) -> None:
        self.signal_number: int | None = None

    @contextmanager
    def listening(self) -> Iterator[Self]:
        """Install the handlers for the time of the block (main thread only; elsewhere nothing is changed)."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield self
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.signal_number is not None:
            os._exit(128 + number)
        self.signal_number = number


class EngineSession:
    """An engine for the time of a `with` block: ready when the block starts, closed and joined when it ends.

    Raises:
        EngineError: (on entering) the engine cannot start, for example because the library is in use.
        StoppedByUser: (on entering) the user did not want to wait.
    """

    def __init__(self, config: EngineConfig, console: Console, make_engine: EngineFactory) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._console = console
        self._engine = make_engine(config, self._events.put)
        self._stop = StopRequests()
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._stop.listening())
            stack.callback(self._console.end_progress)
            stack.callback(self._engine.close)
            self._engine.start()
            self._wait_until_ready()
            self._cleanup = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def run(self, job: Job) -> JobResult:
        """Hand in a job and wait for its end.

        Raises:
            EngineError: the job failed, or the engine stopped.
            StoppedByUser: the job was cancelled; what it had committed stays.
        """
        job_id = self._engine.submit(job)
        cancelled = False
        while True:
            if self._stop.signal_number is not None and not cancelled:
                cancelled = True
                self._console.note("Stopping after the current step. Press Ctrl+C again to stop at once.")
                self._engine.cancel(job_id)
            match self._next_event():
                case Progress(job_id=of_job) as progress if of_job == job_id and not cancelled:
                    self._console.progress(progress)
                case JobDone(job_id=of_job, result=result) if of_job == job_id:
                    self._console.end_progress()
                    return result
                case JobFailed(job_id=of_job, error=error) if of_job == job_id:
                    raise error
                case JobCancelled(job_id=of_job) if of_job == job_id:
                    raise StoppedByUser(self._stop.signal_number or signal.SIGINT, _stopped_sentence(job))

    def reports(self) -> Iterator[IndexReport]:
        """What each look of a watching engine did, until the user ends it. A look that fails is told; others follow.

        Raises:
            EngineError: the engine stopped.
        """
        while True:
            is_stopped = self._stop.signal_number is not None
            event = self._next_event(0.0 if is_stopped else _POLL_S)
            if event is None and is_stopped:  # what was done before is told
                return
            match event:
                case (Progress(phase=Phase.ANALYSING) | Progress(on_battery=True) | Progress(in_use=True)) as progress:
                    self._console.progress(progress)
                case JobDone(job=LookAgain(), result=IndexReport() as report):
                    self._console.end_progress()
                    yield report
                case JobFailed(job=LookAgain(), error=error):
                    self._console.note(error.sentence)

    def _wait_until_ready(self) -> None:
        while not isinstance(self._next_event(), EngineReady):
            if self._stop.signal_number is not None:
                raise StoppedByUser(self._stop.signal_number)

    def _next_event(self, wait_s: float = _POLL_S) -> Event | None:
        """The next event, or None if there is none for a moment. Notices are shown here, an engine's end is raised."""
        try:
            event = self._events.get(timeout=wait_s)
        except queue.Empty:
            return None
        if isinstance(event, Notice):
            self._console.note(event.sentence)
        elif isinstance(event, EngineStopped):
            raise event.error or EngineClosed("The engine has stopped before the work was done.")
        return event


def _failed_words(progress: Progress) -> str:
    return f"{texts.count(progress.failed)} could not be read" if progress.failed else ""


def _stopped_sentence(job: Job) -> str:
    if isinstance(job, IndexFolders):
        return "Stopped. What was done is kept; the next run goes on from there."
    if isinstance(job, Train):
        return "Stopped. The same command goes on from the last checkpoint, which is made after each epoch."
    if isinstance(job, Study):
        return "Stopped. The same command goes on; of what was compared so far nothing is computed again."
    return "Stopped."
