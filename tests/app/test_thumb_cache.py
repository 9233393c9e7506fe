"""Which thumbnails are read, in which order, and what happens to those that cannot be."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from app.thumb_cache import ThumbCache, ThumbLoader, read_thumbnail
from engine.errors import PhotoUnreadable
from engine.messages import MakeThumbnail
from tests.helpers.fake_engine import make_hits


@pytest.fixture
def hits(tmp_path, colored_image):
    """Twelve hits whose thumbnails exist."""
    hits = tuple(replace(hit, thumbnail=tmp_path / f"{hit.photo_id}.jpg") for hit in make_hits(12))
    for hit in hits:
        assert colored_image(64, 48).save(str(hit.thumbnail))
    return hits


@pytest.fixture
def cache(bridge):
    cache = ThumbCache(bridge)
    cache.arrivals = []
    cache.images_arrived.connect(cache.arrivals.append)
    yield cache
    cache.close()


def test_a_thumbnail_arrives_and_stays(qtbot, cache, hits):
    with qtbot.waitSignal(cache.images_arrived):
        assert cache.image(hits[0]) is None
    assert cache.arrivals == [{hits[0].thumbnail}]
    image = cache.image(hits[0])
    assert (image.width(), image.height()) == (64, 48)


def test_many_thumbnails_arrive_in_few_batches(qtbot, cache, hits):
    cache.request_only(hits)
    qtbot.waitUntil(lambda: sum(map(len, cache.arrivals)) == len(hits))
    assert len(cache.arrivals) < len(hits)


def test_exact_copies_share_one_thumbnail(qtbot, cache, hits):
    copy = replace(hits[0], photo_id=77, path="/photos/copy.jpg")
    cache.request_only([hits[0], copy])
    qtbot.waitUntil(lambda: bool(cache.arrivals))
    assert cache.image(copy) is not None
    assert cache.arrivals == [{hits[0].thumbnail}]


def test_memory_is_bounded_and_the_least_used_goes_first(qtbot, bridge, hits):
    one_image_bytes = 64 * 48 * 4
    cache = ThumbCache(bridge, memory_limit_bytes=3 * one_image_bytes)
    for hit in hits[:3]:
        with qtbot.waitSignal(cache.images_arrived):
            cache.image(hit)
    assert cache.image(hits[0]) is not None  # used again: now the second is the oldest
    with qtbot.waitSignal(cache.images_arrived):
        cache.image(hits[3])
    in_memory = [hit for hit in hits[:4] if hit.thumbnail in cache._images]
    assert in_memory == [hits[0], hits[2], hits[3]]
    cache.close()


def test_a_missing_thumbnail_is_made_again_once(qtbot, cache, engine, hits, colored_image):
    hits[0].thumbnail.unlink()

    def make(job):
        assert colored_image(32, 32).save(str(hits[0].thumbnail))
        return hits[0].thumbnail

    engine.answers[MakeThumbnail] = make
    with qtbot.waitSignal(cache.images_arrived):
        cache.image(hits[0])
    assert cache.image(hits[0]).width() == 32
    assert engine.submitted(MakeThumbnail) == [MakeThumbnail(hits[0].photo_id)]


@pytest.mark.qt_log_ignore("JPEG")  # Qt's reader tells about the broken file, which is meant to be there
@pytest.mark.parametrize("can_be_made", [True, False])
def test_a_thumbnail_that_stays_broken_is_asked_for_only_once(qtbot, cache, engine, hits, can_be_made):
    hits[0].thumbnail.write_bytes(b"\xff\xd8 not a picture")

    def make(job):
        if not can_be_made:
            raise PhotoUnreadable("The photo is gone.")
        return hits[0].thumbnail

    engine.answers[MakeThumbnail] = make
    for _ in range(5):
        assert cache.image(hits[0]) is None
        cache.request_only(hits[:2])
        qtbot.wait(40)
    assert len(engine.submitted(MakeThumbnail)) == 1
    assert cache.arrivals == [{hits[1].thumbnail}]


def test_a_thumbnail_made_for_somebody_else_is_not_loaded(qtbot, cache, engine, bridge, hits):
    engine.answers[MakeThumbnail] = lambda job: hits[0].thumbnail
    with qtbot.waitSignal(bridge.thumbnail_made):
        bridge.submit(MakeThumbnail(hits[0].photo_id))
    qtbot.wait(60)
    assert cache.arrivals == []


def test_after_closing_the_thread_has_ended_and_nothing_arrives(qtbot, cache, hits):
    cache.request_only(hits)
    cache.close()
    assert "thumbnails" not in [thread.name for thread in threading.enumerate()]
    qtbot.wait(60)
    assert cache.arrivals == []
    assert cache.image(hits[0]) is None


# ---- the loader alone -------------------------------------------------------------------------------------------


class Receiver:
    """Takes the loader's batches, and can hold its thread in the first of them."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.is_entered = threading.Event()
        self.may_go_on = threading.Event()

    def deliver(self, loaded) -> None:
        self.names += [file.name for file, _ in loaded]
        self.is_entered.set()
        assert self.may_go_on.wait(5)


@pytest.fixture
def held_loader(tmp_path):
    """A loader whose thread is held, so that requests pile up."""
    receiver = Receiver()
    loader = ThumbLoader(receiver.deliver)
    loader.start()
    loader.request(tmp_path / "first")
    assert receiver.is_entered.wait(5)
    yield loader, receiver
    receiver.may_go_on.set()
    loader.close()


def wait_for(receiver: Receiver, n: int) -> list[str]:
    receiver.may_go_on.set()
    for _ in range(500):
        if len(receiver.names) >= n:
            break
        threading.Event().wait(0.01)
    return receiver.names


def test_the_newest_request_is_read_first(held_loader, tmp_path):
    loader, receiver = held_loader
    for name in "abca":
        loader.request(tmp_path / name)
    assert wait_for(receiver, 4) == ["first", "a", "c", "b"]


def test_requests_that_are_no_longer_wanted_are_dropped(held_loader, tmp_path):
    loader, receiver = held_loader
    loader.request(tmp_path / "gone")
    loader.request_only([tmp_path / "x", tmp_path / "y"])
    assert wait_for(receiver, 3) == ["first", "x", "y"]


def test_only_pictures_of_the_size_of_thumbnails_are_read(tmp_path, colored_image):
    assert colored_image(2000, 10).save(str(tmp_path / "large.jpg"))
    assert read_thumbnail(tmp_path / "large.jpg").isNull()
    assert read_thumbnail(tmp_path / "missing.jpg").isNull()
