"""A raw file and the JPEG beside it: one hit that names both, counted once, whatever happens to either."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from engine.decoders import Decoders
from engine.indexing import index_folders
from engine.library import Library
from engine.messages import Search
from engine.scan import PICTURE_EXTENSIONS
from engine.search import Searcher
from engine.types import Hit, Query, SearchResult
from tests.helpers.dng_maker import dng
from tests.helpers.fake_runner import FakeRunner
from tests.helpers.library import TestLibrary

Paint = Callable[..., Path]


class Pairs:
    """A library of painted photos; `beside` writes what a camera would write beside one of them."""

    def __init__(self, library: Library, decoders: Decoders, rule: object, paint: Paint) -> None:
        self.library, self.paint, self.runner = library, paint, FakeRunner()
        self._decoders, self._rule = decoders, rule
        self._searcher = Searcher(library, lambda: self.runner, decoders, rule)  # type: ignore[arg-type]
        self.photos = paint("0.jpg", 0).parent

    def beside(self, jpeg: Path, name: str) -> Path:
        """The same picture in other bytes: what a file is called decides, not what is in it."""
        path = jpeg.with_name(name)
        with Image.open(jpeg) as image:
            image.save(path, "JPEG", quality=70)
        return path

    def index(self) -> None:
        for _ in index_folders(
            self.library, self.runner, self._decoders, self._rule, (str(self.photos),)  # type: ignore[arg-type]
        ):
            pass

    def search(self, path: Path, **options: object) -> SearchResult:
        return self._searcher.search(Search(Query(path=str(path)), **options))  # type: ignore[arg-type]

    def counts(self) -> tuple[int, int, int]:
        """(photos, indexed, failed) as told."""
        status = self.library.status("cpu")
        return status.photos, status.indexed, status.failed


@pytest.fixture
def pairs(library: Library, decoders: Decoders, card: object, paint: Paint) -> Pairs:
    return Pairs(library, decoders, card.rule, paint)  # type: ignore[attr-defined]


def named(hit: Hit) -> tuple[str, list[str]]:
    return Path(hit.path).name, [Path(path).name for path in hit.also]


def test_a_pair_is_one_hit_and_counts_once(pairs: Pairs) -> None:
    for seed in range(1, 6):
        jpeg = pairs.paint(f"IMG_{seed}.JPG", seed)
        pairs.beside(jpeg, f"IMG_{seed}.CR2")
    pairs.index()
    assert pairs.runner.n_described == 11
    result = pairs.search(pairs.photos / "IMG_2.JPG", k=3)
    assert named(result.hits[0]) == ("IMG_2.JPG", ["IMG_2.CR2"])
    assert len(result.hits) == 3  # as many as asked for, though both files of each were found
    assert len({Path(hit.path).stem for hit in result.hits}) == 3
    assert [hit.rank for hit in result.hits] == [1, 2, 3]
    assert (result.searched, result.total) == (6, 6)
    assert pairs.counts() == (6, 6, 0)
    everything = pairs.search(pairs.photos / "IMG_2.JPG", k=50)
    assert sorted(Path(hit.path).stem for hit in everything.hits) == ["0", *(f"IMG_{seed}" for seed in range(1, 6))]
    assert [named(hit)[1] for hit in everything.hits if Path(hit.path).stem == "0"] == [[]]


def test_who_asks_with_the_raw_file_gets_it_first_with_its_jpeg(pairs: Pairs) -> None:
    raw = pairs.beside(pairs.paint("IMG_1.jpeg", 1), "IMG_1.dng")
    pairs.index()
    assert named(pairs.search(raw).hits[0]) == ("IMG_1.dng", ["IMG_1.jpeg"])
    assert named(pairs.search(raw, exact=True, expand=True).hits[0]) == ("IMG_1.dng", ["IMG_1.jpeg"])


def test_a_real_raw_file_is_one_with_its_jpeg(pairs: Pairs) -> None:
    jpeg = pairs.paint("IMG_1.jpg", 1)
    with Image.open(jpeg) as image:
        dng(jpeg.with_suffix(".DNG"), image)
    pairs.index()
    assert named(pairs.search(jpeg).hits[0]) == ("IMG_1.jpg", ["IMG_1.DNG"])
    assert pairs.counts() == (2, 2, 0)


def test_other_folders_names_and_formats_make_no_pair(pairs: Pairs) -> None:
    jpeg = pairs.paint("IMG_1.jpg", 1)
    (pairs.photos / "raw").mkdir()
    pairs.beside(jpeg, "IMG_1.png")
    pairs.beside(jpeg, "IMG_1 (2).CR2")
    pairs.beside(jpeg, "img_1.CR2")
    pairs.beside(jpeg, "IMG_1.CR2").rename(pairs.photos / "raw" / "IMG_1.CR2")
    pairs.index()
    assert len(pairs.search(jpeg).hits) == 6
    assert pairs.counts() == (6, 6, 0)
    assert all(hit.also == () for hit in pairs.search(jpeg).hits)


def test_two_raw_files_of_one_photo_are_both_named(pairs: Pairs) -> None:
    jpeg = pairs.paint("IMG_1.jpg", 1)
    pairs.beside(jpeg, "IMG_1.CR2")
    pairs.beside(jpeg, "IMG_1.dng")
    pairs.index()
    assert named(pairs.search(jpeg).hits[0]) == ("IMG_1.jpg", ["IMG_1.CR2", "IMG_1.dng"])
    assert pairs.counts() == (2, 2, 0)


def test_a_pair_lasts_while_both_are_there(pairs: Pairs) -> None:
    jpeg = pairs.paint("IMG_1.jpg", 1)
    raw = pairs.beside(jpeg, "IMG_1.CR2")
    pairs.index()
    assert pairs.counts() == (2, 2, 0)
    jpeg = jpeg.rename(jpeg.with_name("renamed.jpg"))  # parted
    pairs.index()
    assert pairs.counts() == (3, 3, 0)
    assert [hit.also for hit in pairs.search(jpeg).hits] == [(), (), ()]
    raw = raw.rename(raw.with_name("renamed.CR2"))  # and together again
    pairs.index()
    assert named(pairs.search(jpeg).hits[0]) == ("renamed.jpg", ["renamed.CR2"])
    (pairs.photos / "deep").mkdir()
    jpeg = jpeg.rename(pairs.photos / "deep" / jpeg.name)
    raw = raw.rename(pairs.photos / "deep" / raw.name)
    pairs.index()
    assert pairs.counts() == (2, 2, 0)
    assert pairs.search(jpeg).hits[0].also == (str(raw),)
    assert pairs.runner.n_described == 3  # nothing of all that took another look
    jpeg.unlink()
    pairs.index()
    assert named(pairs.search(raw).hits[0]) == ("renamed.CR2", [])
    assert pairs.counts() == (2, 2, 0)


def test_who_cannot_be_read_is_no_half_of_a_pair(pairs: Pairs) -> None:
    jpeg = pairs.paint("IMG_1.jpg", 1)
    (pairs.photos / "IMG_1.CR2").write_bytes(jpeg.read_bytes()[:200])
    pairs.index()
    assert pairs.counts() == (3, 2, 1)
    assert pairs.search(jpeg).hits[0].also == ()
    pairs.beside(jpeg, "IMG_1.CR2")
    pairs.index()
    assert pairs.counts() == (2, 2, 0)


def test_names_that_are_no_text_pair_too(pairs: Pairs) -> None:
    jpeg = pairs.paint("x.jpg", 1)
    try:
        jpeg = jpeg.rename(os.fsdecode(os.fsencode(pairs.photos) + b"/caf\xe9\n.jpg"))
    except OSError:
        pytest.skip("this file system takes no such names")
    raw = pairs.beside(jpeg, jpeg.stem + ".nef")
    pairs.index()
    assert pairs.search(jpeg).hits[0].also == (str(raw),)


def test_every_kind_of_raw_file_that_is_found_can_be_half_of_a_pair(tmp_path: Path) -> None:
    library = TestLibrary(tmp_path)
    others = {"jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "tif", "tiff", "bmp", "dib", "jxl", "heic", "heif",
              "hif", "avif", "mpo", "jp2", "j2k", "jpx", "ppm", "pgm", "pbm", "pnm", "psd", "tga", "qoi"}
    raws = sorted({extension[1:] for extension in PICTURE_EXTENSIONS} - others)
    assert len(raws) == 26
    database = library.catalogue._database
    for number, end in enumerate(raws):
        for ending in (end, ("jpg", "JPEG", "jpe")[number % 3]):
            path = f"{number}.{ending}".encode()
            content = database.insert("INSERT INTO content (hash, size_bytes, width_px, height_px) VALUES (?, 1, 2, 3)",
                                      (path,))
            database.insert("INSERT INTO photo (folder_id, path, size_bytes, mtime_ns, content_id, state) "
                            "VALUES (?, ?, 1, 1, ?, 'indexed')", (library.folder_id, path, content))
    assert library.catalogue.raw_pairs.counts() == {library.folder_id: 26}
    database.run("UPDATE photo SET missing = 1 WHERE id = 1")
    assert library.catalogue.raw_pairs.n_pairs() == 25
    library.catalogue.close()
