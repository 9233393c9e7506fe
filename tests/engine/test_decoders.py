from __future__ import annotations

import csv
import os
import pickle
import platform
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine import decoders as decoders_module
from engine.decode import DecodedPhoto, DecodeRequest, decode, hash_file
from engine.decoders import Decoders
from engine.errors import DecoderCrashed, EngineClosed, EngineError, NotAPicture, PhotoError, PhotoTooSlow
from engine.transform import InputRule
from tests.helpers import decoder_jobs as jobs
from tests.helpers import photo_maker
from tests.helpers.processes import decoder_processes

ROOT = Path(__file__).parents[2]
PHOTO = ROOT / "tests" / "photos" / "single" / "cat02.jpg"
BAD_FILES = ROOT.parent / "shared" / "bad-files"
REQUEST = DecodeRequest(str(PHOTO), rule=InputRule(), thumbnail_px=320)

posix_only = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and limits")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has or enforces it")


def _ask(pool: Decoders, job: Callable[[Any], jobs.Pixels], argument: object, path: str = "a.jpg") -> float:
    return jobs.number(pool.call(job, argument, path).result(60))


@pytest.fixture(scope="module")
def shared_pool() -> Iterator[Decoders]:
    with Decoders(1) as pool:
        pool.call(jobs.sleep, 0.0, "a.jpg").result(60)  # its process belongs to no single test
        yield pool


@pytest.fixture
def pool() -> Iterator[Decoders]:
    with Decoders(2) as pool:
        yield pool


# ---- the work -------------------------------------------------------------------------------------------------------


def test_a_decoder_process_gives_what_decoding_here_gives(shared_pool: Decoders) -> None:
    there, here = shared_pool.decode(REQUEST, 30), decode(REQUEST)
    assert there.rgb is not None
    assert (there.rgb == here.rgb).all()
    assert there.thumbnail is not None
    assert (there.thumbnail == here.thumbnail).all()
    assert there.content_hash == here.content_hash
    assert shared_pool.submit_hash(str(PHOTO)).result(30) == hash_file(str(PHOTO))


def test_errors_arrive_with_their_kind_sentence_and_path(shared_pool: Decoders, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"no picture")
    with pytest.raises(NotAPicture, match=r"a\.jpg") as caught:
        shared_pool.submit(DecodeRequest(str(path))).result(30)
    assert caught.value.path == str(path)


def test_a_bug_in_a_process_arrives_as_an_error(shared_pool: Decoders) -> None:
    with pytest.raises(EngineError, match="LookupError"):
        shared_pool.call(jobs.fail_strangely, None, "a.jpg").result(30)
    assert _ask(shared_pool, jobs.sleep, 0.0) == 0.0


def test_waiting_has_its_own_limit(shared_pool: Decoders) -> None:
    busy = shared_pool.call(jobs.sleep, 1.0, "a.jpg")
    with pytest.raises(PhotoTooSlow, match="cat02"):
        shared_pool.decode(REQUEST, 0.1)
    busy.result(30)


def test_what_has_not_begun_can_be_cancelled(shared_pool: Decoders) -> None:
    futures = [shared_pool.call(jobs.sleep, 0.3, "a.jpg") for _ in range(4)]
    assert futures[3].cancel()
    with pytest.raises(CancelledError):
        futures[3].result(30)
    assert [jobs.number(future.result(30)) for future in futures[:3]] == [0.3] * 3


def test_what_cannot_be_sent_is_the_callers_error(shared_pool: Decoders) -> None:
    with pytest.raises((AttributeError, pickle.PicklingError)):
        shared_pool.call(lambda _: None, None, "a.jpg")
    assert _ask(shared_pool, jobs.sleep, 0.0) == 0.0


