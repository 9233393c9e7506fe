"""How a network is trained: every number that matters, as one value that is written down with the result."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.errors import TrainingError

LOSSES = ("triplet", "batch-hard", "contrastive", "smooth-ap")


@dataclass(frozen=True, slots=True)
class TupleRule:
    """How tuples are chosen.

    Args:
        anchors_per_source: anchors an epoch from each source of the data, so that no large set decides alone.
        n_positives: the positive is one of this many nearest photos of the anchor's instance ...
        positive_range: ... among those whose similarity under the start lies between these two.
        n_negatives: negatives of each anchor, at most one of each group.
        negatives_among: negatives are drawn from this many nearest photos of other groups.
    """

    anchors_per_source: int = 240
    n_positives: int = 6
    positive_range: tuple[float, float] = (0.15, 0.97)
    n_negatives: int = 1
    negatives_among: int = 8


@dataclass(frozen=True, slots=True)
class ViewRule:
    """How far views may differ from their photo.

    Args:
        n_random: random views of each labelled photo, beside the whole photo as searching sees it.
        n_random_unlabelled: the same of each unlabelled photo.
        random_share: how often a tuple takes a random view, 0..1.
        least_crop: least share of the photo's area that a random view shows, 0..1.
        scales: areas of the network's input as multiples of the model's own, one of which is drawn.
        tilt_degrees: most that a view is turned by, either way.
    """

    n_random: int = 3
    n_random_unlabelled: int = 1
    random_share: float = 0.5
    least_crop: float = 0.45
    scales: tuple[float, ...] = (0.45, 0.7, 1.0, 1.0, 1.36)
    tilt_degrees: float = 12.0


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """All settings of a training run.

    Args:
        seed: the same seed, data and settings give the same model on the same machine.
        epochs: of training end to end, after the whitening alone; 0 trains the whitening only.
        whitening_steps: steps of training the whitening alone, which is cheap: nothing but stored vectors is needed.
        polishing_steps: the same at the end, when the network has changed under it.
        frozen_parts: how many parts of the backbone, from the input on, stay as they are; what they give is computed
            once for each view and kept. As many as come before the first stream at most.
        loss: one of `LOSSES`.
        margin: of the triplet and batch-hard losses, on squared distances 0..4.
        temperature: of the contrastive and smooth-AP losses, on cosine similarities.
        distillation: weight of holding the similarities of each batch to those of the start.
        reference_scale: the start is compared with by descriptors this many times as long, which tell more.
        batch_tuples, batch_others: tuples in a batch, and random photos beside them.
        network_rate, pooling_rate, whitening_rate: learning rates of the backbone, of activations and balance, and of
            the whitening; the whitening alone is trained at `whitening_alone_rate`.
        weight_decay: of the backbone.
        held_out: share of the groups kept for telling how training goes, 0..1.
        patience: end after this many epochs without a better held-out mAP.
        whole_powers: round the powers of Weibull activations to whole numbers before polishing, three times as fast
            in a compiled network.
    """

    seed: int = 1
    epochs: int = 6
    whitening_steps: int = 600
    polishing_steps: int = 0
    frozen_parts: int = 6
    loss: str = "triplet"
    margin: float = 0.3
    temperature: float = 0.1
    distillation: float = 10.0
    reference_scale: int = 2
    batch_tuples: int = 12
    batch_others: int = 24
    network_rate: float = 1e-5
    pooling_rate: float = 1e-2
    whitening_rate: float = 1e-4
    whitening_alone_rate: float = 1e-3
    weight_decay: float = 0.0
    held_out: float = 0.2
    patience: int = 3
    whole_powers: bool = True
    tuples: TupleRule = field(default_factory=TupleRule)
    views: ViewRule = field(default_factory=ViewRule)

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise TrainingError(f"There is no loss “{self.loss}”: choose one of {', '.join(LOSSES)}.")

    def with_options(self, options: Iterable[tuple[str, str]]) -> TrainingSettings:
        """These settings with some changed: names as here, those of `tuples` and `views` with a dot, values as text.

        Raises:
            TrainingError: there is no such setting, or the value is of another kind.
        """
        changed = asdict(self)
        for name, text in options:
            place, _, inner = name.rpartition(".")
            values = changed if not place else changed.get(place)
            if not isinstance(values, dict) or inner not in values or isinstance(values[inner], dict):
                raise TrainingError(f"There is no training setting “{name}”.")
            try:
                values[inner] = _converted(text, values[inner])
            except ValueError as error:
                raise TrainingError(f"The training setting {name} cannot be “{text}”.") from error
        return self.from_json(json.dumps(changed))

    def to_json(self) -> str:
        """As text, for checkpoints and reports."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> TrainingSettings:
        """The inverse of `to_json`.

        Raises:
            KeyError, TypeError, ValueError: the text does not describe settings.
        """
        data: dict[str, Any] = json.loads(text)
        tuples, views = data.pop("tuples"), data.pop("views")
        tuples["positive_range"] = tuple(tuples["positive_range"])
        views["scales"] = tuple(views["scales"])
        return cls(**data, tuples=TupleRule(**tuples), views=ViewRule(**views))


def _converted(text: str, like: Any) -> Any:
    """The text as a value of the kind of `like`; several values are separated by commas."""
    if isinstance(like, bool):
        if text.lower() not in ("yes", "no"):
            raise ValueError(text)
        return text.lower() == "yes"
    if isinstance(like, list | tuple):
        return [_converted(part, like[0]) for part in text.split(",")]
    return type(like)(text)

