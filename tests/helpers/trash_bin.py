"""A trash of its own for tests: nothing goes to the trash of who runs them."""

from __future__ import annotations

from pathlib import Path

import pytest


def use_trash(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have send2trash and the program use the trash below `folder` (of the same disk as the files) -> that trash."""
    plat_other = pytest.importorskip("send2trash.plat_other")
    import send2trash

    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    trash = data / "Trash"
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    monkeypatch.setattr(plat_other, "XDG_DATA_HOME", bytes(data))
    monkeypatch.setattr(plat_other, "HOMETRASH_B", bytes(trash))
    device = folder.stat().st_dev
    monkeypatch.setattr(plat_other, "get_dev", lambda path: device)
    monkeypatch.setattr(send2trash, "send2trash", plat_other.send2trash)
    return trash