def test_the_result_of_a_photo_crosses_quickly(shared_pool: Decoders) -> None:
    shared_pool.decode(REQUEST, 30)
    times_s = []
    for _ in range(30):
        start = time.perf_counter()
        shared_pool.call(jobs.picture, None, "a.jpg").result(30)
        times_s.append(time.perf_counter() - start)
    assert sorted(times_s)[len(times_s) // 2] < 0.02  # about 1 ms on a machine that does nothing else


# ---- the process ----------------------------------------------------------------------------------------------------


def test_a_process_holds_no_more_than_decoding_needs(shared_pool: Decoders) -> None:
    heavy = frozenset({"torch", "PySide6", "hnswlib", "openvino", "sqlite3", "app", "engine.api", "pytest"})
    assert _ask(shared_pool, jobs.loaded_modules, heavy) == 0
    with pytest.raises(EngineError, match="PIL"):
        _ask(shared_pool, jobs.loaded_modules, frozenset({"PIL"}))


@linux_only
def test_a_process_works_on_one_thread(shared_pool: Decoders) -> None:
    shared_pool.decode(REQUEST, 30)
    assert _ask(shared_pool, jobs.n_threads, None) == 1


@linux_only
def test_a_process_has_a_memory_limit(shared_pool: Decoders) -> None:
    assert _ask(shared_pool, jobs.allocate, 100_000_000) == 100_000_000
    with pytest.raises(EngineError, match="MemoryError"):
        shared_pool.call(jobs.allocate, 2 << 30, "a.jpg").result(30)


def test_a_process_prints_nothing(shared_pool: Decoders, capfd: pytest.CaptureFixture[str]) -> None:
    shared_pool.call(jobs.speak, "noise", "a.jpg").result(30)
    with Decoders(1) as pool:
        pool.call(jobs.speak, "noise", "a.jpg").result(30)
    assert capfd.readouterr() == ("", "")


@posix_only
@pytest.mark.parametrize(("background", "more"), [(True, 5), (False, 0)])
def test_background_processes_give_way(background: bool, more: int) -> None:
    with Decoders(1, background=background) as pool:
        assert _ask(pool, jobs.niceness, None) == min(19, os.nice(0) + more)


@posix_only
def test_a_gentle_pool_is_one_process_that_gives_way_most_and_nothing_begun_is_lost() -> None:
    with Decoders(2) as pool:
        before = {int(_ask(pool, jobs.get_pid, None)) for _ in range(4)}
        slow = [pool.call(jobs.sleep, 0.5, "a.jpg") for _ in range(6)]  # two at work, two next, two waiting
        time.sleep(0.1)
        pool.set_gentle(True)
        for future in slow:
            future.result(60)
        gentle = {int(_ask(pool, jobs.get_pid, None)) for _ in range(4)}
        assert len(gentle) == 1
        assert not gentle & before
        assert _ask(pool, jobs.niceness, None) == min(19, os.nice(0) + 15)
        pool.set_gentle(False)
        assert int(_ask(pool, jobs.get_pid, None)) not in gentle
        assert _ask(pool, jobs.niceness, None) == min(19, os.nice(0) + 5)


@posix_only
def test_ctrl_c_is_the_parents(shared_pool: Decoders) -> None:
    pid = int(_ask(shared_pool, jobs.get_pid, None))
    os.kill(pid, signal.SIGINT)
    time.sleep(0.1)
    assert _ask(shared_pool, jobs.get_pid, None) == pid


# ---- what the system refuses it -------------------------------------------------------------------------------------


@linux_only
@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="no filter for this processor")
@pytest.mark.parametrize("what", jobs.FORBIDDEN)
def test_a_process_can_neither_speak_nor_change_anything(what: str, shared_pool: Decoders, tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"x")
    before = photo.stat()
    assert _ask(shared_pool, jobs.try_forbidden, (what, str(photo))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg"]
    assert photo.stat() == before


@linux_only
def test_a_process_may_still_start_threads(shared_pool: Decoders) -> None:
    assert _ask(shared_pool, jobs.start_a_thread, None) == 1


# ---- a process that has been taken over -----------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["text", "flat", "float", "none"])
def test_only_pictures_can_be_sent(what: str, shared_pool: Decoders) -> None:
    with pytest.raises(EngineError, match="A decoder process made"):
        shared_pool.call(jobs.answer_strangely, what, "a.jpg").result(30)  # type: ignore[arg-type]


@posix_only
@pytest.mark.parametrize("life", [jobs.lives_of_its_own, jobs.claims_gigabytes])
def test_nonsense_counts_as_a_death(life: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders_module, "serve", life)
    with Decoders(1) as pool:
        with pytest.raises(DecoderCrashed, match="cat02"):
            pool.submit(REQUEST).result(60)
        monkeypatch.undo()
        assert pool.decode(REQUEST, 60).rgb is not None


@posix_only
def test_half_an_answer_ends_at_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders_module, "serve", jobs.begins_and_stalls)
    with Decoders(1, wall_limit_s=1.0) as pool, pytest.raises(PhotoTooSlow):
        pool.submit(REQUEST).result(60)


