"""The engine thread: lanes, cancelling, pausing, failures, stopping. Its session is a small named fake."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from engine.errors import EngineClosed, EngineError, LibraryInUse, QueryError
from engine.messages import (
    BulkJob,
    EngineStopped,
    Event,
    GetFailures,
    GetStatus,
    IndexFolders,
    InteractiveJob,
    JobCancelled,
    JobDone,
    JobFailed,
    JobStarted,
    Notice,
    Phase,
    Progress,
    RemoveFolder,
    Search,
    Tune,
    TuningJob,
    UseModel,
)
from engine.types import Query
from engine.worker import NotReady, Steps, Worker

LONG = IndexFolders(("long",))
SEARCH = Search(Query(path="a"))


class SlowSession:
    """Bulk jobs of short steps; what happened is kept in `log`."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.is_ready = True
        self.background_steps: list[Steps] = []

    def background(self) -> list[Steps]:
        return self.background_steps

    def answer(self, job: InteractiveJob) -> Any:
        if isinstance(job, GetFailures):
            raise QueryError("This cannot be answered.")
        if isinstance(job, Search) and not self.is_ready:
            raise NotReady
        self.log.append(f"{type(job).__name__} on {threading.current_thread().name}")
        return "answer"

    def work(self, job: BulkJob) -> Steps:
        if isinstance(job, RemoveFolder):
            raise ZeroDivisionError
        if isinstance(job, TuningJob):
            return self._steps("long" if job == Tune(deep=True) else "quick")
        assert isinstance(job, IndexFolders)
        return self._steps(job.folders[0])

    def _steps(self, name: str) -> Steps:
        try:
            for i in range(1000 if name == "long" else 3):
                time.sleep(0.005)
                self.log.append(name)
                yield Progress(0, Phase.ANALYSING, i)
        finally:
            self.log.append(f"{name} ended")
        return f"{name} done"

    def close(self) -> None:
        self.log.append("closed")


class Desk:
    """A worker and the events that came from it."""

    def __init__(self, session: SlowSession) -> None:
        self.session = session
        self.events: queue.Queue[Event] = queue.Queue()
        self.worker = Worker(lambda: session, self.events.put)

    def until(self, kind: type, job_id: int | None = None, timeout_s: float = 5.0) -> Any:
        """The next event of this kind (and job); others are dropped."""
        deadline = time.monotonic() + timeout_s
        while True:
            event = self.events.get(timeout=max(0.01, deadline - time.monotonic()))
            if isinstance(event, kind) and job_id in (None, getattr(event, "job_id", None)):
                return event


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(SlowSession())
    yield desk
    assert desk.worker.close(5)


def test_a_job_is_answered_on_the_engine_thread(desk: Desk) -> None:
    desk.worker.start()
    job_id = desk.worker.submit(SEARCH)
    done = desk.until(JobDone)
    assert (done.job_id, done.job, done.result) == (job_id, SEARCH, "answer")
    assert desk.session.log == ["Search on engine"]


def test_a_bulk_job_says_when_its_turn_has_come_and_is_open_until_its_end(desk: Desk) -> None:
    first, second = desk.worker.submit(IndexFolders(("a",))), desk.worker.submit(IndexFolders(("b",)))
    assert desk.worker.is_open(second)
    desk.worker.start()
    assert desk.until(JobStarted).job_id == first
    assert desk.until(JobStarted) == JobStarted(second, IndexFolders(("b",)))
    desk.until(JobDone, second)
    assert not desk.worker.is_open(first)
    assert not desk.worker.is_open(second)


def test_a_search_overtakes_bulk_work(desk: Desk) -> None:
    desk.worker.start()
    bulk = desk.worker.submit(LONG)
    desk.until(Progress)
    search = desk.worker.submit(SEARCH)
    assert desk.until(JobDone).job_id == search
    desk.worker.cancel(bulk)
    desk.until(JobCancelled, bulk)


def test_long_training_gives_way_to_other_bulk_jobs_but_not_to_those_of_models(desk: Desk) -> None:
    desk.worker.start()
    training = desk.worker.submit(Tune(deep=True))
    desk.until(Progress, training)
    switching = desk.worker.submit(UseModel("other"))
    indexing = desk.worker.submit(IndexFolders(("a",)))
    assert desk.until(JobDone).job_id == indexing
    assert desk.until(Progress).job_id == training
    desk.worker.cancel(training)
    assert desk.until(JobDone).job_id == switching


def test_bulk_jobs_run_one_after_the_other_and_carry_their_ids(desk: Desk) -> None:
    first, second = desk.worker.submit(IndexFolders(("a",))), desk.worker.submit(IndexFolders(("b",)))
    desk.worker.start()
    assert desk.until(Progress).job_id == first
    assert desk.until(JobDone).result == "a done"
    assert desk.until(Progress).job_id == second
    assert desk.until(JobDone).result == "b done"
    assert desk.session.log == [*["a"] * 3, "a ended", *["b"] * 3, "b ended"]


