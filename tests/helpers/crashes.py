"""Work that may be killed at any moment, and what must hold then: `python -m tests.helpers.crashes JOB BASE`.

Each works in a folder `base` made by `prepare`, with `photos` and `library` in it.
"""

from __future__ import annotations

import sqlite3
import sys
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image

from engine import migrations, snapshots
from engine.actnet.checkpoint import ModelCard, read_card
from engine.catalogue import Catalogue
from engine.check import check_library
from engine.config import EngineConfig
from engine.decoders import Decoders
from engine.index import VectorIndex
from engine.indexing import index_folders
from engine.learning import GetTraining, ImportModel, RemoveModel, Tune
from engine.library import Library
from engine.messages import Phase, Progress
from engine.model_work import ModelWork
from engine.moving import move
from engine.region_file import RegionFile
from engine.restoring import restore
from engine.storage import LibraryFolder
from engine.transform import InputRule
from tests.helpers.fake_runner import DIM, FakeRunner
from tests.helpers.generations import FakeHost, Place
from tests.helpers.library import TestLibrary, save
from tests.helpers.models import make_model
from tests.helpers.steps import drained

N_PHOTOS = 10
N_LATER = 5


class Job(ABC):
    """One kind of work."""

    name: ClassVar[str]

    @abstractmethod
    def prepare(self, base: Path) -> None:
        """Make what the work begins with."""

    @abstractmethod
    def run(self, base: Path) -> None:
        """Do the work."""

    @abstractmethod
    def check(self, base: Path) -> None:
        """Assert, after a kill, that all is as before or as after, and that the work can be done now."""


class Index(Job):
    """Indexing a folder of photos into a new library, with real decoder processes and a made-up network."""

    name = "index"

    def prepare(self, base: Path) -> None:
        (base / "photos").mkdir()
        for number in range(N_PHOTOS):
            colours = np.random.default_rng(number).integers(0, 256, (4, 4, 3), dtype=np.uint8)
            Image.fromarray(colours).resize((96, 64), Image.Resampling.NEAREST).save(base / "photos" / f"{number}.jpg")

    def run(self, base: Path) -> None:
        self._index(base, FakeRunner(2))

    def check(self, base: Path) -> None:
        done = _n_descriptors(base / "library")
        runner = FakeRunner(2)
        self._index(base, runner)
        assert runner.n_described == N_PHOTOS - done, "nothing that was committed is done again"
        assert_sane(base / "library", N_PHOTOS)

    def _index(self, base: Path, runner: FakeRunner) -> None:
        card = fake_card()
        library = Library(base / "library", card)
        try:
            for _ in library.index.load():
                pass
            for _ in library.index.catch_up():
                pass
            with Decoders(1) as decoders:
                for _ in index_folders(library, runner, decoders, card.rule, (str(base / "photos"),)):
                    pass
        finally:
            library.close()


class _OnALibrary(Job):
    """Work on a library of ten photos with an index and a snapshot, and five photos more since."""

    def prepare(self, base: Path) -> None:
        library = TestLibrary(base)
        library.commit(range(N_PHOTOS))
        save(library.index())
        snapshots.take(library.folder)
        library.commit(range(N_PHOTOS, N_PHOTOS + N_LATER))
        library.catalogue.close()


class Save(_OnALibrary):
    """Saving the index with five rows more."""

    name = "save"

    def run(self, base: Path) -> None:
        library = TestLibrary(base)
        save(library.index())
        library.catalogue.close()

    def check(self, base: Path) -> None:
        library = TestLibrary(base)
        index = library.index(catch_up=False)
        assert index.n_rows in (0, N_PHOTOS, N_PHOTOS + N_LATER), "the old file, the new one, or none that is used"
        for _ in index.catch_up():
            pass
        save(index)
        library.catalogue.close()
        assert_sane(base / "library", N_PHOTOS + N_LATER)


