from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.catalogue import Catalogue
from engine.catalogue_file import translated
from engine.errors import DiskFull, EngineError, FolderError, LibraryDamaged, LibraryError, ModelError
from engine.records import Folder
from engine.scan import Place
from engine.storage import LibraryFolder
from engine.volumes import Volume
from tests.helpers.library import DIM, TestLibrary, descriptor, run_without_rights, save


@pytest.fixture
def library(tmp_path: Path) -> Iterator[TestLibrary]:
    library = TestLibrary(tmp_path)
    yield library
    library.catalogue.close()


def _folder(library: TestLibrary) -> Folder:
    folder = library.catalogue.folders.get(library.folder_id)
    assert folder is not None
    return folder


# ---- chunks ----------------------------------------------------------------------------------------------------


def test_a_committed_photo_is_known_with_its_content_and_descriptor(library: TestLibrary) -> None:
    committed = library.commit([1, 2])
    catalogue, model = library.catalogue, library.model
    state = catalogue.known(library.folder_id, [b"1.jpg", b"9.jpg"], model)
    assert list(state) == [b"1.jpg"]
    assert state[b"1.jpg"].is_current(1001, 5001)
    assert not state[b"1.jpg"].is_current(1001, 5002)
    photo = catalogue.photo(committed.photo_ids[0])
    assert photo is not None
    assert photo.path == str(library.photos / "1.jpg")
    assert (photo.hash, photo.width_px, photo.height_px, photo.online) == (b"hash-1", 40, 30, True)
    assert catalogue.photo_at(photo.path) == photo
    stored = catalogue.descriptors.of_content(model, photo.content_id)
    assert stored is not None
    assert stored.dtype == np.float32
    assert float(stored @ descriptor(1)) > 0.9999
    assert abs(float(np.linalg.norm(stored)) - 1) < 1e-6


def test_descriptors_are_read_in_the_order_asked_without_those_that_are_missing_or_bad(library: TestLibrary) -> None:
    ids = library.commit(range(1, 1205)).content_ids
    table = library.catalogue.descriptors
    with sqlite3.connect(library.folder.catalogue) as connection:
        connection.execute("UPDATE descriptor SET vectors = zeroblob(length(vectors)) WHERE content_id = ?", (ids[3],))
    connection.close()
    asked = np.array([*reversed(ids), 99_999], dtype=np.int64)
    found, vectors = table.of_contents(library.model, asked)
    assert found.tolist() == [content_id for content_id in reversed(ids) if content_id != ids[3]]
    assert vectors.shape == (1203, DIM)
    assert float(vectors[0] @ descriptor(1204)) > 0.9999
    assert float(vectors[-1] @ descriptor(1)) > 0.9999
    none, empty = table.of_contents(library.model, np.array([], dtype=np.int64))
    assert (len(none), empty.shape) == (0, (0, DIM))


def test_copies_share_one_content_and_one_descriptor(library: TestLibrary) -> None:
    catalogue = library.catalogue
    committed = catalogue.commit_chunk(library.model, [library.photo(1), library.photo(2, content=1)])
    later = catalogue.commit_chunk(library.model, [library.photo(3, content=1, described=False)])
    assert committed.n_new_descriptors == 1
    assert later.n_new_descriptors == 0
    assert {*committed.content_ids, *later.content_ids} == {committed.content_ids[0]}
    found = catalogue.photos_by_content([committed.content_ids[0], 999])
    assert [photo.relative_path for photo in found[committed.content_ids[0]]] == [b"1.jpg", b"2.jpg", b"3.jpg"]
    assert list(found) == [committed.content_ids[0]]
    assert catalogue.n_searchable(library.model.model_id) == 3


def test_a_chunk_is_stored_whole_or_not_at_all(library: TestLibrary) -> None:
    bad = replace(library.photo(2), descriptor=np.full(DIM, np.nan, np.float32))
    with pytest.raises(ValueError, match="length 1"):
        library.catalogue.commit_chunk(library.model, [library.photo(1), bad], [library.failure(3)])
    assert library.catalogue.n_photos() == 0
    assert library.catalogue.content_by_hash(b"hash-1") is None
    assert library.catalogue.failures() == []


