"""How a network is trained: every number that matters, as one value that is written down with the result."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.errors import TrainingError
from engine.messages import LOSSES

_ENDLESS = math.inf
_LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, _ENDLESS), "epochs": (0, 10_000), "whitening_steps": (0, 1_000_000), "polishing_steps": (0, 1_000_000),
    "frozen_parts": (0, 100), "margin": (0, 4), "temperature": (0.001, 10), "distillation": (0, 1e6),
    "reference_scale": (1, 64), "batch_tuples": (1, 10_000), "batch_others": (0, 100_000), "network_rate": (0, 1),
    "pooling_rate": (0, 1), "whitening_rate": (0, 1), "whitening_alone_rate": (0, 1), "weight_decay": (0, 1),
    "held_out": (0, 0.9), "patience": (1, 10_000), "blend": (0, 1),
    "tuples.anchors_per_source": (1, 10_000_000), "tuples.n_positives": (1, 10_000), "tuples.positive_range": (-1, 1),
    "tuples.n_negatives": (1, 10_000), "tuples.negatives_among": (1, 10_000),
    "tuples.negatives_below": (-1, 1),
    "views.n_random": (0, 1000), "views.n_random_unlabelled": (0, 1000), "views.random_share": (0, 1),
    "views.least_crop": (0.01, 1), "views.scales": (0.05, 16), "views.tilt_degrees": (0, 180),
}
"""Least and greatest value of each number."""


@dataclass(frozen=True, slots=True)
class TupleRule:
    """How tuples are chosen.

    Args:
        anchors_per_source: anchors an epoch from each source of the data, so that no large set decides alone.
        n_positives: the positive is one of this many nearest photos of the anchor's instance ...
        positive_range: ... among those whose similarity under the start lies between these two.
        n_negatives: negatives of each anchor, at most one of each group.
        negatives_among: negatives are drawn from this many nearest photos of other groups ...
        negatives_below: ... whose similarity under the start is no more than this, unless the groups are known to show
            different things: of photos that nobody has looked at, the most alike ones show the same thing as a rule.
    """

    anchors_per_source: int = 240
    n_positives: int = 6
    positive_range: tuple[float, float] = (0.15, 0.97)
    n_negatives: int = 1
    negatives_among: int = 8
    negatives_below: float = 1.0


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

    Raises:
        TrainingError: a number is out of its limits, or the loss is not known.

    Args:
        seed: the same seed, data and settings give the same model on the same processor, whether the run was
            interrupted or not; on a GPU sums may be rounded differently each time.
        epochs: of training end to end, after the whitening alone; 0 trains the whitening only.
        whitening_steps: steps of training the whitening alone, which is cheap: nothing but stored vectors is needed.
        polishing_steps: the same at the end, when the network has changed under it; kept unless the held-out mAP
            is lower.
        frozen_parts: how many parts of the backbone, from the input on, stay as they are; what they give is computed
            once for each view and kept. As many as come before the first stream at most.
        loss: one of `messages.LOSSES`.
        margin: of the triplet and batch-hard losses, on squared distances 0..4.
        temperature: of the contrastive and smooth-AP losses, on cosine similarities.
        distillation: weight of holding the similarities of each batch to those of the start.
        reference_scale: the start is compared with by descriptors this many times as long, which tell more.
        batch_tuples, batch_others: tuples in a batch, and random photos beside them.
        network_rate, pooling_rate, whitening_rate: learning rates of the backbone, of activations and balance, and of
            the whitening; the whitening alone is trained at `whitening_alone_rate`.
        weight_decay: of the backbone.
        held_out: share of the groups kept for telling how training goes, 0..1.
        patience: end after this many epochs without a better held-out mAP; without held-out photos never.
        blend: share of the trained whitening in the final one, the rest being that of the start, 0..1; see
            `engine.training.whitening.blended`.
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
    blend: float = 0.5
    whole_powers: bool = True
    tuples: TupleRule = field(default_factory=TupleRule)
    views: ViewRule = field(default_factory=ViewRule)

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise TrainingError(f"There is no loss “{self.loss}”: choose one of {', '.join(LOSSES)}.")
        for name, (least, greatest) in _LIMITS.items():
            for value in self._numbers(name):
                if not least <= value <= greatest:
                    wanted = f"at least {least:g}" if greatest == _ENDLESS else f"{least:g} to {greatest:g}"
                    raise TrainingError(f"The training setting {name} can be {wanted}, not {value:g}.")
        if len(self.tuples.positive_range) != 2 or self.tuples.positive_range[0] >= self.tuples.positive_range[1]:
            raise TrainingError("The training setting tuples.positive_range is two numbers, the smaller one first.")
        if not (self.network_rate or self.pooling_rate or self.whitening_rate):
            raise TrainingError("One of network_rate, pooling_rate and whitening_rate has to be above 0.")

    def _numbers(self, name: str) -> tuple[float, ...]:
        value: Any = self
        for part in name.split("."):
            value = getattr(value, part)
        return value if isinstance(value, tuple) else (value,)

    def with_options(self, options: Iterable[tuple[str, str]]) -> TrainingSettings:
        """These settings with some changed: names as here, those of `tuples` and `views` with a dot, values as text.

        Raises:
            TrainingError: there is no such setting, or it cannot have this value.
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

