"""`resight collections` and `resight search --save`: from the command line to jobs, from collections to searches."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.arguments import parse
from app.collection_command import collection_of, collections, search_of
from app.console import Console, UsageError
from app.search_command import search
from engine.messages import (
    ChangeCollection,
    Collection,
    CollectionPart,
    Feedback,
    GetCollections,
    OpenCollection,
    SaveCollection,
    Search,
)
from engine.types import Box, Query
from tests.helpers.fake_engine import make_result

BOX = Box(0.1, 0.2, 0.5, 0.6)
LAMPS = Collection(
    "Lamps",
    (
        CollectionPart(Query(path="/p/lamp.jpg", box=BOX), "/p/lamp.jpg", "lamp.jpg", weight=3.0),
        CollectionPart(Query(path="/p/rug.jpg"), "/p/rug.jpg", "rug.jpg"),
        CollectionPart(Query(path="/p/lamp.jpg"), "/p/lamp.jpg", "lamp.jpg", is_unwanted=True),
    ),
    turned=True,
    min_score=0.3,
    filters=(("type", ("jpeg",)),),
    collection_id=4,
)


class FakeSession:
    """Answers the jobs and keeps them; `reads_only` is what the last session was opened for."""

    def __init__(self, *kept: Collection) -> None:
        self.kept, self.jobs, self.reads_only = kept, [], True

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_exc: object) -> None:
        pass

    def run(self, job: Any) -> Any:
        self.jobs.append(job)
        match job:
            case OpenCollection():
                return self.kept[0]
            case SaveCollection():
                return job.collection
            case Search():
                return make_result(job.query)
        return self.kept

    def call(self, *line: str) -> tuple[int, str, str]:
        """Run `resight collections` -> exit code, output, notes."""

        def make(reads_only: bool) -> Any:
            self.reads_only = reads_only
            return self

        out, err = io.StringIO(), io.StringIO()
        code = collections(parse(["collections", *line]), Console("--json" in line, out, err), make)
        return code, out.getvalue(), err.getvalue()


def test_without_a_name_they_are_listed() -> None:
    session = FakeSession(LAMPS)
    assert session.call() == (0, "Lamps: lamp.jpg, rug.jpg\n", "")
    assert session.jobs == [GetCollections()]
    (document,) = json.loads(session.call("--json")[1])
    assert document["pictures"][0] == {
        "path": "/p/lamp.jpg", "box": [0.1, 0.2, 0.5, 0.6], "unwanted": False, "weight": 3.0,
    }  # fmt: skip
    assert (document["turned"], document["min_score"], document["filters"]) == (True, 0.3, {"type": ["jpeg"]})
    assert "--save" in FakeSession().call()[1]


def test_with_a_name_it_is_searched_with() -> None:
    session = FakeSession(LAMPS)
    code, out, err = session.call("Lamps", "-k", "7")
    assert (code, session.reads_only) == (0, True)
    assert "photo 001.jpg" in out
    assert "filters" in err
    assert session.jobs[1:] == [OpenCollection(4), search_of(LAMPS, 7)]


def test_the_search_has_all_that_was_saved() -> None:
    lamp, rug = Query(path="/p/lamp.jpg", box=BOX), Query(path="/p/rug.jpg")
    assert search_of(LAMPS, 9) == Search(
        lamp, k=9, min_score=0.3, closely=True, also=(rug,), without=(Query(path="/p/lamp.jpg"),), turned=True,
        weights=(3.0, 1.0),
    )  # fmt: skip
    alone = Collection("One", (CollectionPart(lamp),), expand=True)
    assert search_of(alone, 9) == Search(lamp, k=9, closely=True, expand=True)
    none_wanted = Collection("None", (CollectionPart(lamp, is_unwanted=True),))
    assert search_of(none_wanted, 9) == Search(Query(path="/p/lamp.jpg"), k=9, closely=True, without=(lamp,))


def test_renaming_and_removing() -> None:
    session = FakeSession(LAMPS)
    session.call("Lamps", "--rename", "Lights")
    session.call("Lamps", "--remove")
    assert [job for job in session.jobs if isinstance(job, ChangeCollection)] == [
        ChangeCollection(4, "Lights"), ChangeCollection(4, None),
    ]  # fmt: skip
    assert not session.reads_only


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["Vases"], "There is no collection Vases: give one of Lamps."),
        (["--remove"], "Name the collection"),
        (["--rename", "New"], "Name the collection"),
        (["Lamps", "--remove", "--rename", "New"], "either renamed or removed"),
    ],
)
def test_what_makes_no_sense(line: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        FakeSession(LAMPS).call(*line)


def test_a_search_is_saved_with_its_boxes(tmp_path: Path) -> None:
    session = FakeSession()
    line = ["search", "/p/a.jpg", "--box", "0.1,0.2,0.5,0.6", "--not-box", "0,0,1,0.5", "--turned", "--save", "Lamps"]
    err = io.StringIO()
    search(parse(line), "/p/a.jpg", Console(False, io.StringIO(), err), session)  # type: ignore[arg-type]
    assert session.jobs[0] == SaveCollection(
        Collection(
            "Lamps",
            (
                CollectionPart(Query(path="/p/a.jpg", box=BOX)),
                CollectionPart(Query(path="/p/a.jpg", box=Box(0, 0, 1, 0.5)), is_unwanted=True),
            ),
            turned=True,
        )
    )
    assert "Saved as the collection Lamps." in err.getvalue()
    assert isinstance(session.jobs[1], Search)


def test_examples_are_not_kept() -> None:
    query = Query(path="/p/a.jpg")
    with pytest.raises(UsageError, match="--like"):
        collection_of("Lamps", Search(query, feedback=Feedback((query,), ())))