@pytest.mark.parametrize("vector", [np.zeros(DIM), np.full(DIM, 0.5), np.full(DIM, np.inf), descriptor(1, DIM + 1)])
def test_bad_descriptors_are_refused(library: TestLibrary, vector: np.ndarray) -> None:
    content_id = library.commit([1]).content_ids[0]
    with pytest.raises(ValueError, match="descriptor"):
        library.catalogue.descriptors.add(library.model.model_id, content_id, vector.astype(np.float32))


def test_a_changed_photo_keeps_its_id_and_gets_the_new_content(library: TestLibrary) -> None:
    before = library.commit([1])
    after = library.catalogue.commit_chunk(library.model, [library.photo(1, content=50)])
    assert after.photo_ids == before.photo_ids
    assert after.content_ids != before.content_ids
    assert library.catalogue.purge_contents() == [b"hash-1"]
    assert library.catalogue.purge_contents() is None


def test_failures_are_listed_newest_last_and_tried_again_only_if_they_may_have_changed(library: TestLibrary) -> None:
    catalogue = library.catalogue
    catalogue.commit_chunk(library.model, [], [library.failure(1), library.failure(2, "unreadable")])
    catalogue.commit_chunk(library.model, [], [library.failure(3)])
    assert [(f.path, f.kind) for f in catalogue.failures()] == [
        (str(library.photos / "1.jpg"), "damaged"), (str(library.photos / "2.jpg"), "unreadable"),
        (str(library.photos / "3.jpg"), "damaged")]
    assert [f.path for f in catalogue.failures(limit=1)] == [str(library.photos / "3.jpg")]
    known = catalogue.known(library.folder_id, [b"1.jpg", b"2.jpg"], library.model)
    assert known[b"1.jpg"].is_current(7, 8)
    assert not known[b"1.jpg"].is_current(7, 9)
    assert not known[b"2.jpg"].is_current(7, 8)
    assert catalogue.photo(known[b"1.jpg"].photo_id) is None


def test_a_photo_that_killed_its_decoder_is_set_aside_until_it_changes(library: TestLibrary) -> None:
    library.catalogue.commit_chunk(library.model, [], [library.failure(1, "decoder-crashed")])
    known = library.catalogue.known(library.folder_id, [b"1.jpg"], library.model)[b"1.jpg"]
    assert known.is_current(7, 8)
    assert not known.is_current(8, 8)


def test_what_could_not_be_read_is_tried_again_when_more_can_be_read(library: TestLibrary) -> None:
    catalogue = library.catalogue
    catalogue.expect("2")

    def current() -> list[bool]:
        known = catalogue.known(library.folder_id, [b"1.jpg", b"2.jpg"], library.model)
        return [known[path].is_current(7, 8) for path in (b"1.jpg", b"2.jpg")]

    catalogue.commit_chunk(library.model, [], [library.failure(1, "unsupported"), library.failure(2)])
    catalogue.expect("2")
    assert current() == [True, True]
    catalogue.expect("2 rawpy")
    assert current() == [False, True]
    catalogue.commit_chunk(library.model, [], [library.failure(1, "unsupported")])
    catalogue.expect("2 rawpy")
    assert current() == [True, True]
    assert catalogue.has_right_counts()


def test_a_photo_that_fails_now_is_searched_no_more_and_comes_back(library: TestLibrary) -> None:
    library.commit([1])
    library.catalogue.commit_chunk(library.model, [], [library.failure(1)])
    assert (_folder(library).n_photos, _folder(library).n_failed) == (1, 1)
    assert library.catalogue.n_searchable(library.model.model_id) == 0
    library.commit([1])
    assert library.catalogue.failures() == []
    assert _folder(library).n_failed == 0
    assert library.catalogue.n_searchable(library.model.model_id) == 1
    assert library.catalogue.has_right_counts()


