"""Reading the published protocols' files, as they are unpacked, and what is said where they are not as documented."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import GroundTruthError
from engine.ground_truth import Judged, ProtocolQuery, read_ground_truth

REVISITED: dict[str, Any] = {
    "imlist": ["a_1", "a_2", "b_1", "b_2"],
    "qimlist": ["q_1"],
    "gnd": [{"bbx": [10, 20.5, 110, 90], "easy": [0], "hard": [1, 3], "junk": [2]}],
}


def put(folder: Path, *names: str) -> None:
    """Files that look like pictures by their names; the ground truth asks for no more."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff\xd8\xff")


@pytest.fixture
def revisited(tmp_path: Path) -> Callable[[dict[str, Any]], Path]:
    def make(document: dict[str, Any]) -> Path:
        put(tmp_path, "jpg/a_1.jpg", "jpg/a_2.jpg", "jpg/b/b_1.jpg", "jpg/b/b_2.jpg", "jpg/q_1.jpg", "jpg/more.jpg")
        (tmp_path / "gnd_roxford5k.json").write_text(json.dumps(document))
        return tmp_path

    return make


# ---- revisited -------------------------------------------------------------------------------------------------


def test_revisited_difficulties_differ_in_what_is_right_and_what_is_junk(revisited: Callable[..., Path]) -> None:
    folder = revisited(REVISITED)
    truth = read_ground_truth("roxford5k", str(folder))
    assert truth.gallery == ("a_1", "a_2", "b_1", "b_2")  # neither the query nor what is not named
    assert truth.difficulties == ("easy", "medium", "hard")
    assert truth.pictures["b_2"] == str(folder / "jpg" / "b" / "b_2.jpg")
    (query,) = truth.queries
    assert (query.name, query.box_px, query.is_excluded) == ("q_1", (10.0, 20.5, 110.0, 90.0), False)
    easy, hard, junk = frozenset({"a_1"}), frozenset({"a_2", "b_2"}), frozenset({"b_1"})
    assert query.answers == {
        "easy": Judged(easy, junk | hard),
        "medium": Judged(easy | hard, junk),
        "hard": Judged(hard, junk | easy),
    }


@pytest.mark.parametrize(
    "change",
    [
        {"imlist": None},
        {"imlist": ["a_1", "a_1", "b_1", "b_2"]},
        {"imlist": [1, 2, 3, 4]},
        {"qimlist": ["q_1", "a_1"]},
        {"gnd": [{"bbx": [0, 0, 1], "easy": [], "hard": [], "junk": []}]},
        {"gnd": [{"bbx": [0, 0, 1, "x"], "easy": [], "hard": [], "junk": []}]},
        {"gnd": [{"bbx": [0, 0, 1, 1], "easy": [4], "hard": [], "junk": []}]},
        {"gnd": [{"bbx": [0, 0, 1, 1], "easy": [-1], "hard": [], "junk": []}]},
        {"gnd": [{"bbx": [0, 0, 1, 1], "easy": [], "hard": []}]},
    ],
)
def test_a_ground_truth_that_is_not_as_documented_is_refused(
    revisited: Callable[..., Path], change: dict[str, Any]
) -> None:
    folder = revisited(REVISITED | change)
    with pytest.raises(GroundTruthError, match=r"gnd_roxford5k\.json is not as documented") as refused:
        read_ground_truth("roxford5k", str(folder))
    assert refused.value.path == str(folder / "gnd_roxford5k.json")


def test_damaged_json_is_refused(revisited: Callable[..., Path]) -> None:
    folder = revisited(REVISITED)
    for text in ("", "[]", "[" * 100_000, '{"imlist": '):
        (folder / "gnd_roxford5k.json").write_text(text)
        with pytest.raises(GroundTruthError, match="not as documented"):
            read_ground_truth("roxford5k", str(folder))


def test_a_missing_ground_truth_says_how_to_make_it(revisited: Callable[..., Path]) -> None:
    folder = revisited(REVISITED)
    with pytest.raises(GroundTruthError, match=r"convert_ground_truth\.py gnd_rparis6k\.pkl"):
        read_ground_truth("rparis6k", str(folder))


def test_missing_pictures_are_counted_and_one_is_named(revisited: Callable[..., Path]) -> None:
    folder = revisited(REVISITED)
    (folder / "jpg" / "b" / "b_1.jpg").unlink()
    with pytest.raises(GroundTruthError, match=r"1 of the 4 pictures .* the first is b_1"):
        read_ground_truth("roxford5k", str(folder))
    put(folder, "jpg/b_1.jpg")
    (folder / "jpg" / "q_1.jpg").unlink()
    with pytest.raises(GroundTruthError, match=r"1 query pictures .* the first is q_1"):
        read_ground_truth("roxford5k", str(folder))


