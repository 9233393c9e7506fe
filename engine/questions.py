"""Which pairs of photos are worth a label: those that the model is not sure of. Engine thread; takes some tens of ms.

Labels that contradict each other come first: answering them anew resolves it. Then pairs near the cosine from which two
photos show the same thing as a rule; pairs that two models of the library place differently; and pairs that are unlike
as wholes, though a part of one is like the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.generations import Generations
from engine.label_groups import Groups, Pair, chain, contradicted
from engine.learning import GetQuestions, Question, Questions
from engine.library import Library
from engine.plain_hits import plain_hit
from engine.records import Photo
from engine.regions import encode
from engine.tuning.judged import missing_pairs
from engine.tuning.material import judged_now
from engine.tuning.neighbours import NEAR

RECOMMENDED = 100
"""Labels with which tuning had something to prove more often than not, where there was anything to gain."""

_N_ASKED_FOR = 40  # photos whose neighbours are looked through
_N_NEIGHBOURS = 12
_DOUBT = 0.15  # cosines so far from `NEAR` are sure
_N_PARTS = 4  # photos of which parts are looked for
_PART_IS_THERE = 0.6
_UNLIKE = 0.35
_MOVED = 5  # ranks between two models

Candidate = tuple[float, int, int, float, str]
"""How doubtful (less is more), content a, content b, their cosine, why."""


class Questioner:
    """Proposes pairs.

    Args:
        library: whose photos are asked about.
        generations: its models.
        labelled: all labels of whole pictures by now: (pairs of the same, pairs of different ones), as hashes.
    """

    def __init__(
        self, library: Library, generations: Generations, labelled: Callable[[], tuple[list[Pair], list[Pair]]]
    ) -> None:
        self._library = library
        self._generations = generations
        self._labelled = labelled
        self._table = library.catalogue.generations

    def questions(self, job: GetQuestions) -> Questions:
        """Up to `job.limit` pairs, the most doubtful first, each photo in one of them only."""
        same, different = self._labelled()
        n_labels = len(same) + len(different)
        judged = judged_now(self._library)
        more = max(missing_pairs(judged), RECOMMENDED - judged.n_same - judged.n_different, 0)
        anchors = self._anchors(job.turn, same)
        candidates = sorted({(min(one[1:3]), max(one[1:3])): one for one in self._candidates(anchors)}.values())
        chosen = self._contradicted(same, different)[: job.limit]
        if candidates:
            photos = self._library.catalogue.photos_by_content({one for each in candidates for one in each[1:3]})
            answered = _Answered(same, different)
            taken = {hit.photo_id for one in chosen for hit in (one.a, one.b)}
            for _, a, b, cosine, why in candidates:
                some, others = photos.get(a), photos.get(b)
                if len(chosen) == job.limit or not some or not others:
                    continue
                ids = {some[0].photo_id, others[0].photo_id}
                if not taken & ids and not answered.knows(some[0].hash, others[0].hash):
                    taken |= ids
                    chosen.append(self._question(some[0], others[0], cosine, why))
        return Questions(tuple(chosen), n_labels, more)

    def _contradicted(self, same: list[Pair], different: list[Pair]) -> list[Question]:
        """The pairs whose labels contradict each other: one that is different, then those by which it is the same."""
        pairs: list[Pair] = []
        clashes = contradicted(same, different)
        for clash in clashes:
            pairs += [clash, *chain(same, *clash)]
        hashes = sorted({picture for pair in pairs for picture in pair})
        ids = self._table.contents_described(self._library.model.model_id, hashes)
        photos = self._library.catalogue.photos_by_content(ids.values())
        questions = []
        for a, b in dict.fromkeys(pairs):
            some, others = (photos.get(ids.get(picture, -1)) for picture in (a, b))
            if some and others:
                question = self._question(some[0], others[0], 0.0, "contradiction")
                questions.append(replace(question, said=(a, b) not in clashes))
        return questions

    def _question(self, a: Photo, b: Photo, cosine: float, why: str) -> Question:
        return Question(plain_hit(self._library, a, cosine), plain_hit(self._library, b, cosine), why)

    def _anchors(self, turn: int, same: list[Pair]) -> NDArray[np.int64]:
        """Contents to look round, others in each turn; those already labelled among them, so that groups grow."""
        model_id = self._library.model.model_id
        ids = np.array(self._table.sample(model_id, 1 << 30, seed=0), dtype=np.int64)
        chance = np.random.default_rng(turn)
        chosen = chance.choice(ids, min(_N_ASKED_FOR, len(ids)), replace=False) if len(ids) else ids
        hashes = sorted({picture for pair in same for picture in pair})
        known = np.array(list(self._table.contents_described(model_id, hashes).values()), dtype=np.int64)
        if len(known):
            known = chance.choice(known, min(_N_ASKED_FOR // 2, len(known)), replace=False)
        return np.unique(np.concatenate([chosen, known]))

    def _candidates(self, anchors: NDArray[np.int64]) -> Iterator[Candidate]:
        library, descriptors = self._library, self._library.catalogue.descriptors
        anchors, vectors = descriptors.of_contents(library.model, anchors)
        if not len(anchors):
            return
        ids, cosines = library.index.find(vectors, _N_NEIGHBOURS + 1)
        moved = self._moved(anchors, ids)
        for row, anchor in enumerate(anchors.tolist()):
            for place, (other, cosine) in enumerate(zip(ids[row].tolist(), cosines[row].tolist(), strict=True)):
                doubt = abs(cosine - NEAR)
                if other == anchor:
                    continue
                if moved is not None and moved[row, place] >= _MOVED and doubt < 2 * _DOUBT:
                    yield doubt / 2, anchor, other, cosine, "models"
                elif doubt < _DOUBT:
                    yield doubt, anchor, other, cosine, "near"
        yield from self._parts(anchors[:_N_PARTS], vectors[:_N_PARTS])

    def _moved(self, anchors: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """By how many ranks each neighbour is elsewhere under another model; None if there is none to compare with."""
        others = [one for one in self._table.all() if one.model_id != self._library.model.model_id]
        for other in others:
            model = self._generations.model(other)
            wanted = np.unique(np.concatenate([anchors, ids.ravel()]))
            known, vectors = self._library.catalogue.descriptors.of_contents(model, wanted)
            if len(known) == len(wanted):
                row_of = {content_id: row for row, content_id in enumerate(known.tolist())}
                ranks = []
                for anchor, neighbours in zip(anchors.tolist(), ids.tolist(), strict=True):
                    similar = vectors[[row_of[one] for one in neighbours]] @ vectors[row_of[anchor]]
                    order = np.argsort(-similar, kind="stable")
                    rank = np.empty(len(order), dtype=np.int64)
                    rank[order] = np.arange(len(order))
                    ranks.append(np.abs(rank - np.arange(len(order))))
                return np.stack(ranks)
        return None

    def _parts(self, anchors: NDArray[np.int64], vectors: NDArray[np.float32]) -> Iterator[Candidate]:
        """Photos that are unlike as wholes, though a part of one is like the other."""
        if not self._library.regions.n_rows:
            return
        ids, scores = self._library.regions.scores(encode(vectors))
        for row, anchor in enumerate(anchors.tolist()):
            best = np.argsort(-scores[row])[: 2 * _N_NEIGHBOURS]
            known, others = self._library.catalogue.descriptors.of_contents(
                self._library.model, np.unique(ids[best][scores[row, best] >= _PART_IS_THERE])
            )
            for other, cosine in zip(known.tolist(), (others @ vectors[row]).tolist(), strict=True):
                if other != anchor and cosine < _UNLIKE:
                    yield 0.1, anchor, other, cosine, "parts"


class _Answered:
    """What follows from labels for a pair."""

    def __init__(self, same: Iterable[Pair], different: Iterable[Pair]) -> None:
        self._groups = Groups(same)
        self._different = {frozenset(map(self._groups.of, pair)) for pair in different}

    def knows(self, a: bytes, b: bytes) -> bool:
        """Whether it is known already, or need not be asked as both are one content."""
        pair = frozenset((self._groups.of(a), self._groups.of(b)))
        return len(pair) == 1 or pair in self._different