def test_ids_are_never_used_again(library: TestLibrary) -> None:
    first = library.commit([1, 2, 3])
    library.remove([1, 2, 3])
    second = library.commit([1, 2, 3])
    assert min(second.content_ids) > max(first.content_ids)
    assert min(second.photo_ids) > max(first.photo_ids)


def test_large_batches_are_looked_up_in_one_call(library: TestLibrary) -> None:
    committed = library.commit(range(1200))
    paths = [b"%d.jpg" % number for number in range(1300)]
    assert len(library.catalogue.known(library.folder_id, paths, library.model)) == 1200
    assert len(library.catalogue.photos_by_content(np.array(committed.content_ids))) == 1200


@pytest.mark.skipif(os.name == "nt", reason="POSIX names")
def test_names_of_any_bytes_come_back_unchanged(library: TestLibrary) -> None:
    name = b"bad-\xff\xfe\n{0}%s'\".jpg"
    photo = library.photo(1)
    photo = type(photo)(photo.folder_id, name, *(getattr(photo, field) for field in photo.__slots__[2:]))
    photo_id = library.catalogue.commit_chunk(library.model, [photo]).photo_ids[0]
    stored = library.catalogue.photo(photo_id)
    assert stored is not None
    assert os.fsencode(stored.path) == os.fsencode(library.photos) + b"/" + name
    assert library.catalogue.photo_at(stored.path) == stored


# ---- moving, sweeping, purging ---------------------------------------------------------------------------------