def test_two_pictures_of_one_name_are_refused(revisited: Callable[..., Path]) -> None:
    folder = revisited(REVISITED)
    put(folder, "copies/a_1.jpg")
    with pytest.raises(GroundTruthError, match="Two pictures are called a_1"):
        read_ground_truth("roxford5k", str(folder))


def test_a_folder_without_pictures_and_an_unknown_protocol_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GroundTruthError, match="no pictures"):
        read_ground_truth("holidays", str(tmp_path))
    with pytest.raises(GroundTruthError, match="choose one of roxford5k"):
        read_ground_truth("roxford105k", str(tmp_path))


# ---- the original ----------------------------------------------------------------------------------------------


@pytest.fixture
def oxford(tmp_path: Path) -> Path:
    put(tmp_path, *(f"{name}.jpg" for name in ("hall_000001", "hall_000002", "hall_000003", "bank_000001")))
    lists = {"query": "oxc1_hall_000001 1.5 2 30 40\n", "good": "hall_000001\n", "ok": "hall_000002\n\n", "junk": ""}
    for kind, text in lists.items():
        path = tmp_path / "gt" / f"hall_1_{kind}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (tmp_path / "gt" / "hall_1_junk.txt").write_text("hall_000003\n")
    return tmp_path


def test_the_original_lists_are_read_as_published(oxford: Path) -> None:
    truth = read_ground_truth("oxford5k", str(oxford))
    assert truth.gallery == ("bank_000001", "hall_000001", "hall_000002", "hall_000003")
    assert truth.difficulties == ("all",)
    assert truth.queries == (
        ProtocolQuery(
            "hall_000001",
            (1.5, 2.0, 30.0, 40.0),
            {"all": Judged(frozenset({"hall_000001", "hall_000002"}), frozenset({"hall_000003"}))},
        ),
    )


def test_names_of_paris_have_no_prefix(oxford: Path) -> None:
    (oxford / "gt" / "hall_1_query.txt").write_text("hall_000002 0 0 10 10")
    assert read_ground_truth("paris6k", str(oxford)).queries[0].name == "hall_000002"


@pytest.mark.parametrize("text", ["", "oxc1_hall_000001", "oxc1_hall_000001 1 2 3", "oxc1_hall_000001 1 2 3 x"])
def test_a_query_file_that_is_not_as_published_is_refused(oxford: Path, text: str) -> None:
    (oxford / "gt" / "hall_1_query.txt").write_text(text)
    with pytest.raises(GroundTruthError, match=r"hall_1_query\.txt needs"):
        read_ground_truth("oxford5k", str(oxford))


def test_missing_lists_and_no_lists_are_told_apart(oxford: Path) -> None:
    (oxford / "gt" / "hall_1_ok.txt").unlink()
    with pytest.raises(GroundTruthError, match=r"hall_1_ok\.txt is missing"):
        read_ground_truth("oxford5k", str(oxford))
    (oxford / "gt" / "hall_1_query.txt").unlink()
    with pytest.raises(GroundTruthError, match="no files"):
        read_ground_truth("oxford5k", str(oxford))


# ---- Holidays --------------------------------------------------------------------------------------------------


def test_holidays_are_grouped_by_name(tmp_path: Path) -> None:
    put(tmp_path, "jpg1/100000.jpg", "jpg1/100001.jpg", "jpg1/100002.jpg", "jpg2/100100.jpg", "jpg2/other.jpg")
    truth = read_ground_truth("holidays", str(tmp_path))
    assert truth.gallery == ("100000", "100001", "100002", "100100")
    assert [query.name for query in truth.queries] == ["100000", "100100"]
    assert truth.queries[0].answers == {"all": Judged(frozenset({"100001", "100002"}), frozenset())}
    assert truth.queries[1].answers == {"all": Judged(frozenset(), frozenset())}
    assert all(query.is_excluded and query.box_px is None for query in truth.queries)


def test_holidays_without_their_names_or_queries_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "beach.jpg")
    with pytest.raises(GroundTruthError, match=r"100000\.jpg"):
        read_ground_truth("holidays", str(tmp_path))
    put(tmp_path, "100001.jpg")
    with pytest.raises(GroundTruthError, match="the first is 100000"):
        read_ground_truth("holidays", str(tmp_path))
