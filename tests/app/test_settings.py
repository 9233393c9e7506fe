"""Settings survive bad files, full disks and other versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings, SettingsFile, window_state


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def test_defaults_without_a_file_and_nothing_is_written(path: Path) -> None:
    assert SettingsFile(path).settings == Settings()
    assert not path.parent.exists()


def test_changes_come_back(path: Path) -> None:
    odd = 'C:\\Bilder "alt"\n\t\x7f–日本'
    SettingsFile(path).change(theme="dark", thumbnail_px=200, last_folder=odd, show_preview=True)
    assert SettingsFile(path).settings == Settings("dark", 200, odd, True)
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]  # no temporary file is left


def test_values_out_of_range_are_put_right(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('version = 1\ntheme = "pink"\nthumbnail_px = 9000\nlast_folder = 3\nshow_preview = true\n')
    assert SettingsFile(path).settings == Settings(thumbnail_px=320, show_preview=True)


def test_a_newer_file_is_read_as_far_as_known(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('version = 9\ntheme = "light"\nflying = true\n')
    assert SettingsFile(path).settings == Settings(theme="light")


@pytest.mark.expects_warnings
@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe\x00", b""])
def test_a_broken_file_gives_the_defaults_and_is_kept(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    file = SettingsFile(path)
    assert file.settings == Settings()
    assert path.with_name("settings.toml.broken").exists() == bool(content)
    file.change(theme="dark")
    assert SettingsFile(path).settings.theme == "dark"


def test_a_folder_that_is_not_valid_text_is_not_saved(path: Path) -> None:
    SettingsFile(path).change(theme="dark", last_folder="/photos/bad\udcff")
    assert SettingsFile(path).settings == Settings(theme="dark")


@pytest.mark.expects_warnings
def test_a_disk_that_refuses_does_not_raise(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    file = SettingsFile(tmp_path / "config" / "settings.toml")
    file.change(theme="dark")
    assert file.settings.theme == "dark"


def test_the_same_values_are_not_written_again(path: Path) -> None:
    file = SettingsFile(path)
    file.change(theme="dark")
    path.unlink()
    file.change(theme="dark")
    assert not path.exists()


def test_the_window_state_has_a_file_of_its_own(tmp_path: Path) -> None:
    state = window_state(tmp_path)
    state.setValue("geometry", b"x")
    state.sync()
    assert (tmp_path / "window.ini").is_file()