class Migrate(_OnALibrary):
    """Bringing a catalogue to the next version of its schema."""

    name = "migrate"

    def run(self, base: Path) -> None:
        steps = (*migrations.STEPS, "ALTER TABLE photo ADD COLUMN stars INTEGER NOT NULL DEFAULT 0;"
                 "UPDATE photo SET stars = 5;")
        before = migrations.migrate.__defaults__
        migrations.migrate.__defaults__ = (None, steps)
        try:
            Catalogue.open(LibraryFolder(base / "library")).close()
        finally:
            migrations.migrate.__defaults__ = before

    def check(self, base: Path) -> None:
        folder = LibraryFolder(base / "library")
        with closing(sqlite3.connect(folder.catalogue)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            columns = [row[1] for row in connection.execute("PRAGMA table_info(photo)")]
            assert ("stars" in columns) == (version == len(migrations.STEPS) + 1), "never between two versions"
            assert connection.execute("SELECT COUNT(*) FROM photo").fetchone()[0] == N_PHOTOS + N_LATER
            if "stars" in columns:
                assert connection.execute("SELECT DISTINCT stars FROM photo").fetchall() == [(5,)]
                newest = snapshots.newest_good(folder)
                assert newest is not None
                assert newest.photos == N_PHOTOS + N_LATER, "a copy from before was made first"
        self.run(base)
        with closing(sqlite3.connect(folder.catalogue)) as connection:
            assert connection.execute("SELECT DISTINCT stars FROM photo").fetchall() == [(5,)]
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


class Snapshot(_OnALibrary):
    """Taking a snapshot."""

    name = "snapshot"

    def run(self, base: Path) -> None:
        snapshots.take(LibraryFolder(base / "library"))

    def check(self, base: Path) -> None:
        folder = LibraryFolder(base / "library")
        self._assert_all_good(folder, (1, 2))
        self.run(base)
        self._assert_all_good(folder, (2, 3))
        assert folder.unfinished_snapshots() == []
        assert_sane(base / "library", N_PHOTOS + N_LATER)

    def _assert_all_good(self, folder: LibraryFolder, numbers: tuple[int, int]) -> None:
        found = snapshots.listed(folder)
        assert len(found) in numbers
        for snapshot in found:
            snapshots.check(Path(snapshot.path))


class Restore(_OnALibrary):
    """Restoring a snapshot."""

    name = "restore"

    def run(self, base: Path) -> None:
        folder = LibraryFolder(base / "library")
        restore(folder.root, Path(snapshots.listed(folder)[-1].path))

    def check(self, base: Path) -> None:
        folder = LibraryFolder(base / "library")
        n = _n_photos(folder.catalogue)
        assert n in (N_PHOTOS, N_PHOTOS + N_LATER), "the one or the other"
        if n == N_PHOTOS:
            (kept,) = folder.recovery.glob("*.sqlite")
            assert _n_photos(kept) == N_PHOTOS + N_LATER, "what was there before is kept"
        self.run(base)
        assert_sane(base / "library", N_PHOTOS)


class Move(_OnALibrary):
    """Moving a library."""

    name = "move"

    def run(self, base: Path) -> None:
        for _ in move(base / "library", base / "new"):
            pass

    def check(self, base: Path) -> None:
        assert_sane(base / "library", N_PHOTOS + N_LATER)
        if (base / "new" / "catalogue.sqlite").exists():
            assert _n_photos(base / "new" / "catalogue.sqlite") == N_PHOTOS + N_LATER, "no library, or a whole one"
            if not list((base / "new").glob(".resight-*")):
                assert_sane(base / "new", N_PHOTOS + N_LATER)
                return  # it was done: another attempt is refused
        self.run(base)
        assert_sane(base / "new", N_PHOTOS + N_LATER)


class _OnModels(Job):
    """Work on the models of a library of 480 labelled photos: which one is in use, and the labels, are as they were."""

    def prepare(self, base: Path) -> None:
        place = Place(base)
        place.label_things()
        place.tuned()
        place.library.close()

    def _check_labels(self, place: Place) -> None:
        assert place.library.catalogue.labels.count() == 6 * 15
        assert place.library.index.n_rows == 480
        folders = {place.library.folder.generation(state.name).root for state in place.work.generations.states()}
        assert set(place.library.folder.generations.iterdir()) <= folders, "nothing is left of what was not finished"
        assert place.library.folder.leftovers() == []


class TuneModel(_OnModels):
    """Tuning a model, which writes one and enters it."""

    name = "tune"

    def run(self, base: Path) -> None:
        place = Place(base)
        place.run(Tune())
        place.library.close()

    def check(self, base: Path) -> None:
        place = Place(base)
        try:
            assert place.library.model.name == place.start.model_id
            self._check_labels(place)
            n_models = len(place.work.generations.states())
            assert n_models in (2, 3), "the new model is not there, or whole"
            assert all(state.usable for state in place.work.generations.states())
            assert place.run(Tune()).outcome == "better"
            assert len(place.work.generations.states()) == 3
        finally:
            place.library.close()


class UseOther(_OnModels):
    """Switching to a model whose descriptors have to be made first."""

    name = "use"

    def run(self, base: Path) -> None:
        place = Place(base)
        place.use(place.card("tuned"))
        place.library.close()

    def check(self, base: Path) -> None:
        place = Place(base)
        try:
            in_use = place.library.model.name
            assert in_use == place.start.model_id or in_use.startswith("tuned-"), "the old one, or the new one, whole"
            self._check_labels(place)
            card = place.card("tuned")
            place.use(card)
            assert len(place.vectors(card.model_id)) == len(place.vectors(place.start.model_id)) == 480
            place.use(place.start)
            self._check_labels(place)
        finally:
            place.library.close()


class RemoveOther(_OnModels):
    """Deleting a model that is not in use, with its descriptors and its index."""

    name = "remove"

    def prepare(self, base: Path) -> None:
        super().prepare(base)
        place = Place(base)
        card = place.card("tuned")
        place.use(card)
        place.use(place.start)
        place.library.close()

    def run(self, base: Path) -> None:
        place = Place(base)
        place.run(RemoveModel("tuned"))
        place.library.close()

    def check(self, base: Path) -> None:
        place = Place(base)
        try:
            assert place.library.model.name == place.start.model_id
            self._check_labels(place)
            others = [state.name for state in place.work.generations.states()][1:]
            if others:  # what is left of it can be used, or removed
                place.use(place.card("tuned"))
                assert len(place.vectors(others[0])) == place.library.index.n_rows == 480
                assert_sane_now(place.library)
                place.use(place.start)
                place.run(RemoveModel("tuned"))
            assert [state.name for state in place.work.generations.states()] == [place.start.model_id]
            self._check_labels(place)
        finally:
            place.library.close()


class TakeIn(_OnModels):
    """Taking in a model from a file."""

    name = "import"

    def prepare(self, base: Path) -> None:
        super().prepare(base)
        make_model(base / "other.safetensors", name="other", seed=5)

    def run(self, base: Path) -> None:
        place = Place(base)
        place.run(ImportModel(base / "other.safetensors"))
        place.library.close()

    def check(self, base: Path) -> None:
        place = Place(base)
        try:
            assert place.library.model.name == place.start.model_id
            self._check_labels(place)
            assert all(state.usable for state in place.work.generations.states()), "not there, or whole"
            assert place.run(ImportModel(base / "other.safetensors"))[-1].name.startswith("other-")
            assert len(place.work.generations.states()) == 3
        finally:
            place.library.close()


class Redescribe(Job):
    """Switching to a model for which the photos have to be read again, with real decoder processes."""

    name = "redescribe"

    def prepare(self, base: Path) -> None:
        INDEX.prepare(base)
        library = Library(base / "library", make_model(base / "start.safetensors", dim=DIM))
        self._loaded(library)
        with Decoders(1) as decoders:
            for _ in index_folders(library, FakeRunner(2), decoders, library.card.rule, (str(base / "photos"),)):
                pass
            other = make_model(base / "other.safetensors", name="other", dim=DIM, backbone=1)
            self._work(library, base, decoders).generations.take_in(other.path)
        library.close()

    def run(self, base: Path) -> None:
        self._use_other(base, FakeRunner(2))

    def check(self, base: Path) -> None:
        start, other = (read_card(base / f"{name}.safetensors") for name in ("start", "other"))
        library = Library(base / "library", start)
        try:
            self._loaded(library)
            assert library.model.name in (start.model_id, other.model_id)
            assert library.index.n_rows == N_PHOTOS, "whichever is in use is whole"
            assert_sane_now(library)
            table = library.catalogue.generations
            done = {one.name: table.n_described(one.model_id) for one in table.all()}
        finally:
            library.close()
        assert done[start.model_id] == N_PHOTOS
        runner = FakeRunner(2)
        self._use_other(base, runner)
        assert runner.n_described == N_PHOTOS - done[other.model_id], "nothing that was committed is done again"
        library = Library(base / "library", start)
        try:
            self._loaded(library)
            assert library.model.name == other.model_id
            assert_sane_now(library)
        finally:
            library.close()

    def _use_other(self, base: Path, runner: FakeRunner) -> None:
        library = Library(base / "library", read_card(base / "start.safetensors"))
        try:
            self._loaded(library)
            with Decoders(1) as decoders:
                work = self._work(library, base, decoders)
                wanted = work.generations.find("other")
                if wanted.name != library.model.name:
                    for _ in work.make_ready(wanted, work.generations.card(wanted), runner):
                        pass
        finally:
            library.close()

    def _loaded(self, library: Library) -> None:
        for _ in library.index.load():
            pass
        for _ in library.regions.load():
            pass
        for _ in library.catch_up():
            pass

    def _work(self, library: Library, base: Path, decoders: Decoders) -> ModelWork:
        config = EngineConfig(base / "library", base / "start.safetensors", base / "cache", settle_s=0)
        return ModelWork(library, read_card(base / "start.safetensors"), config, FakeHost(decoders))


class TrainDeeply(Job):
    """Training a small network on the labels of a library of drawn photos, up to the proof."""

    name = "train-deeply"

    def prepare(self, base: Path) -> None:
        from tests.helpers.lessons import Lessons, draw_lessons  # with torch, which the other jobs need not wait for

        draw_lessons(base)
        with Decoders(1) as decoders:
            Lessons(base, decoders).close()

    def run(self, base: Path) -> None:
        from tests.helpers.lessons import Lessons

        with Decoders(1) as decoders:
            lessons = Lessons(base, decoders)
            lessons.run(Tune(deep=True))
            lessons.close()

    def check(self, base: Path) -> None:
        from tests.helpers.lessons import N_EACH, N_LABELS, N_THINGS, Lessons

        with Decoders(1) as decoders:
            lessons = Lessons(base, decoders)
            try:
                assert lessons.library.model.name == lessons.start.model_id
                assert lessons.library.catalogue.labels.count() == N_LABELS
                assert lessons.library.index.n_rows == N_THINGS * N_EACH
                assert_sane_now(lessons.library)
                done = state.epochs_done if (state := lessons.work.answer(GetTraining())) else 0
                events: list[object] = []
                lessons.run(Tune(deep=True), until=lambda event: bool(events.append(event)))
                steps = [one for one in events if isinstance(one, Progress) and one.phase is Phase.TRAINING]
                epochs = [dict(one.figures)["epoch"] for one in steps]
                assert all(epoch > done for epoch in epochs), "what was done is not done again"
                assert not lessons.folder.exists()
                assert lessons.library.folder.leftovers() == []
            finally:
                lessons.close()


INDEX = Index()
JOBS: dict[str, Job] = {
    job.name: job
    for job in (
        INDEX, Save(), Migrate(), Snapshot(), Restore(), Move(), TuneModel(), UseOther(), RemoveOther(), TakeIn(),
        Redescribe(), TrainDeeply(),
    )
}


def assert_sane(root: Path, n_photos: int) -> None:
    """The library opens, holds that many photos, agrees with itself in every way, and has nothing unfinished in it."""
    folder = LibraryFolder(root)
    folder.remove_leftovers()
    catalogue = Catalogue.open(folder)
    try:
        model = catalogue.descriptors.active_model() or catalogue.descriptors.model("model-a")
        assert model is not None
        index = VectorIndex(folder, catalogue, model)
        for _ in index.load():
            pass
        regions = RegionFile(folder, catalogue, model)
        for _ in regions.load():
            pass
        report = drained(check_library(folder, catalogue, index, regions, model))
        assert report.problems == ()
        assert report.photos == report.descriptors == report.index_rows == n_photos
    finally:
        catalogue.close()


def assert_sane_now(library: Library) -> None:
    """An open library agrees with itself in every way."""
    steps = check_library(library.folder, library.catalogue, library.index, library.regions, library.model)
    assert drained(steps).problems == ()


def fake_card() -> ModelCard:
    """The card of the model whose descriptors `FakeRunner` makes."""
    rule = InputRule(area_px=64 * 64, min_box_area_px=64 * 64)
    return ModelCard(Path("fake.safetensors"), "fake", "fake-00000000", DIM, rule, {}, "none", "none")


def _n_photos(catalogue: Path) -> int:
    with closing(sqlite3.connect(catalogue)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT COUNT(*) FROM photo").fetchone()[0])


def _n_descriptors(root: Path) -> int:
    """Descriptors committed by now; 0 if there is no library yet."""
    path = root / "catalogue.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM descriptor WHERE kind = 'whole'").fetchone()[0])


if __name__ == "__main__":
    JOBS[sys.argv[1]].run(Path(sys.argv[2]))