@posix_only
def test_an_answer_to_nothing_is_not_taken_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders_module, "serve", jobs.speaks_unasked)
    with Decoders(1) as pool:
        pool.start()
        time.sleep(2)
        monkeypatch.undo()
        assert pool.decode(REQUEST, 60).rgb is not None


# ---- what goes wrong ------------------------------------------------------------------------------------------------


@posix_only
@pytest.mark.parametrize("code", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_costs_one_photo_and_the_next_works_soon(pool: Decoders, code: signal.Signals) -> None:
    pool.decode(REQUEST, 30)
    with pytest.raises(DecoderCrashed, match=r"bad\.jpg") as caught:
        pool.call(jobs.die, int(code), "/photos/bad.jpg").result(30)
    assert caught.value.path == "/photos/bad.jpg"
    start = time.monotonic()
    assert pool.decode(REQUEST, 30).rgb is not None
    assert time.monotonic() - start < 5  # well below 1 s where there are idle cores


@posix_only
def test_a_process_killed_while_idle_costs_nothing() -> None:
    with Decoders(1) as pool:
        pid = int(_ask(pool, jobs.get_pid, None))
        os.kill(pid, signal.SIGKILL)
        assert _ask(pool, jobs.get_pid, None) != pid


@posix_only
def test_the_task_in_reserve_survives_the_death_of_its_process() -> None:
    with Decoders(1) as pool:
        pool.call(jobs.sleep, 0.0, "a.jpg").result(30)
        first = pool.call(jobs.die, int(signal.SIGKILL), "bad.jpg")
        others = [pool.call(jobs.sleep, 0.0, "a.jpg") for _ in range(5)]
        with pytest.raises(DecoderCrashed):
            first.result(30)
        assert [jobs.number(future.result(30)) for future in others] == [0.0] * 5


@posix_only
def test_a_photo_is_not_blamed_for_one_death() -> None:
    with Decoders(1) as pool:
        pid = int(_ask(pool, jobs.get_pid, None))
        assert _ask(pool, jobs.die_in, pid) == pid


@posix_only
@pytest.mark.slow
def test_random_kills_lose_nothing(pool: Decoders) -> None:
    others = {process.pid for process in decoder_processes()}
    pool.call(jobs.sleep, 0.0, "a.jpg").result(30)
    futures = [pool.call(jobs.sleep, 0.01, "a.jpg") for _ in range(300)]
    dice = random.Random(1)
    for _ in range(6):
        time.sleep(dice.uniform(0.1, 0.3))
        dice.choice([process for process in decoder_processes() if process.pid not in others]).kill()
    assert [jobs.number(future.result(60)) for future in futures] == [0.01] * 300


def test_a_hanging_photo_is_given_up_and_the_others_go_on() -> None:
    with Decoders(1, wall_limit_s=0.5) as pool:
        pool.call(jobs.sleep, 0.0, "a.jpg").result(30)
        start = time.monotonic()
        hanging = pool.call(jobs.sleep, 60.0, "/photos/slow.jpg")
        others = [pool.call(jobs.sleep, 0.0, "a.jpg") for _ in range(3)]
        with pytest.raises(PhotoTooSlow, match=r"slow\.jpg"):
            hanging.result(30)
        assert time.monotonic() - start < 3
        assert [jobs.number(future.result(30)) for future in others] == [0.0] * 3


@linux_only
def test_cpu_time_is_limited_for_each_photo() -> None:
    with Decoders(1, cpu_limit_s=1) as pool:
        for _ in range(3):  # more than the limit together, each of them less
            pool.call(jobs.spin, 0.6, "a.jpg").result(30)
        with pytest.raises(PhotoTooSlow):
            pool.call(jobs.spin, 15.0, "slow.jpg").result(30)


def test_processes_that_cannot_start_are_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders_module, "serve", jobs.never_start)
    with Decoders(1) as pool:
        with pytest.raises(DecoderCrashed, match="cannot be started"):
            pool.decode(REQUEST, 60)
        monkeypatch.undo()
        assert pool.decode(REQUEST, 60).rgb is not None


