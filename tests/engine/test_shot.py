"""When and with what photos were taken: what is believed of a camera, read from every format, kept and filled in."""

from __future__ import annotations

import queue
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine.actnet.checkpoint import read_card
from engine.api import Engine, EngineConfig
from engine.decode import DecodeRequest, decode, read_shot
from engine.decoders import Decoders
from engine.errors import NotAPicture, PhotoUnreadable
from engine.filling import Filling
from engine.library import Library
from engine.messages import FillIn, JobDone, Search
from engine.records import IndexedPhoto
from engine.shot import UNKNOWN, Shot, shot
from engine.types import Query, SearchResult
from engine.wire import BrokenAnswerError, DecodedPhoto, FileShot, encode, read_file_shot, read_photo
from tests.helpers.dng_maker import dng
from tests.helpers.library import TestLibrary, descriptor
from tests.helpers.photo_maker import scene

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "actnet-lite2.safetensors"
SHOT = Shot("2024-05-03T14:22:10", "Canon EOS 5D")
MAKER_PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "bad-files" / "exif-makers"


def _exif(taken: str = "2024:05:03 14:22:10", make: str = "Canon", model: str = "Canon EOS 5D") -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = make, model
    exif[0x8769] = {0x9003: taken}
    return exif


# ---- words of a camera ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "taken"),
    [
        (("2024:05:03 14:22:10",), "2024-05-03T14:22:10"),
        (("2024-05-03 14:22",), "2024-05-03T14:22:00"),
        (("2024:5:3",), "2024-05-03T00:00:00"),
        (("", "2019:01:02 03:04:05"), "2019-01-02T03:04:05"),
        (("0000:00:00 00:00:00", "2019:01:02 03:04:05"), "2019-01-02T03:04:05"),
        (("    :  :     :  :  ",), None),
        (("2024:02:30 10:00:00",), None),
        (("2024:05:03 24:00:00",), None),
        (("9999:05:03 10:00:00",), None),
        (("1700:05:03 10:00:00",), None),
        ((), None),
    ],
)
def test_the_first_time_that_is_one_counts(dates: tuple[str, ...], taken: str | None) -> None:
    assert shot(dates, "", "").taken == taken


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 5D", "Canon EOS 5D"),
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("SONY", "DSC-RX100", "SONY DSC-RX100"),
        ("OLYMPUS IMAGING CORP.", "E-M5", "OLYMPUS E-M5"),
        ("EASTMAN KODAK COMPANY", "KODAK CX7530", "KODAK CX7530"),
        ("Apple", "", "Apple"),
        ("", "Lens", "Lens"),
        ("  \x00 ", "\x1b[31m  Pixel   7", "[31m Pixel 7"),
        ("----", "....", ""),
        ("写真", "あ" * 40, "写真 " + "あ" * 19),
    ],
)
def test_a_camera_is_named_once(make: str, model: str, camera: str) -> None:
    assert shot((), make, model).camera == camera


@pytest.mark.parametrize(
    ("taken", "camera"), [("2024-05-03", ""), ("2024-13-03T00:00:00", ""), (None, "x" * 65), (None, "\n")]
)
def test_a_shot_is_checked(taken: str | None, camera: str) -> None:
    with pytest.raises(ValueError, match=r"camera|photo"):
        Shot(taken, camera)


# ---- files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.avif", "a.heic"])
def test_every_format_tells_the_same_with_and_without_decoding(name: str, tmp_path: Path) -> None:
    if name.endswith(".heic"):
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    path = tmp_path / name
    scene().save(path, exif=_exif().tobytes())
    assert decode(DecodeRequest(str(path), picture_px=100)).shot == SHOT
    status = path.stat()
    assert read_shot(str(path)) == FileShot(status.st_size, status.st_mtime_ns, SHOT)


