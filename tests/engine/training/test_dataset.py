"""What is read as photos to learn from, and what of it is held out."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import DatasetError
from engine.training.dataset import UNLABELLED, Dataset, TrainingPhoto, read_dataset


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def names_of(dataset: Dataset, folder: Path) -> list[str]:
    return [str(Path(photo.path).relative_to(folder)) for photo in dataset.photos]


# ---- folders ----------------------------------------------------------------------------------------------------


def test_folders_name_instances_and_sources(tmp_path):
    touch(tmp_path, "b/x/1.jpg", "b/x/2.PNG", "b/y/1.jpg", "b/y/deep/2.jpg", "b/y/notes.txt", "b/README.jpg")
    touch(tmp_path, "a/x/1.jpg", "a/x/2.jpg")
    dataset = read_dataset([str(tmp_path / "b"), str(tmp_path / "a")])
    assert dataset.sources == ("a", "b")
    assert names_of(dataset, tmp_path) == [
        "a/x/1.jpg", "a/x/2.jpg", "b/x/1.jpg", "b/x/2.PNG", "b/y/1.jpg", "b/y/deep/2.jpg",
    ]
    assert [photo.source for photo in dataset.photos] == [0, 0, 1, 1, 1, 1]
    # "x" of one source is not "x" of another.
    assert [photo.instance for photo in dataset.photos] == [0, 0, 1, 1, 2, 2]
    assert [photo.group for photo in dataset.photos] == [0, 0, 1, 1, 2, 2]


def test_ignored_instances_are_one_group(tmp_path):
    touch(tmp_path, *(f"set/{instance}/{number}.jpg" for instance in "abcd" for number in range(2)))
    (tmp_path / "set" / "IGNORE.tsv").write_text("a\tc\n")
    photos = read_dataset([str(tmp_path / "set")]).photos
    groups = {Path(photo.path).parent.name: photo.group for photo in photos}
    assert groups["a"] == groups["c"]
    assert len({groups["a"], groups["b"], groups["d"]}) == 3
    assert len({photo.instance for photo in photos}) == 4


def test_ignored_instances_stay_together_over_several_lines(tmp_path):
    # b may show the same as a, and c the same as b: none of the three is ever a negative of another.
    touch(tmp_path, *(f"set/{instance}/{number}.jpg" for instance in "abcd" for number in range(2)))
    (tmp_path / "set" / "IGNORE.tsv").write_text("a\tb\nb\tc\n")
    groups = {Path(photo.path).parent.name: photo.group for photo in read_dataset([str(tmp_path / "set")]).photos}
    assert groups["a"] == groups["b"] == groups["c"] != groups["d"]


def test_unlabelled_photos_are_groups_of_their_own(tmp_path):
    touch(tmp_path, "set/x/1.jpg", "set/x/2.jpg", "set/y/1.jpg", "set/y/2.jpg", "others/1.jpg", "others/deep/2.jpg")
    dataset = read_dataset([str(tmp_path / "set")], [str(tmp_path / "others")])
    others = [photo for photo in dataset.photos if not photo.is_labelled]
    assert [photo.instance for photo in others] == [UNLABELLED, UNLABELLED]
    assert len({photo.group for photo in dataset.photos}) == 4
    assert len(dataset.labelled()) == 4


# ---- CSV --------------------------------------------------------------------------------------------------------


def test_csv_with_all_columns(tmp_path):
    touch(tmp_path, *(f"photos/{number}.jpg" for number in range(7)))
    (tmp_path / "list.csv").write_text(
        "path,instance,group,source\n"
        "0.jpg,tower front,tower,towns\n1.jpg,tower front,tower,towns\n"
        "2.jpg,tower back,tower,towns\n3.jpg,tower back,tower,towns\n"
        "4.jpg,cup,,things\n5.jpg,cup,,things\n"
        "6.jpg,,,\n"
    )
    dataset = read_dataset([str(tmp_path / "list.csv")], root=str(tmp_path / "photos"))
    photos = {Path(photo.path).name: photo for photo in dataset.photos}
    assert dataset.sources == ("list", "things", "towns")
    assert photos["0.jpg"].instance != photos["2.jpg"].instance
    assert photos["0.jpg"].group == photos["2.jpg"].group != photos["4.jpg"].group
    assert dataset.sources[photos["4.jpg"].source] == "things"
    assert not photos["6.jpg"].is_labelled


def test_csv_needs_two_columns_only_and_paths_are_relative_to_its_folder(tmp_path):
    touch(tmp_path, "a/0.jpg", "a/1.jpg", "b/0.jpg", "b/1.jpg")
    (tmp_path / "list.csv").write_text("path,instance\na/0.jpg,a\na/1.jpg,a\nb/0.jpg,b\nb/../b/1.jpg,b\n")
    dataset = read_dataset([str(tmp_path / "list.csv")])
    assert names_of(dataset, tmp_path) == ["a/0.jpg", "a/1.jpg", "b/0.jpg", "b/1.jpg"]
    assert dataset.sources == ("list",)


def test_the_order_of_names_and_lines_does_not_matter(tmp_path):
    touch(tmp_path, *(f"{instance}/{number}.jpg" for instance in "abc" for number in range(3)))
    lines = [f"{instance}/{number}.jpg,{instance}" for instance in "abc" for number in range(3)]
    (tmp_path / "list.csv").write_text("\n".join(["path,instance", *lines]))
    first = read_dataset([str(tmp_path / "list.csv")])
    (tmp_path / "list.csv").write_text("\n".join(["path,instance", *reversed(lines), lines[0]]))
    assert read_dataset([str(tmp_path / "list.csv")]) == first


# ---- what cannot be used ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("file,thing\nx.jpg,a\n", "list.csv is not a list of photos"),
        ("", "list.csv is not a list of photos"),
        ("path,instance\nx.jpg\n", "list.csv is not a list of photos"),
        ("path,instance\nx.jpg,a\n", "There is no photo"),
        (b"path,instance\n\xff\xfe\xfa.jpg,a\n", "list.csv is not a list of photos"),
    ],
)
def test_lists_that_are_none_are_told(tmp_path, content, words):
    path = tmp_path / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DatasetError, match=words):
        read_dataset([str(path)])


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(DatasetError, match=r"There is no folder or CSV file .*nowhere"):
        read_dataset([str(tmp_path / "nowhere")])
    touch(tmp_path, "set/x/1.jpg", "set/x/2.jpg", "set/y/1.jpg", "set/y/2.jpg")
    with pytest.raises(DatasetError, match=r"There is no folder .*nowhere"):
        read_dataset([str(tmp_path / "set")], [str(tmp_path / "nowhere")])


@pytest.mark.parametrize(
    ("names", "ignored"),
    [
        (["x/1.jpg", "x/2.jpg", "y/1.jpg"], ""),  # only one thing in two photos
        (["x/1.jpg", "y/1.jpg", "z/1.jpg"], ""),
        (["x/1.jpg", "x/2.jpg", "y/1.jpg", "y/2.jpg"], "x\ty\n"),  # two, but never told apart
    ],
)
def test_too_little_to_learn_from_is_told(tmp_path, names, ignored):
    touch(tmp_path, *names)
    (tmp_path / "IGNORE.tsv").write_text(ignored)
    with pytest.raises(DatasetError, match="too little to learn from"):
        read_dataset([str(tmp_path)])


def test_a_photo_with_two_names_is_told(tmp_path):
    touch(tmp_path, "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    (tmp_path / "list.csv").write_text("path,instance\na.jpg,x\nb.jpg,x\nc.jpg,y\nd.jpg,y\na.jpg,z\n")
    with pytest.raises(DatasetError, match=r"a\.jpg is named twice: as “x” and as “z”"):
        read_dataset([str(tmp_path / "list.csv")])


def test_a_labelled_photo_is_not_also_an_unlabelled_one(tmp_path):
    # Or it would be mined as its own nearest negative.
    touch(tmp_path, "set/x/1.jpg", "set/x/2.jpg", "set/y/1.jpg", "set/y/2.jpg", "other.jpg")
    dataset = read_dataset([str(tmp_path / "set")], [str(tmp_path)])
    assert len(dataset.photos) == 5
    assert len(dataset.labelled()) == 4


# ---- held out ---------------------------------------------------------------------------------------------------


def many(n_groups: int, source: int = 0) -> list[TrainingPhoto]:
    """Groups of two instances with two photos each."""
    base = 1000 * source
    return [
        TrainingPhoto(f"{source}/{group}/{instance}/{number}.jpg", base + 2 * group + instance, base + group, source)
        for group in range(n_groups) for instance in range(2) for number in range(2)
    ]


def test_whole_groups_of_every_source_are_held_out():
    dataset = Dataset((*many(10), *many(20, source=1)), ("a", "b"))
    split = dataset.split(0.2, seed=1)
    held_out = [split.everything.photos[i] for i in split.held_out]
    assert set(held_out) | set(split.learnt.photos) == set(dataset.photos)
    assert len(split.everything.photos) == len(dataset.photos)
    assert not {photo.group for photo in held_out} & {photo.group for photo in split.learnt.photos}
    assert len({photo.group for photo in held_out if photo.source == 0}) == 2
    assert len({photo.group for photo in held_out if photo.source == 1}) == 4
    # A photo to learn from has the same position in both.
    assert split.everything.photos[: len(split.learnt.photos)] == split.learnt.photos


def test_the_seed_decides_what_is_held_out():
    dataset = Dataset(tuple(many(20)), ("a",))
    assert dataset.split(0.2, seed=1) == dataset.split(0.2, seed=1)
    assert dataset.split(0.2, seed=1) != dataset.split(0.2, seed=2)


def test_groups_that_could_not_be_queries_are_not_held_out():
    single = [TrainingPhoto(f"single{i}.jpg", 5000 + i, 5000 + i, 0) for i in range(50)]
    unlabelled = [TrainingPhoto(f"other{i}.jpg", UNLABELLED, 6000 + i, 0) for i in range(50)]
    split = Dataset((*many(10), *single, *unlabelled), ("a",)).split(0.2, seed=1)
    held_out = [split.everything.photos[i] for i in split.held_out]
    assert {photo.group for photo in held_out} <= set(range(10))
    assert len(held_out) == 8


def test_two_groups_are_always_left_to_learn_from():
    split = Dataset(tuple(many(4)), ("a",)).split(0.9, seed=1)
    assert len({photo.group for photo in split.learnt.photos}) == 2


def test_nothing_is_held_out_if_not_wanted():
    dataset = Dataset(tuple(many(4)), ("a",))
    split = dataset.split(0.0, seed=1)
    assert split.learnt == split.everything == dataset
    assert not split.held_out