@posix_only
def test_a_system_without_room_for_processes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with Decoders(2) as pool:

        def refuse(_: object) -> None:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        monkeypatch.setattr(pool, "_spawn", refuse.__get__(pool))
        futures = [pool.call(jobs.sleep, 0.0, "a.jpg") for _ in range(3)]
        for future in futures:
            with pytest.raises(DecoderCrashed, match="cannot be started"):
                future.result(10)
        monkeypatch.undo()
        assert _ask(pool, jobs.sleep, 0.0) == 0.0


# ---- the end --------------------------------------------------------------------------------------------------------


def test_closing_does_not_wait_for_work() -> None:
    before = threading.active_count()
    pool = Decoders(2)
    pool.call(jobs.sleep, 0.0, "a.jpg").result(30)
    futures = [pool.call(jobs.sleep, 60.0, "a.jpg") for _ in range(8)]
    time.sleep(0.1)
    start = time.monotonic()
    pool.close()
    pool.close()
    assert time.monotonic() - start < 2
    for future in futures:
        with pytest.raises(EngineClosed):
            future.result(1)
    with pytest.raises(EngineClosed):
        pool.decode(REQUEST, 1)
    assert threading.active_count() == before


def test_closing_leaves_no_process() -> None:
    before = {process.pid for process in decoder_processes()}
    with Decoders(2) as pool:
        pool.decode(REQUEST, 30)
        assert len(decoder_processes()) == len(before) + 2
    assert {process.pid for process in decoder_processes()} == before


def test_a_pool_that_was_never_used_starts_nothing() -> None:
    before = len(decoder_processes())
    with Decoders(4):
        assert len(decoder_processes()) == before


_PARENT = """
import sys, time
from engine.decoders import Decoders
from tests.helpers import decoder_jobs as jobs
if __name__ == "__main__":
    pool = Decoders(2)
    print(pool.call(jobs.get_pid, None, "a.jpg").result(30).shape, flush=True)
    for _ in range(2):
        pool.call(jobs.spin, 60.0, "a.jpg")
    time.sleep(float(sys.argv[1]))
"""


@linux_only
@pytest.mark.parametrize("kill", [True, False], ids=["killed", "ends without closing"])
def test_the_processes_end_with_their_parent(kill: bool, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    with subprocess.Popen(
        [sys.executable, str(script), "60" if kill else "0.3"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        parent.stdout.readline()
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) >= 2
        if kill:
            parent.kill()
        _, alive = psutil.wait_procs(children, timeout=10)
        assert not alive
        assert parent.wait(10) == (-signal.SIGKILL if kill else 0)
        assert parent.stderr is not None
        assert parent.stderr.read() == ""


# ---- the shared collection of bad files -----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.needs_shared
@pytest.mark.skipif(not BAD_FILES.is_dir(), reason="the shared files are not there")
def test_every_bad_file_ends_as_a_photo_or_a_sentence(pool: Decoders) -> None:
    with (BAD_FILES / "MANIFEST.tsv").open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        names = [row["path"] for row in rows if row["use"] == "dev"]
    assert len(names) > 1000
    started = time.monotonic()
    futures = {
        name: pool.submit(DecodeRequest(str(BAD_FILES / name), rule=InputRule(), thumbnail_px=320)) for name in names
    }
    kinds: dict[str, str] = {}
    sentences: list[str] = []
    for name, future in futures.items():
        try:
            photo = future.result(120)
        except PhotoError as error:
            kinds[name] = error.kind
            sentences.append(error.sentence)
        else:
            assert isinstance(photo, DecodedPhoto)
            assert photo.rgb is not None
            assert photo.thumbnail is not None
            kinds[name] = "ok"
    assert time.monotonic() - started < 120
    assert all(sentence.isprintable() and sentence.endswith(".") for sentence in sentences)
    assert "decoder-crashed" not in kinds.values()
    assert "too-slow" not in kinds.values()
    assert sum(kind == "ok" for kind in kinds.values()) > 500
    for process in decoder_processes():
        assert psutil.Process(process.pid).memory_info().vms < 2 << 30


def test_the_maker_of_odd_photos_makes_what_decoders_read(shared_pool: Decoders, tmp_path: Path) -> None:
    futures = []
    for number, make in enumerate(photo_maker.COLOUR.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        futures.append(shared_pool.submit(DecodeRequest(str(make(folder)), rule=InputRule(), thumbnail_px=320)))
    assert {(photo.width_px, photo.height_px) for photo in (future.result(60) for future in futures)} == {(240, 160)}