def test_jpeg_xl_keeps_it_in_a_box(tmp_path: Path) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    import numpy as np

    data = imagecodecs.jpegxl_encode(np.asarray(scene()), usecontainer=True)
    exif = struct.pack(">I", 0) + _exif().tobytes().removeprefix(b"Exif\0\0")
    path = tmp_path / "a.jxl"
    path.write_bytes(data + struct.pack(">I", len(exif) + 8) + b"Exif" + exif)
    assert decode(DecodeRequest(str(path), picture_px=100)).shot == SHOT
    assert read_shot(str(path)).shot == SHOT


def test_camera_raw_tells_its_camera(tmp_path: Path) -> None:
    path = dng(tmp_path / "a.dng", scene())
    assert decode(DecodeRequest(str(path), picture_px=100)).shot == Shot(None, "Maker Model")
    assert read_shot(str(path)).shot == Shot(None, "Maker Model")


def test_without_decoding_not_even_a_png_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("decoded")

    path = tmp_path / "a.png"
    scene().save(path)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    assert read_shot(str(path)).shot == UNKNOWN


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*", b"Exif\0\0II*\0\xff\xff\xff\xff", b"nonsense" * 99])
def test_broken_camera_data_is_not_known(exif: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    scene().save(path, exif=exif)
    assert decode(DecodeRequest(str(path), picture_px=100)).shot == UNKNOWN
    assert read_shot(str(path)).shot == UNKNOWN


def test_what_is_no_picture_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"no picture at all")
    with pytest.raises(NotAPicture):
        read_shot(str(path))
    with pytest.raises(PhotoUnreadable):
        read_shot(str(tmp_path / "gone.jpg"))


@pytest.mark.needs_shared
@pytest.mark.skipif(not MAKER_PHOTOS.exists(), reason="the shared files are not there")
def test_photos_of_real_cameras() -> None:
    def of(name: str) -> Shot:
        return read_shot(str(MAKER_PHOTOS / name)).shot

    assert of("jpg__Nikon_D70.jpg") == Shot("2008-03-15T09:52:01", "NIKON D70")
    assert of("jpg__Konica_Minolta_DiMAGE_Z3.jpg") == Shot("2005-03-10T15:10:48", "KONICA MINOLTA DiMAGE Z3")
    assert of("jpg__PaintTool_sample.jpg") == UNKNOWN


# ---- between the processes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [SHOT, UNKNOWN, Shot(None, "写真機"), Shot("1999-12-31T23:59:59", "")])
def test_a_shot_arrives_as_it_was(told: Shot) -> None:
    assert read_file_shot(bytearray(encode(FileShot(7, -8, told)))) == FileShot(7, -8, told)
    photo = DecodedPhoto(bytes(20), 7, 8, 30, 20, None, None, None, told)
    assert read_photo(bytearray(encode(photo)), DecodeRequest("/a.jpg")).shot == told


@pytest.mark.parametrize("change", [(17, b"x"), (17 + 19, b"\xff"), (17 + 19, b"\n"), (0, b"F"), (1, b"\0" * 8)])
def test_a_shot_that_is_none_is_not_believed(change: tuple[int, bytes]) -> None:
    message = bytearray(encode(FileShot(7, 8, SHOT)))
    start, data = change
    message[start : start + len(data)] = data
    with pytest.raises(BrokenAnswerError):
        read_file_shot(message)


# ---- in the library ---------------------------------------------------------------------------------------------


class Desk:
    """Stands for the worker: notes the jobs that are submitted."""

    def __init__(self) -> None:
        self.jobs: list[object] = []

    def submit(self, job: object) -> int:
        self.jobs.append(job)
        return len(self.jobs)


def _old_library(base: Path, make: Callable[[int], Path], n: int) -> TestLibrary:
    """A library of photos that were indexed before shots were kept; the content ids are 1 to n."""
    library = TestLibrary(base)
    photos = []
    for number in range(n):
        path = make(number)
        status = path.stat()
        photo = library.photo(number)
        photos.append(replace(photo, path=path.name.encode(), size_bytes=status.st_size, mtime_ns=status.st_mtime_ns))
    library.catalogue.commit_chunk(library.model, photos)
    return library


