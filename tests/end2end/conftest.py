"""One home folder for all tests of the whole program, so that the network is compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds `cache`, `data` and `state`, as the XDG variables name them."""
    return tmp_path_factory.mktemp("home")
