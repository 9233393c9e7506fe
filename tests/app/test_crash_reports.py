"""What becomes of errors that nobody caught: reports on this computer, offered and never sent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app import care_texts, crash_reports, texts
from app.crash_care import CrashCare
from app.crash_dialog import CrashDialog
from app.crash_reports import CrashReports
from app.notify import Notifier
from tests.app.conftest import WindowRig

ROOT = Path(__file__).resolve().parents[2]


def test_a_report_tells_what_happened_and_where(tmp_path: Path) -> None:
    (tmp_path / "resight.log").write_text("".join(f"line {number}\n" for number in range(100)))
    report = CrashReports(tmp_path).write("Traceback\nZeroDivisionError: of bad\udcff.jpg\n")
    content = report.read_text()
    assert content.startswith("Resight 0.")
    assert "ZeroDivisionError: of bad\\udcff.jpg" in content
    assert "line 99" in content
    assert "line 39" not in content  # the end of the log only


def test_reports_are_new_until_the_user_has_been_told(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path)
    first, second = reports.write("one"), reports.write("two")
    assert CrashReports(tmp_path).new() == (first, second)
    told = reports.told(first)
    assert "one" in told.read_text()
    assert reports.new() == (second,)


def test_the_same_error_again_and_again_does_not_fill_the_disk(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path)
    written = [reports.write("again") for _ in range(50)]
    assert len(list(tmp_path.iterdir())) == crash_reports.MOST_IN_ONE_RUN
    assert written[-1] is None


def test_only_the_newest_reports_are_kept(tmp_path: Path) -> None:
    for number in range(15):
        (tmp_path / f"crash-20260101-0000{number:02}-1-1.txt").write_text("old")
    CrashReports(tmp_path).write("new")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == crash_reports.KEPT
    assert "crash-20260101-000005-1-1.txt" not in names
    assert names[-1].startswith("new-crash-")


def test_a_crash_of_the_interpreter_becomes_a_report(tmp_path: Path) -> None:
    code = """
import faulthandler, sys
from pathlib import Path
from app import runtime
runtime.start_logging(Path(sys.argv[1]))
faulthandler._sigsegv()
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True)
    assert done.returncode != 0
    reports = CrashReports(tmp_path)
    reports.take_crash()
    (report,) = reports.new()
    assert "Segmentation fault" in report.read_text()
    assert not (tmp_path / "crash.log").exists()
    reports.take_crash()  # there is nothing any more
    assert reports.new() == (report,)


def test_an_empty_crash_log_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "crash.log").write_text("")
    reports = CrashReports(tmp_path)
    reports.take_crash()
    assert reports.new() == ()


@pytest.mark.expects_warnings
def test_a_folder_that_cannot_be_written_to_is_no_second_error(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path / "none")
    assert reports.write("one") is None
    reports.take_crash()
    assert reports.new() == ()


def test_the_user_is_told_and_can_read_and_copy_the_report(window_rig: WindowRig, tmp_path: Path) -> None:
    notifier, window = window_rig.notifier, window_rig.window
    reports = CrashReports(tmp_path)
    care = CrashCare(reports, notifier, lambda closure: closure(), lambda: window)
    care.on_error("Traceback: a strange error\n")
    (banner,) = notifier.banners()
    assert banner.text == texts.UNEXPECTED
    assert reports.new() == ()  # it has been told of
    button = next(b for b in window.findChildren(QPushButton) if b.text() == care_texts.SHOW_REPORT)
    button.click()
    dialog = next(d for d in window.findChildren(CrashDialog) if d.isVisible())
    shown = dialog.findChild(QPlainTextEdit).toPlainText()
    assert "a strange error" in shown
    next(b for b in dialog.findChildren(QPushButton) if b.text() == care_texts.COPY_REPORT).click()
    assert QGuiApplication.clipboard().text() == shown
    dialog.findChild(QDialogButtonBox).rejected.emit()
    assert not dialog.isVisible()


def test_an_error_of_the_last_run_is_told_at_the_next_start(tmp_path: Path, qtbot: QtBot) -> None:
    CrashReports(tmp_path).write("the last run")
    notifier = Notifier()
    care = CrashCare(CrashReports(tmp_path), notifier, lambda closure: closure(), lambda: None)
    care.tell_of_last_run()
    (banner,) = notifier.banners()
    assert banner.text == care_texts.ENDED_BADLY
    assert [choice.label for choice in banner.choices] == [care_texts.SHOW_REPORT]
    again = Notifier()
    CrashCare(CrashReports(tmp_path), again, lambda closure: closure(), lambda: None).tell_of_last_run()
    assert again.banners() == ()


def test_without_a_report_the_user_is_told_all_the_same(tmp_path: Path, qtbot: QtBot) -> None:
    notifier = Notifier()
    care = CrashCare(_Silent(tmp_path), notifier, lambda closure: closure(), lambda: None)
    care.on_error("what")
    (banner,) = notifier.banners()
    assert banner.choices == ()


class _Silent(CrashReports):
    """Reports that cannot be written."""

    def write(self, what: str) -> None:
        return None