def test_a_moved_photo_keeps_its_id_and_content(library: TestLibrary, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = library.catalogue.folders.add(str(tmp_path / "other")).folder_id
    committed = library.commit([1])
    library.catalogue.move_photo(committed.photo_ids[0], other, b"new.jpg", 1001, 77)
    photo = library.catalogue.photo(committed.photo_ids[0])
    assert photo is not None
    assert photo.path == str(tmp_path / "other" / "new.jpg")
    assert photo.content_id == committed.content_ids[0]
    assert _folder(library).n_photos == 0
    assert library.catalogue.folders.n_described(library.model.model_id)[other] == 1
    assert library.catalogue.has_right_counts()
    assert library.catalogue.purge_contents() is None


def test_a_photo_moved_over_another_takes_its_place(library: TestLibrary) -> None:
    first, second = library.commit([1, 2]).photo_ids
    library.catalogue.move_photo(first, library.folder_id, b"2.jpg", 1001, 5001)
    assert library.catalogue.photo(second) is None
    assert library.catalogue.n_photos() == 1
    assert library.catalogue.purge_contents() == [b"hash-2"]


def test_what_a_scan_did_not_meet_is_unseen(library: TestLibrary) -> None:
    committed = library.commit(range(10))
    catalogue = library.catalogue
    catalogue.presence.begin()
    catalogue.presence.see(committed.photo_ids[:7])
    met_pages, unseen, after = 0, [], b""
    while True:
        some, following = catalogue.presence.unseen(library.folder_id, after=after, limit=4)
        met_pages += 1
        unseen += some
        if following is None:
            break
        after = following
    assert met_pages == 3
    assert {photo.photo_id for photo in unseen} == set(committed.photo_ids[7:])
    catalogue.presence.begin()
    assert len(catalogue.presence.unseen(library.folder_id)[0]) == 10


@pytest.mark.parametrize(("place", "deep", "expected"), [
    ("", True, ["a.jpg", "a/1.jpg", "a/b/2.jpg", "a b/4.jpg", "ab/3.jpg"]), ("", False, ["a.jpg"]),
    ("a", True, ["a/1.jpg", "a/b/2.jpg"]), ("a", False, ["a/1.jpg"]), ("a.jpg", False, ["a.jpg"]),
    ("a/b/2.jpg", True, ["a/b/2.jpg"]), ("nowhere", True, []),
])
def test_what_is_unseen_can_be_asked_of_a_place(
    library: TestLibrary, place: str, deep: bool, expected: list[str]
) -> None:
    photo = library.photo(1)
    fields = [getattr(photo, field) for field in photo.__slots__[2:]]
    for path in ("a.jpg", "a/1.jpg", "a/b/2.jpg", "a b/4.jpg", "ab/3.jpg"):
        library.catalogue.commit_chunk(
            library.model, [type(photo)(library.folder_id, os.fsencode(path.replace("/", os.sep)), *fields)])
    library.catalogue.presence.begin()
    found, after = [], b""
    while after is not None:
        where = Place(os.fsencode(place.replace("/", os.sep)), deep)
        some, after = library.catalogue.presence.unseen(library.folder_id, where, after, limit=2)
        found += [os.fsdecode(photo.path).replace(os.sep, "/") for photo in some]
    assert sorted(found) == sorted(expected)


def test_photos_below_an_unreadable_folder_count_as_seen(library: TestLibrary) -> None:
    photo = library.photo(1)
    fields = [getattr(photo, field) for field in photo.__slots__[2:]]
    paths = [os.path.join("a", "1.jpg"), os.path.join("a", "b", "2.jpg"), "a.jpg", os.path.join("ab", "3.jpg")]
    library.catalogue.commit_chunk(
        library.model, [type(photo)(library.folder_id, os.fsencode(path), *fields) for path in paths])
    library.catalogue.presence.begin()
    library.catalogue.presence.see_below(library.folder_id, b"a")
    assert [photo.path for photo in library.catalogue.presence.unseen(library.folder_id)[0]] == sorted(
        os.fsencode(path) for path in paths[2:])
    library.catalogue.presence.see_below(library.folder_id, b"")
    assert library.catalogue.presence.unseen(library.folder_id)[0] == []


def test_purging_keeps_contents_that_another_photo_has(library: TestLibrary) -> None:
    catalogue = library.catalogue
    committed = catalogue.commit_chunk(library.model, [library.photo(1), library.photo(2, content=1),
                                                       library.photo(3)])
    catalogue.remove_photos([committed.photo_ids[0], committed.photo_ids[2]])
    assert catalogue.purge_contents() == [b"hash-3"]
    assert catalogue.is_described(committed.content_ids[0], library.model)
    gone, last_id = catalogue.descriptors.removed_since(0, 10)
    assert gone.tolist() == [committed.content_ids[2]]
    assert catalogue.descriptors.removed_since(last_id, 10)[0].tolist() == []


def test_a_content_found_again_before_the_purge_keeps_its_descriptor(library: TestLibrary) -> None:
    first = library.commit([1])
    library.catalogue.remove_photos(first.photo_ids)
    again = library.catalogue.commit_chunk(library.model, [library.photo(8, content=1, described=False)])
    assert library.catalogue.purge_contents() == []
    assert again.content_ids == first.content_ids
    assert library.catalogue.n_searchable(library.model.model_id) == 1


def test_purging_goes_on_in_bounded_batches(library: TestLibrary) -> None:
    library.catalogue.remove_photos(library.commit(range(25)).photo_ids)
    sizes = []
    while (hashes := library.catalogue.purge_contents(limit=10)) is not None:
        sizes.append(len(hashes))
    assert sizes == [10, 10, 5]
    assert library.catalogue.descriptors.count(library.model) == 0


def test_counts_stay_right_whatever_happens(library: TestLibrary, tmp_path: Path) -> None:
    """Random writes of every kind: the counts kept by triggers must agree with a count of the rows."""
    rng = random.Random(7)
    catalogue = library.catalogue
    (tmp_path / "other").mkdir()
    folders = [library.folder_id, catalogue.folders.add(str(tmp_path / "other")).folder_id]
    second = catalogue.descriptors.register_model("model-b", DIM)
    for _ in range(150):
        library.folder_id = rng.choice(folders)
        numbers = [rng.randrange(12) for _ in range(3)]
        model = rng.choice([library.model, second])
        match rng.randrange(5):
            case 0 | 1:
                catalogue.commit_chunk(model, [library.photo(n, rng.randrange(8)) for n in numbers])
            case 2:
                catalogue.commit_chunk(model, [], [library.failure(n) for n in numbers])
            case 3:
                library.remove(numbers)
            case 4:
                known = catalogue.known(library.folder_id, [b"%d.jpg" % n for n in numbers], model)
                for state in known.values():
                    catalogue.move_photo(state.photo_id, rng.choice(folders), b"%d.jpg" % rng.randrange(12), 1, 1)
        assert catalogue.has_right_counts()
    assert catalogue.n_photos() > 0
    assert catalogue.problems() == []


# ---- folders ---------------------------------------------------------------------------------------------------


def test_a_folder_inside_a_known_one_is_the_known_one(library: TestLibrary) -> None:
    inside = library.photos / "2026" / "may"
    inside.mkdir(parents=True)
    assert library.catalogue.folders.add(str(inside)).folder_id == library.folder_id
    assert library.catalogue.folders.add(str(library.photos) + os.sep).folder_id == library.folder_id
    assert len(library.catalogue.folders.all()) == 1


def test_a_folder_round_a_known_one_leaves_it_out(library: TestLibrary, tmp_path: Path) -> None:
    parent = library.catalogue.folders.add(str(tmp_path))
    assert parent.folder_id != library.folder_id
    assert library.catalogue.folders.nested(parent.folder_id) == [str(library.photos)]
    assert library.catalogue.folders.nested(library.folder_id) == []


def test_a_folder_with_a_like_name_is_another(library: TestLibrary, tmp_path: Path) -> None:
    (tmp_path / "photos-2").mkdir()
    assert library.catalogue.folders.add(str(tmp_path / "photos-2")).folder_id != library.folder_id


@pytest.mark.skipif(os.name == "nt", reason="needs links and inode numbers")
def test_links_and_renamed_folders_are_recognised(library: TestLibrary, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(library.photos)
    assert library.catalogue.folders.add(str(tmp_path / "link")).path == str(library.photos)
    library.photos.rename(tmp_path / "renamed")
    moved = library.catalogue.folders.add(str(tmp_path / "renamed"))
    assert (moved.folder_id, moved.path) == (library.folder_id, str(tmp_path / "renamed"))


def test_places_that_are_no_folder_give_a_sentence(library: TestLibrary, tmp_path: Path) -> None:
    (tmp_path / "file.jpg").write_bytes(b"")
    for name, sentence in (("gone", "There is no folder"), ("file.jpg", "is a file"), ("nul\0", "There is no")):
        with pytest.raises(FolderError, match=sentence):
            library.catalogue.folders.add(str(tmp_path / name))


def test_removing_a_folder_forgets_its_photos_in_bounded_steps(library: TestLibrary, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    library.commit(range(25))
    library.folder_id, first = library.catalogue.folders.add(str(tmp_path / "other")).folder_id, library.folder_id
    library.commit([3])  # the same content elsewhere
    steps = []
    while n := library.catalogue.folders.remove(first, limit=10):
        steps.append(n)
    assert steps == [10, 10, 5]
    while library.catalogue.purge_contents() is not None:
        pass
    assert [folder.path for folder in library.catalogue.folders.all()] == [str(tmp_path / "other")]
    assert library.catalogue.descriptors.count(library.model) == 1
    assert library.catalogue.has_right_counts()


def test_offline_folders_keep_their_photos_and_show_it(library: TestLibrary) -> None:
    photo_id = library.commit([1]).photo_ids[0]
    folders = library.catalogue.folders
    folders.set_offline(library.folder_id)
    photo = library.catalogue.photo(photo_id)
    assert photo is not None
    assert (photo.online, photo.drive) == (False, "")
    archive = Volume("uuid 1", "Archive", "/photos")
    folders.set_online(library.folder_id, "/mnt/photos", archive, 5, 2**64 - 1)
    folder = _folder(library)
    assert (folder.online, folder.path, folder.volume, folder.inode) == (True, "/mnt/photos", archive, 2**64 - 1)
    assert library.catalogue.photo(photo_id).drive == "Archive"  # type: ignore[union-attr]


def test_missing_photos_are_counted_kept_and_forgotten(library: TestLibrary) -> None:
    ids = library.commit(range(20)).photo_ids
    presence, folders = library.catalogue.presence, library.catalogue.folders
    presence.begin()
    presence.note_gone(ids[:6])
    assert presence.n_gone() == 6
    assert [presence.keep_gone(limit=4), presence.keep_gone(limit=4), presence.keep_gone(limit=4)] == [4, 2, 0]
    assert folders.n_missing() == {library.folder_id: (6, 6)}
    assert library.catalogue.photo(ids[0]).missing  # type: ignore[union-attr]
    assert library.catalogue.known(library.folder_id, [b"0.jpg"], library.model)[b"0.jpg"].missing
    presence.find_again(ids[:1])
    assert presence.keep_missing(library.folder_id) == 5
    assert folders.n_missing() == {library.folder_id: (5, 0)}
    presence.note_gone(ids[:3])
    presence.keep_gone()  # two of them are kept by the user already
    assert folders.n_missing() == {library.folder_id: (6, 1)}
    assert [presence.forget_missing(library.folder_id), presence.forget_missing(library.folder_id)] == [1, 0]
    presence.note_gone(ids[1:3])
    assert [presence.forget_gone(limit=1), presence.forget_gone(), presence.forget_gone()] == [1, 1, 0]
    assert library.catalogue.n_photos() == 17
    assert library.catalogue.has_right_counts()
    # What is found elsewhere, or read again, is not missing any more.
    library.catalogue.move_photo(ids[3], library.folder_id, b"elsewhere.jpg", 1, 1)
    library.commit([4])
    assert folders.n_missing() == {library.folder_id: (1, 0)}


# ---- models ----------------------------------------------------------------------------------------------------


def test_descriptors_of_models_are_kept_apart(library: TestLibrary) -> None:
    descriptors = library.catalogue.descriptors
    content_id = library.commit([1]).content_ids[0]
    second = descriptors.register_model("model-b", DIM + 4, parent="model-a")
    assert library.catalogue.n_searchable(second.model_id) == 0
    assert not library.catalogue.known(library.folder_id, [b"1.jpg"], second)[b"1.jpg"].is_current(1001, 5001)
    assert descriptors.add(second.model_id, content_id, descriptor(1, DIM + 4))
    assert not descriptors.add(second.model_id, content_id, descriptor(1, DIM + 4))
    assert descriptors.count(second) == descriptors.count(library.model) == 1
    assert library.catalogue.n_searchable(second.model_id) == 1
    descriptors.activate_model(library.model.model_id)
    descriptors.activate_model(second.model_id)
    active = descriptors.active_model()
    assert active is not None
    assert active.name == "model-b"


def test_a_model_of_another_length_is_refused(library: TestLibrary) -> None:
    with pytest.raises(ModelError, match="another length"):
        library.catalogue.descriptors.register_model("model-a", DIM + 1)


def test_a_damaged_descriptor_is_left_out_and_named(library: TestLibrary) -> None:
    content_ids = library.commit(range(5)).content_ids
    connection = sqlite3.connect(library.folder.catalogue)
    connection.execute("UPDATE descriptor SET vectors = zeroblob(length(vectors)) WHERE content_id = ?",
                       content_ids[1:2])
    connection.execute("UPDATE descriptor SET vectors = (SELECT vectors FROM descriptor WHERE content_id = ?) "
                       "WHERE content_id = ?", (content_ids[0], content_ids[3]))
    connection.commit()
    connection.close()
    rows = library.catalogue.descriptors.since(library.model, 0, 10)
    assert rows.content_ids.tolist() == [content_ids[0], content_ids[2], content_ids[4]]
    assert rows.last_id == 5
    assert library.catalogue.descriptors.bad(library.model, 0, 10) == ([2, 4], 5, False)
    assert library.catalogue.descriptors.of_content(library.model, content_ids[1]) is None


# ---- opening, damage, full disks, kills ------------------------------------------------------------------------


@pytest.mark.expects_warnings
def test_a_library_can_be_read_beside_its_writer(library: TestLibrary) -> None:
    library.commit([1])
    reader = Catalogue.open(library.folder, read_only=True)
    assert reader.n_photos() == 1
    library.commit([2])
    assert reader.n_photos() == 2
    with pytest.raises(LibraryError, match="may not write"):
        reader.touch(1, 1)
    reader.close()


@pytest.mark.skipif(os.name == "nt", reason="needs user ids")
def test_a_library_in_a_read_only_place_can_be_searched(library: TestLibrary) -> None:
    ids = library.commit(range(3)).content_ids
    save(library.index())
    library.catalogue.close()
    for path in library.folder.root.iterdir():
        path.chmod(0o555)  # they are made for their owner's eyes only
    library.folder.root.chmod(0o555)
    printed = run_without_rights(
        "import hnswlib\nfrom pathlib import Path\nfrom engine.catalogue import Catalogue\n"
        "from engine.index import VectorIndex\nfrom engine.storage import LibraryFolder\n"
        "from tests.helpers.library import descriptor\ndescriptor(1)\n",
        "folder = LibraryFolder(Path(sys.argv[1]))\n"
        "catalogue = Catalogue.open(folder, read_only=True)\n"
        "index = VectorIndex(folder, catalogue, catalogue.descriptors.model('model-a'))\n"
        "list(index.load())\n"
        "sys.stdout.write(f'{index.n_rows} {index.find(descriptor(1)[None], 1)[0].tolist()}')\n", library.folder.root)
    library.folder.root.chmod(0o755)
    assert printed == f"3 [[{ids[1]}]]"


def test_reading_needs_a_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library"):
        Catalogue.open(LibraryFolder(tmp_path / "none"), read_only=True)
    assert not (tmp_path / "none").exists()


@pytest.mark.expects_warnings
@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"SQLite format 3\x00", b"\x00" * 5000])
def test_a_foreign_or_empty_file_is_no_new_library(tmp_path: Path, content: bytes) -> None:
    folder = LibraryFolder(tmp_path)
    folder.catalogue.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(LibraryDamaged, match="is damaged"):
            Catalogue.open(folder, read_only=read_only)
    assert folder.catalogue.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    folder = LibraryFolder(tmp_path)
    connection = sqlite3.connect(folder.catalogue)
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()
    with pytest.raises(LibraryDamaged, match="another program"):
        Catalogue.open(folder)
    connection = sqlite3.connect(folder.catalogue)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    connection.close()


def test_a_journal_without_its_catalogue_is_damage(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite-wal").write_bytes(b"x")
    with pytest.raises(LibraryDamaged, match="journal"):
        Catalogue.open(LibraryFolder(tmp_path))


@pytest.mark.expects_warnings
def test_a_closed_catalogue_gives_a_sentence(library: TestLibrary) -> None:
    library.catalogue.close()
    with pytest.raises(LibraryError, match="closed"):
        library.catalogue.n_photos()


@pytest.mark.expects_warnings
def test_a_photo_of_a_folder_that_is_gone_is_refused(library: TestLibrary) -> None:
    library.folder_id = 99
    with pytest.raises(LibraryError, match="does not fit"):
        library.commit([1])
    assert library.catalogue.content_by_hash(b"hash-1") is None


@pytest.mark.expects_warnings
def test_a_full_disk_stops_a_chunk_and_leaves_the_rest(library: TestLibrary) -> None:
    """SQLite's own limit on pages gives the error of a full disk (SQLITE_FULL)."""
    library.commit(range(10))
    database = library.catalogue._database
    database.rows(f"PRAGMA max_page_count = {database.value('PRAGMA page_count')}")
    with pytest.raises(DiskFull, match="disk is full"):
        library.commit(range(10, 3000))
    assert library.catalogue.n_photos() == 10
    database.rows("PRAGMA max_page_count = 1000000")
    library.commit(range(10, 20))
    assert library.catalogue.n_photos() == 20
    assert library.catalogue.problems() == []


@pytest.mark.expects_warnings
def test_disk_errors_that_do_not_say_so_are_told_apart_by_the_free_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    with pytest.raises(LibraryError, match="reported an error"), translated(tmp_path):
        raise error
    monkeypatch.setattr("engine.catalogue_file.is_full", lambda path: True)
    with pytest.raises(DiskFull), translated(tmp_path):
        raise error


def _answers(folder: LibraryFolder) -> list[tuple[bytes, bytes]] | str:
    """All that a damaged catalogue answers, or the kind of error; any other exception fails the test."""
    try:
        catalogue = Catalogue.open(folder)
    except EngineError as error:
        return error.kind
    try:
        if catalogue.problems():
            return "problems"
        model = catalogue.descriptors.register_model("model-a", DIM)
        paths = [b"%d.jpg" % number for number in range(60)]
        states = catalogue.known(1, paths, model)
        found = catalogue.photos_by_content(i for state in states.values() if (i := state.content_id) is not None)
        rows = [row for chunk in catalogue.descriptors.all(model) for row in chunk.vectors]
        catalogue.failures()
        vectors = [vector.tobytes() for vector in rows]
        return sorted((photos[0].relative_path, b"") for photos in found.values()) + [(b"", v) for v in vectors]
    except EngineError as error:
        return error.kind
    finally:
        catalogue.close()


@pytest.mark.expects_warnings
def test_flipped_bits_in_the_catalogue_never_crash_and_never_change_a_descriptor(tmp_path: Path) -> None:
    library = TestLibrary(tmp_path)
    library.commit(range(60))
    library.catalogue.commit_chunk(library.model, [], [library.failure(70)])
    library.catalogue.close()
    whole = library.folder.catalogue.read_bytes()
    right = _answers(library.folder)
    assert isinstance(right, list)
    rng = random.Random(3)
    noticed = 0
    for _ in range(150):
        data = bytearray(whole)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        shutil.rmtree(library.folder.root)
        library.folder.ensure()
        library.folder.catalogue.write_bytes(data)
        answers = _answers(library.folder)
        if isinstance(answers, str):
            noticed += 1
        else:  # what is left out is noticed by the check; a vector that is given must be right
            assert {v for path, v in answers if not path} <= {v for path, v in right if not path}
    assert noticed > 5


@pytest.mark.expects_warnings
def test_a_cut_catalogue_is_damage_or_whole(tmp_path: Path) -> None:
    library = TestLibrary(tmp_path)
    library.commit(range(60))
    library.catalogue.close()
    right = _answers(library.folder)
    whole = library.folder.catalogue.read_bytes()
    rng = random.Random(4)
    for length in [0, 1, 16, 100, 512, 4096, *(rng.randrange(len(whole)) for _ in range(40))]:
        shutil.rmtree(library.folder.root)
        library.folder.ensure()
        library.folder.catalogue.write_bytes(whole[:length])
        answers = _answers(library.folder)
        # SQLite reads zeros beyond the end: what is cut off an empty last page is not missing.
        assert isinstance(answers, str) or (answers == right and not any(whole[length:]))


_WRITER = """
import sys
from pathlib import Path
from tests.helpers.library import TestLibrary
library = TestLibrary(Path(sys.argv[1]))
for chunk in range(100000):
    library.commit(range(chunk * 8, chunk * 8 + 8))
    sys.stdout.write(f"{chunk}\\n"); sys.stdout.flush()
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_killed_while_committing_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    rng = random.Random(5)
    for round_ in range(5):
        base = tmp_path / str(round_)
        base.mkdir()
        acknowledged = -1
        with subprocess.Popen([sys.executable, "-c", _WRITER, str(base)], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            stop_at = rng.randrange(3, 60)
            while acknowledged < stop_at:
                acknowledged = int(writer.stdout.readline())
            writer.kill()
            rest = writer.stdout.read().split()
        acknowledged = int(rest[-1]) if rest else acknowledged
        library = TestLibrary(base)
        assert library.catalogue.problems() == []
        assert library.catalogue.has_right_counts()
        n_photos = library.catalogue.n_photos()
        assert n_photos % 8 == 0
        assert (acknowledged + 1) * 8 <= n_photos <= (acknowledged + 2) * 8
        assert library.catalogue.descriptors.count(library.model) == n_photos
        library.catalogue.close()
