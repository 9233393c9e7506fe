"""What a decoder process can and cannot make its parent believe."""

from __future__ import annotations

import multiprocessing
import os
import random
import struct
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine import wire
from engine.errors import DamagedPhoto, EngineError, LibraryError, PhotoError
from engine.transform import InputRule
from engine.types import Box
from engine.wire import (
    BrokenAnswerError,
    DecodedPhoto,
    DecodeRequest,
    FileFacts,
    Inbox,
    encode,
    read_error,
    read_facts,
    read_photo,
    read_pixels,
)

FACTS = FileFacts(bytes(range(20)), 12_345, -7_000_000_001)
RULE = InputRule(area_px=64 * 64, min_box_area_px=64 * 64)
REQUEST = DecodeRequest("/photos/a.jpg", rule=RULE, thumbnail_px=30, picture_px=40)


def _pixels(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def _photo() -> DecodedPhoto:
    width, height = RULE.size_for(300, 200)
    return DecodedPhoto(
        FACTS.content_hash, FACTS.size_bytes, FACTS.mtime_ns, 300, 200,
        rgb=_pixels(height, width), thumbnail=_pixels(20, 30), picture=_pixels(27, 40),
    )  # fmt: skip


READERS: dict[str, tuple[object, Callable[[bytearray], object]]] = {
    "facts": (FACTS, read_facts),
    "photo": (_photo(), lambda message: read_photo(message, REQUEST)),
    "pixels": (_pixels(5, 7), read_pixels),
    "error": (DamagedPhoto("a.jpg is damaged.", "/photos/a.jpg"), lambda message: read_error(message, "/photos/a.jpg")),
}


# ---- what is right arrives as it was --------------------------------------------------------------------------------


def test_facts_arrive_as_they_were() -> None:
    assert read_facts(bytearray(encode(FACTS))) == FACTS


def test_a_photo_arrives_as_it_was_and_can_be_written_to() -> None:
    sent = _photo()
    got = read_photo(bytearray(encode(sent)), REQUEST)
    assert (got.content_hash, got.size_bytes, got.mtime_ns) == (sent.content_hash, sent.size_bytes, sent.mtime_ns)
    assert (got.width_px, got.height_px) == (300, 200)
    for name in ("rgb", "thumbnail", "picture"):
        array = getattr(got, name)
        assert (array == getattr(sent, name)).all()
        assert array.dtype == np.uint8
        array[:] = 0


def test_what_was_not_asked_for_is_none() -> None:
    bare = replace(_photo(), rgb=None, thumbnail=None, picture=None)
    got = read_photo(bytearray(encode(bare)), DecodeRequest("/photos/a.jpg"))
    assert (got.rgb, got.thumbnail, got.picture) == (None, None, None)


def test_the_input_of_a_box_is_checked_against_the_box() -> None:
    box = Box(0.1, 0.2, 0.5, 0.4)
    width, height = RULE.size_for(300, 200, box)
    photo = replace(_photo(), rgb=_pixels(height, width), thumbnail=None, picture=None)
    request = DecodeRequest("/photos/a.jpg", rule=RULE, box=box)
    assert read_photo(bytearray(encode(photo)), request).rgb is not None
    with pytest.raises(BrokenAnswerError):
        read_photo(bytearray(encode(photo)), replace(request, box=None))


def test_pixels_need_not_be_contiguous_where_they_come_from() -> None:
    pixels = _pixels(8, 9)[::2, ::-1]
    assert (read_pixels(bytearray(encode(pixels))) == pixels).all()


def test_an_error_keeps_its_kind_and_is_told_its_path() -> None:
    error = read_error(bytearray(encode(DamagedPhoto("a.jpg is damaged.", "/elsewhere"))), "/photos/a.jpg")
    assert type(error) is DamagedPhoto
    assert (error.sentence, error.path) == ("a.jpg is damaged.", "/photos/a.jpg")
    assert read_error(bytearray(encode(FACTS)), "/photos/a.jpg") is None


def test_an_error_may_hold_names_that_are_no_text() -> None:
    error = read_error(bytearray(encode(EngineError("\udcff is odd; so is \U0001f468\u200d\U0001f469."))), "a")
    assert error is not None
    assert error.sentence == "? is odd; so is \U0001f468\u200d\U0001f469."


@pytest.mark.parametrize("answer", ["text", None, np.zeros((2, 2)), np.zeros((2, 2, 4), np.uint8)], ids=repr)
def test_nothing_else_can_be_sent(answer: object) -> None:
    with pytest.raises(EngineError, match="A decoder process made"):
        encode(answer)  # type: ignore[arg-type]


def test_nothing_larger_than_the_limit_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER_BYTES", 1000)
    with pytest.raises(EngineError, match="too large"):
        encode(_pixels(20, 20))


# ---- what is wrong never arrives ------------------------------------------------------------------------------------


def _photo_with(**changes: object) -> bytearray:
    return bytearray(encode(replace(_photo(), **changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "message",
    [
        _photo_with(width_px=3),  # another shape of input
        _photo_with(width_px=0),
        _photo_with(width_px=60_000, height_px=40_000),
        _photo_with(rgb=None),
        _photo_with(thumbnail=None),
        _photo_with(thumbnail=_pixels(20, 31)),
        _photo_with(picture=_pixels(41, 20)),
        _photo_with(size_bytes=0),
        _photo_with(size_bytes=1 << 63),
        _photo_with() + b"\0",
        _photo_with()[:-1],
        bytearray(encode(FACTS)),
        bytearray(encode(_pixels(2, 2))),
        bytearray(b"P"),
        bytearray(b"R"),
    ],
    ids=range(15),
)
def test_a_photo_other_than_asked_for_is_none(message: bytearray) -> None:
    with pytest.raises(BrokenAnswerError):
        read_photo(message, REQUEST)


@pytest.mark.parametrize(
    "message",
    [b"X", b"X" + struct.pack("<II", 0, 0), b"X" + struct.pack("<II", 1, 0), b"X" + struct.pack("<II", 1, 1) + b"12",
     b"X" + struct.pack("<II", 2**32 - 1, 2**32 - 1) + bytes(100), b"F" + bytes(36), b"x"],
)  # fmt: skip
def test_pixels_that_do_not_fit_are_none(message: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        read_pixels(bytearray(message))


@pytest.mark.parametrize(
    "message",
    [b"E", b"E\x07damage", b"E\x07damaged", b"E\x07damaged\xff\xfe", b"E\x03\xff\xff\xffhello", b"E\x07libraryGone.",
     b"E\x07damaged\x1b[2Jwiped", b"E\x07damagedline\nline", b"E\x07damaged" + b"a" * 3000,
     "E\x07damaged\u202egpj.exe".encode()],
)  # fmt: skip
def test_an_error_in_other_words_is_none(message: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        read_error(bytearray(message), "/photos/a.jpg")


def test_a_decoder_cannot_report_what_only_the_library_may() -> None:
    with pytest.raises(BrokenAnswerError):
        read_error(bytearray(encode(LibraryError("It is gone."))), "/photos/a.jpg")


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("seed", range(4))
def test_flipped_bits_never_do_worse_than_another_picture(kind: str, seed: int) -> None:
    sent, read = READERS[kind]
    message = encode(sent)  # type: ignore[arg-type]
    dice = random.Random(seed)
    for _ in range(500):
        damaged = bytearray(message)
        for _ in range(dice.randint(1, 8)):
            damaged[dice.randrange(min(len(damaged), 90))] ^= 1 << dice.randrange(8)
        if dice.random() < 0.3:
            del damaged[dice.randrange(len(damaged)) :]
        _require_answer_or_refusal(damaged, read)


@pytest.mark.parametrize("seed", range(4))
def test_random_bytes_are_refused_or_harmless(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(1000):
        tag = dice.choice([b"E", b"F", b"P", b"X", b"R", b""])
        message = bytearray(tag + dice.randbytes(dice.choice([0, 1, 8, 36, 37, 68, 69, 300])))
        for _, read in READERS.values():
            _require_answer_or_refusal(message, read)


def _require_answer_or_refusal(message: bytearray, read: Callable[[bytearray], object]) -> None:
    try:
        answer = read(message)
    except BrokenAnswerError:
        return
    if isinstance(answer, EngineError):
        assert isinstance(answer, PhotoError) or type(answer) is EngineError
        assert answer.path == "/photos/a.jpg"
        assert len(answer.sentence) <= 2000
    elif isinstance(answer, DecodedPhoto):
        assert answer.rgb is not None
        assert answer.rgb.shape[:2] == RULE.size_for(answer.width_px, answer.height_px)[::-1]
    elif answer is not None:
        assert isinstance(answer, FileFacts | np.ndarray)


# ---- how it arrives -------------------------------------------------------------------------------------------------

posix_only = pytest.mark.skipif(os.name == "nt", reason="on Windows messages arrive whole")


@pytest.fixture
def line() -> object:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    yield Inbox(ours), theirs, ours
    ours.close()
    theirs.close()


@posix_only
def test_messages_are_put_together_from_pieces(line: tuple) -> None:
    inbox, theirs, _ = line
    data = struct.pack("!i", 5) + b"first" + struct.pack("!i", 6) + b"second"
    arrived = []
    for number in range(len(data)):
        os.write(theirs.fileno(), data[number : number + 1])
        arrived += inbox.receive()
    assert arrived == [b"first", b"second"]


@posix_only
def test_what_a_process_sends_as_messages_arrives_as_messages(line: tuple) -> None:
    inbox, theirs, ours = line
    big = os.urandom(70_000)
    theirs.send_bytes(b"a")
    theirs.send_bytes(big)
    arrived = []
    while ours.poll(1) and len(arrived) < 2:
        arrived += inbox.receive()
    assert arrived == [b"a", big]


@posix_only
@pytest.mark.parametrize("size", [0, -1, -(2**31), wire.MAX_ANSWER_BYTES + 1, 2**31 - 1])
def test_impossible_lengths_are_refused_before_anything_is_kept(size: int, line: tuple) -> None:
    inbox, theirs, _ = line
    os.write(theirs.fileno(), struct.pack("!i", size) + bytes(1000))
    with pytest.raises(BrokenAnswerError):
        inbox.receive()


def test_the_end_of_a_process_is_the_end(line: tuple) -> None:
    inbox, theirs, _ = line
    theirs.close()
    with pytest.raises((EOFError, OSError)):
        inbox.receive()
