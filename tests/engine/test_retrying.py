"""Files that could not be read are tried again when the user says so, and no others."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from engine.actnet.checkpoint import ModelCard
from engine.decoders import Decoders
from engine.messages import RetryFailures
from tests.helpers.watched_library import Keeper

Paint = Callable[..., Path]


def test_only_the_files_asked_for_are_tried_again(
    paint: Paint, card: ModelCard, decoders: Decoders, tmp_path: Path
) -> None:
    keeper = Keeper(tmp_path / "library", card, decoders)
    try:
        keeper.status()  # it is open
        keeper.session.upkeep.set_watching(False)
        bad = [paint(f"{number}.jpg", number) for number in range(3)]
        for path in bad:
            whole = path.read_bytes()
            path.write_bytes(bytes(len(whole)))
            os.utime(path, (5, 5))
        report = keeper.index(tmp_path / "photos")
        assert report.failed == 3
        first, second, _ = [failure.photo_id for failure in keeper.failures()]
        for path in bad[:2]:  # whole again, without anything else about them telling so
            size = path.stat().st_size
            Image.new("RGB", (60, 40), (1, 2, 3)).save(path)
            path.write_bytes(path.read_bytes().ljust(size, b"\0"))
            os.utime(path, (5, 5))
        assert keeper.index().failed == 0  # they are not looked into
        report = keeper.run(RetryFailures((first, 10_000)))
        assert (report.indexed, report.failed) == (1, 0)
        assert list(keeper.photos()) == [str(bad[0])]
        report = keeper.run(RetryFailures(tuple(failure.photo_id for failure in keeper.failures())))
        assert (report.indexed, report.failed) == (1, 1)
        assert second not in [failure.photo_id for failure in keeper.failures()]
    finally:
        keeper.close()
