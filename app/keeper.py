"""Where the library is, and what is done to it as a whole: backing up, restoring, moving. No Qt; one thread at a time.

The methods that work on files take seconds: the window calls them on a thread of their own, see `app.background_work`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from app import places
from engine import api
from engine.api import Engine, EngineConfig
from engine.errors import LibraryError
from engine.messages import Event, Progress
from engine.types import Restored, Snapshot

FOLDER_NAME = "Resight library"


@dataclass(frozen=True, slots=True)
class Moved:
    """What moving did. `is_noted`: the next start finds the library by itself."""

    old: Path
    new: Path
    is_noted: bool


class LibraryKeeper:
    """Keeps one library. `library` changes when it is moved.

    Args:
        arguments: what the window was started with.
    """

    def __init__(self, arguments: places.WindowArguments) -> None:
        self._arguments = arguments
        self.library = arguments.library

    def library_exists(self) -> bool:
        """Whether there is one: if not, it is made, unless it has to be somewhere."""
        return places.library_exists(self.library) or self.library == places.moved_library()

    def named_device(self) -> str:
        """The device that the user has named when Resight was started; "auto" if none."""
        return self._arguments.device

    def make_engine(
        self,
        on_event: Callable[[Event], None],
        watch: bool = False,
        gentle: bool = False,
        quick: bool = False,
        device: str = "auto",
    ) -> Engine:
        """An engine on the library as it is now, not started; what is asked for as in `EngineConfig`."""
        arguments = self._arguments
        named = self.named_device()
        config = EngineConfig(
            self.library, arguments.model, arguments.cache, device if named == "auto" else named,
            must_exist=self.library == places.moved_library(), watch=watch, gentle=gentle, quick=quick, gives_way=True,
        )
        return Engine(config, on_event)

    # ---- while an engine is at work ----

    def snapshots(self) -> tuple[Snapshot, ...]:
        """The backups in the library, newest first."""
        return api.snapshots(self.library)

    def newest_good(self) -> Snapshot | None:
        """The newest backup in the library that is whole."""
        return api.newest_good_snapshot(self.library)

    def back_up(self, folder: Path) -> Snapshot:
        """Write a backup into a folder elsewhere.

        Raises:
            LibraryError: it cannot be made.
        """
        return api.take_snapshot(self.library, folder)

    # ---- while no engine is ----

    def restore(self, snapshot: Path) -> Restored:
        """Put a backup in place.

        Raises:
            LibraryError: nothing was changed.
        """
        return api.restore(self.library, snapshot)

    def place_in(self, folder: Path) -> Path:
        """Where the library would go in a folder the user has chosen: into it if it is empty, else into one in it."""
        try:
            is_empty = not any(folder.iterdir())
        except OSError:
            is_empty = False  # moving there says what is wrong
        return folder if is_empty else folder / FOLDER_NAME

    def move(self, new: Path) -> Generator[Progress, None, Moved]:
        """Copy the library, verify the copy, use it from there.

        Raises:
            LibraryError: the library is where it was.
        """
        old = self.library
        yield from api.move(old, new)
        if not self._arguments.names_library:
            try:
                places.note_moved_library(new)
            except OSError as error:
                raise LibraryError(
                    f"The library was copied to {new}, but that cannot be noted in {places.config_folder()}. The old "
                    "one goes on being used.", new
                ) from error
        self.library = new
        return Moved(old, new, not self._arguments.names_library)

    def delete_old(self, old: Path) -> None:
        """Delete the library that was moved.

        Raises:
            LibraryError: it cannot be deleted, or is not the one that was moved.
        """
        api.delete_moved(old, self.library)
