"""The tool that measures photos of all kinds for a model."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from engine.actnet.checkpoint import read_card
from engine.tuning.general import general_file, read_general
from tests.helpers.lessons import draw_lessons
from tests.helpers.tools import load_tool


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return load_tool("general_pairs")


def test_photos_that_show_the_same_differ_less_than_all_do(
    tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw_lessons(tmp_path)
    model = tmp_path / "start.safetensors"
    assert tool.main([str(model), str(tmp_path / "photos"), "--device", "torch"]) == 0
    assert "35 photos, 70 pairs" in capsys.readouterr().out
    general = read_general(read_card(model))
    assert general is not None
    assert np.trace(general.of_all) == pytest.approx(len(general.of_all), rel=0.01)
    assert not np.allclose(general.within, general.of_all, atol=0.05)


def test_a_folder_that_is_not_there_is_told(
    tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw_lessons(tmp_path)
    model = tmp_path / "start.safetensors"
    assert tool.main([str(model), str(tmp_path / "nothing")]) == 1
    assert "nothing" in capsys.readouterr().err
    assert not general_file(model).exists()