def test_cancelling_ends_the_generator_within_a_step(desk: Desk) -> None:
    desk.worker.start()
    job_id = desk.worker.submit(LONG)
    desk.until(Progress)
    desk.worker.cancel(job_id)
    desk.until(JobCancelled, job_id)
    assert desk.session.log[-1] == "long ended"
    assert desk.session.log.count("long") < 200


def test_a_queued_job_can_be_cancelled_before_it_begins(desk: Desk) -> None:
    first, second = desk.worker.submit(LONG), desk.worker.submit(IndexFolders(("b",)))
    desk.worker.cancel(second)
    desk.worker.start()
    desk.until(JobCancelled, second)
    assert "b" not in desk.session.log
    desk.worker.cancel(first)


def test_cancelling_what_has_ended_is_harmless(desk: Desk) -> None:
    desk.worker.start()
    job_id = desk.worker.submit(SEARCH)
    desk.until(JobDone)
    desk.worker.cancel(job_id)
    desk.worker.cancel(99)
    desk.worker.submit(SEARCH)
    desk.until(JobDone)


def test_pausing_holds_bulk_work_but_not_searches(desk: Desk) -> None:
    desk.worker.start()
    desk.worker.submit(LONG)
    desk.until(Progress)
    desk.worker.set_paused(True)
    desk.worker.submit(SEARCH)
    desk.until(JobDone)
    held = len(desk.session.log)
    time.sleep(0.1)
    assert len(desk.session.log) == held
    desk.worker.set_paused(False)
    desk.until(Progress)


def test_a_failing_job_reports_its_error_and_the_rest_goes_on(desk: Desk) -> None:
    desk.worker.start()
    failed = desk.worker.submit(GetFailures())
    event = desk.until(JobFailed, failed)
    assert event.error.sentence == "This cannot be answered."
    desk.worker.submit(GetStatus())
    desk.until(JobDone)


@pytest.mark.expects_warnings
def test_an_unexpected_exception_becomes_a_sentence_without_its_words(desk: Desk) -> None:
    desk.worker.start()
    event = (desk.worker.submit(RemoveFolder("x")), desk.until(JobFailed))[1]
    assert isinstance(event.error, EngineError)
    assert "ZeroDivision" not in event.error.sentence
    desk.worker.submit(SEARCH)
    desk.until(JobDone)


def test_jobs_that_cannot_be_answered_yet_wait_until_the_session_is_ready(desk: Desk) -> None:
    desk.session.is_ready = False

    def prepare() -> Steps:
        for _ in range(20):
            time.sleep(0.005)
            yield None
        desk.session.is_ready = True

    desk.session.background_steps = [prepare()]
    search, status = desk.worker.submit(SEARCH), desk.worker.submit(GetStatus())
    desk.worker.start()
    assert desk.until(JobDone).job_id == status
    assert desk.until(JobDone).job_id == search


@pytest.mark.expects_warnings
def test_a_background_task_that_fails_is_told_and_does_not_stop_the_engine(desk: Desk) -> None:
    def failing() -> Steps:
        yield None
        raise RuntimeError

    desk.session.background_steps = [failing()]
    desk.worker.start()
    assert desk.until(Notice).warning
    desk.worker.submit(SEARCH)
    desk.until(JobDone)


def test_closing_cancels_everything_and_closes_the_session() -> None:
    desk = Desk(SlowSession())
    desk.worker.start()
    jobs = [desk.worker.submit(LONG), desk.worker.submit(LONG)]
    desk.until(Progress)
    assert desk.worker.close(5)
    ended = [event for event in iter(desk.events.get, EngineStopped(None)) if isinstance(event, JobCancelled)]
    assert [event.job_id for event in ended] == jobs
    assert desk.session.log[-2:] == ["long ended", "closed"]
    late = desk.worker.submit(SEARCH)
    event = desk.until(JobFailed, late)
    assert isinstance(event.error, EngineClosed)


def test_a_session_that_cannot_be_opened_ends_in_its_error() -> None:
    def refuse() -> SlowSession:
        raise LibraryInUse("Another Resight is working in this library.")

    events: queue.Queue[Event] = queue.Queue()
    worker = Worker(refuse, events.put)
    job_id = worker.submit(SEARCH)
    worker.start()
    cancelled, stopped = events.get(timeout=5), events.get(timeout=5)
    assert isinstance(cancelled, JobCancelled)
    assert cancelled.job_id == job_id
    assert isinstance(stopped, EngineStopped)
    assert isinstance(stopped.error, LibraryInUse)
    assert worker.close(5)