def _shots(library: TestLibrary) -> list[Shot]:
    return [photo.shot for photo in library.catalogue.photos_of(library.folder_id)]


def _finish(steps) -> int:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def test_old_photos_are_filled_in_once(tmp_path: Path, decoders: Decoders) -> None:
    (tmp_path / "photos").mkdir()

    def make(number: int) -> Path:
        path = tmp_path / "photos" / f"{number}.jpg"
        scene().save(path, exif=_exif(f"20{number + 10}:01:01 00:00:00"))
        return path

    library, desk = _old_library(tmp_path, make, 5), Desk()
    make(3).write_bytes(b"another file by now, of another size")
    (tmp_path / "photos" / "4.jpg").unlink()
    filling = Filling(library.catalogue, desk)  # type: ignore[arg-type]
    filling.begin()
    filling.begin()  # while a pass is under way nothing is begun
    assert desk.jobs == [FillIn()]
    assert _finish(filling.run(decoders)) == 4  # 3.jpg is no picture any more: there is nothing to be known
    assert [found.taken for found in _shots(library)] == [f"20{n}-01-01T00:00:00" for n in (10, 11, 12)] + [None, None]
    assert library.catalogue.shots.has_unread()  # the one that is gone: the next pass tries again
    filling.begin()
    assert desk.jobs == [FillIn(), FillIn()]
    assert _finish(filling.run(decoders)) == 0
    library.catalogue.close()


def test_nothing_is_begun_where_all_is_known(tmp_path: Path) -> None:
    library, desk = TestLibrary(tmp_path), Desk()
    Filling(library.catalogue, desk).begin()  # type: ignore[arg-type]
    library.catalogue.commit_chunk(library.model, [replace(library.photo(1), shot=SHOT)])
    Filling(library.catalogue, desk).begin()  # type: ignore[arg-type]
    assert desk.jobs == []
    assert _shots(library) == [SHOT]
    library.catalogue.commit_chunk(library.model, [library.photo(2, 1)])
    assert _shots(library) == [SHOT, SHOT]  # a copy, of which it was not read
    library.catalogue.close()


def test_photos_that_cannot_be_reached_are_not_read(tmp_path: Path, decoders: Decoders) -> None:
    library = TestLibrary(tmp_path)
    library.commit(range(3))
    assert [content.path for content in library.catalogue.shots.unread(1, 10)] == [
        str(tmp_path / "photos" / name) for name in ("1.jpg", "2.jpg")
    ]
    library.catalogue.folders.set_offline(library.folder_id)
    assert library.catalogue.shots.unread(0, 10) == []
    library.catalogue.close()


def test_hits_tell_it_also_in_a_library_of_an_older_version(tmp_path: Path) -> None:
    path = tmp_path / "photos" / "a.jpg"
    path.parent.mkdir()
    scene().save(path, exif=_exif())
    card = read_card(MODEL)
    library = Library(tmp_path / "library", card)
    folder = library.catalogue.folders.add(str(path.parent))
    status = path.stat()
    photo = IndexedPhoto(
        folder.folder_id, b"a.jpg", status.st_size, status.st_mtime_ns, b"hash", 240, 160, descriptor(1, card.dim)
    )
    (photo_id,) = library.catalogue.commit_chunk(library.model, [photo]).photo_ids
    library.close()

    events: queue.Queue[object] = queue.Queue()
    config = EngineConfig(tmp_path / "library", MODEL, tmp_path / "cache", "torch", decoders=1)
    engine = Engine(config, events.put)

    def result_of(kind: type) -> object:
        while True:
            event = events.get(timeout=120)
            if isinstance(event, JobDone) and isinstance(event.job, kind):
                return event.result

    engine.start()
    try:
        assert result_of(FillIn) == 1
        engine.submit(Search(Query(photo_id=photo_id)))
        found = result_of(Search)
    finally:
        assert engine.close(120)
    assert isinstance(found, SearchResult)
    assert [(hit.taken, hit.camera) for hit in found.hits] == [(SHOT.taken, SHOT.camera)]
