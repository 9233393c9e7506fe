"""What can be done with photos outside of Resight: open them, show them in their folder, copy them to the clipboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QObject, Slot
from PySide6.QtGui import QGuiApplication

from app import texts
from app.bridge import Bridge
from app.file_manager import FileManager
from app.folders_panel import display_name
from app.hits_model import file_url
from app.notify import Level, Notifier
from app.picture_view import image_of
from engine.messages import JobFailed, LoadPicture
from engine.types import Hit, Picture

_COPIED_SIDE_PX = 4096  # of a copied picture: what most programs can still take from the clipboard


class HitActions(QObject):
    """Does it, and says so or why not. GUI thread only."""

    def __init__(
        self, bridge: Bridge, files: FileManager, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._files = files
        self._notifier = notifier
        self._picture_job: int | None = None
        bridge.picture_loaded.connect(self._on_picture_loaded)
        bridge.job_failed.connect(self._on_job_failed)

    def open(self, hit: Hit) -> None:
        """Open a photo in the system's viewer."""
        self.open_path(hit.path)

    def open_with(self, hit: Hit) -> None:
        """Open a photo with a program that the user chooses."""
        if not self._files.open_with(hit.path, self._say_no_chooser):
            if self._files.is_there(hit.path):
                self._say_no_chooser()
            else:
                self._say_impossible(hit.path)

    def reveal(self, hit: Hit) -> None:
        """Show a photo in the file manager."""
        self.reveal_path(hit.path)

    def copy_path(self, hit: Hit) -> None:
        """Put the path of a photo on the clipboard."""
        self.copy_paths([hit])

    def copy_paths(self, hits: Sequence[Hit]) -> None:
        """Put the paths of photos on the clipboard, one a line."""
        if hits:
            QGuiApplication.clipboard().setText("\n".join(hit.path for hit in hits))
            self._notifier.tell(Level.REMARK, texts.paths_copied(len(hits)))

    def copy_files(self, hits: Sequence[Hit]) -> None:
        """Put photos on the clipboard as files, to be pasted in a file manager or a mail; as paths in a text."""
        if hits:
            QGuiApplication.clipboard().setMimeData(files_as_mime([hit.path for hit in hits]))
            self._notifier.tell(Level.REMARK, texts.files_copied(len(hits)))

    def copy_picture(self, hit: Hit) -> None:
        """Put what a photo shows on the clipboard, to be pasted in a picture or a text."""
        self._picture_job = self._bridge.submit(LoadPicture(hit.path, _COPIED_SIDE_PX))

    def open_path(self, path: str) -> None:
        """Open a file or folder with the program the user has chosen for it."""
        if not self._files.open(path):
            self._say_impossible(path)

    def reveal_path(self, path: str) -> None:
        """Show a file in the file manager."""
        if not self._files.reveal(path):
            self._say_impossible(path)

    @Slot(int, object)
    def _on_picture_loaded(self, job_id: int, picture: Picture) -> None:
        if job_id == self._picture_job:
            self._picture_job = None
            QGuiApplication.clipboard().setImage(image_of(picture))
            self._notifier.tell(Level.REMARK, texts.PICTURE_COPIED)

    @Slot(object)
    def _on_job_failed(self, failed: JobFailed) -> None:
        if failed.job_id == self._picture_job:
            self._picture_job = None
            self._notifier.tell(Level.REMARK, texts.sentence(failed.error.sentence))

    def _say_impossible(self, path: str) -> None:
        self._notifier.tell(Level.REMARK, texts.CANNOT_OPEN.format(name=display_name(path)))

    def _say_no_chooser(self) -> None:
        self._notifier.tell(Level.REMARK, texts.NO_CHOOSER)


def files_as_mime(paths: Sequence[str]) -> QMimeData:
    """Files as file managers put them on the clipboard; their paths where only text is taken."""
    mime = QMimeData()
    urls = [file_url(path) for path in paths]
    mime.setUrls(urls)
    mime.setText("\n".join(paths))
    lines = [b"copy", *(bytes(url.toEncoded()) for url in urls)]
    mime.setData("x-special/gnome-copied-files", b"\n".join(lines))  # without it GNOME Files pastes nothing
    return mime
