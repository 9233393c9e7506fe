"""Fault 36: an animation of twenty thousand pictures is its first one, at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.decode import DecodeRequest, decode

N_FRAMES = 20_000
# GIF89a of 16 x 16 pixels with two colours; each frame is of one colour, its pixels compressed as LZW.
_HEAD = b"GIF89a" + bytes([16, 0, 16, 0, 0x80, 0, 0]) + bytes([255, 0, 0, 0, 0, 255])
_DELAY = bytes([0x21, 0xF9, 4, 4, 5, 0, 0, 0])


def _frame(colour: int) -> bytes:
    # Codes of three bits: 4 clears, 5 ends. Clearing after each pixel keeps them at three bits.
    codes = [code for _ in range(256) for code in (4, colour)] + [5]
    bits = sum(code << 3 * place for place, code in enumerate(codes))
    data = bits.to_bytes((3 * len(codes) + 7) // 8, "little")
    blocks = b"".join(bytes([len(data[at:at + 255])]) + data[at:at + 255] for at in range(0, len(data), 255))
    return _DELAY + b"," + bytes([0, 0, 0, 0, 16, 0, 16, 0, 0, 2]) + blocks + b"\0"


def test_twenty_thousand_pictures_are_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(_HEAD + _frame(0) + _frame(1) * (N_FRAMES - 1) + b";")
    started = time.process_time()
    picture = decode(DecodeRequest(str(path), picture_px=16)).picture
    assert time.process_time() - started < 1
    assert picture is not None
    assert picture.shape == (16, 16, 3)
    assert picture.reshape(-1, 3).mean(axis=0).tolist() == pytest.approx([255, 0, 0])
