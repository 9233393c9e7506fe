"""The small collection that the screenshots show: the photos of tests/photos, in folders as people have them.

All are freely usable (tests/photos/LICENSES.tsv). When and with what they were taken is made up, as it was lost when
they were scaled down, so that filters and months have something to show.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from PIL import ExifTags, Image

ROOT = Path(__file__).resolve().parent.parent
PHOTOS = ROOT / "tests" / "photos"
# Group of tests/photos -> folder, name, day, camera (maker, model)
ALBUMS = {
    "beach": ("2019 Coast", "beach", "2019-07-14", ("NIKON CORPORATION", "NIKON D70")),
    "kayak": ("2021 Lake", "kayak", "2021-08-02", ("Canon", "Canon EOS 5D")),
    "rainforest": ("2022 Rain forest", "trail", "2022-03-19", ("Apple", "iPhone 12")),
    "rock_leaves": ("2022 Rain forest", "leaves", "2022-03-20", ("Apple", "iPhone 12")),
    "skull": ("2022 Museum", "skull", "2022-11-05", ("Apple", "iPhone 12")),
    "books": ("2023 At home", "books", "2023-01-08", ("Canon", "Canon EOS 5D")),
    "triflowers": ("2023 At home", "flowers", "2023-05-21", ("Canon", "Canon EOS 5D")),
    "chair": ("2023 At home", "armchair", "2023-02-12", ("Apple", "iPhone 12")),
}
ASKED_WITH = ("chair", "image006.jpg")
"""The photo that is searched with and not in the library."""
_LONG_AGO = 1_577_880_000


class Photos:
    """The folders of somebody who uses Resight, below `home`; made anew.

    `query` lies outside the library, all else below `pictures` and `archive`.
    """

    def __init__(self, home: Path) -> None:
        self.pictures, self.archive = home / "Pictures", home / "Archive"
        self.desktop, self.away = home / "Desktop", home / ".away" / "Archive"
        for folder in (self.pictures, self.archive, self.desktop, self.away):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self.query = self.desktop / "armchair.jpg"
        for group, (folder, name, day, camera) in ALBUMS.items():
            for number, photo in enumerate(sorted((PHOTOS / "groups" / group).iterdir()), start=1):
                is_query = (group, photo.name) == ASKED_WITH
                target = self.query if is_query else self.pictures / folder / f"{name} {number}.jpg"
                put(photo, target, f"{day}T{9 + number}:12:00", camera)
        for number, photo in enumerate(sorted((PHOTOS / "single").iterdir())):
            name = photo.stem.split("_by_")[0].rstrip("0123456789")
            put(photo, self.archive / "Favourites" / f"{name}.jpg", f"20{18 + number % 5}-04-{number + 1:02}T12:00:00")
        self._add_duplicates()
        self._add_failures()
        self._fix_times()

    def photo(self, album: str, name: str) -> Path:
        """A photo below `pictures`."""
        return self.pictures / album / f"{name}.jpg"

    def take_archive_away(self) -> None:
        """As if its drive was not connected any more; what was in `archive` is in `away` then."""
        self.away.rmdir()
        self.archive.rename(self.away)

    def _add_duplicates(self) -> None:
        backup = self.archive / "Backup 2019"
        backup.mkdir()
        for number in (1, 2):
            shutil.copy2(self.photo("2019 Coast", f"beach {number}"), backup / f"IMG_041{number}.jpg")
        with Image.open(self.photo("2023 At home", "books 1")) as books:
            smaller = books.resize((books.width * 2 // 3, books.height * 2 // 3))
            smaller.save(backup / "books, small.jpg", quality=80)
        with Image.open(self.photo("2022 Museum", "skull 2")) as skull:
            skull.save(backup / "skull.webp", quality=80)

    def _add_failures(self) -> None:
        downloads = self.pictures / "Downloads"
        downloads.mkdir()
        whole = (PHOTOS / "groups" / "kayak" / "kayak_01.jpg").read_bytes()
        (downloads / "IMG_0413.jpg").write_bytes(whole[: len(whole) // 3])
        (downloads / "notes.png").write_text("milk, bread, batteries for the camera\n", encoding="utf-8")

    def _fix_times(self) -> None:
        """Files that were made here are as old as the others, so that a library made of them before knows them."""
        for path in (self.archive / "Backup 2019", self.pictures / "Downloads"):
            for file in path.iterdir():
                os.utime(file, (_LONG_AGO, _LONG_AGO))


def put(photo: Path, target: Path, taken: str, camera: tuple[str, str] = ("", "")) -> None:
    """Copy a JPEG with this moment and camera written into it; its picture stays as it is, byte for byte."""
    target.parent.mkdir(parents=True, exist_ok=True)
    moment = datetime.fromisoformat(taken)
    exif = Image.Exif()
    if camera[1]:
        exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = camera
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = moment.strftime("%Y:%m:%d %H:%M:%S")
    block = exif.tobytes()
    data = photo.read_bytes()
    start, marker, length = data[:2], b"\xff\xe1", (len(block) + 2).to_bytes(2, "big")
    target.write_bytes(start + marker + length + block + data[2:])
    os.utime(target, (moment.timestamp(), moment.timestamp()))
