from __future__ import annotations

from dataclasses import asdict

import pytest

from engine.errors import TrainingError
from engine.training.settings import _LIMITS, TrainingSettings, TupleRule, ViewRule


def test_settings_survive_text():
    settings = TrainingSettings(loss="smooth-ap", epochs=9, views=ViewRule(scales=(0.5, 1.0)),
                                tuples=TupleRule(positive_range=(0.2, 0.9)))
    assert TrainingSettings.from_json(settings.to_json()) == settings


def test_options_of_every_kind():
    options = [
        ("epochs", "3"), ("loss", "contrastive"), ("network_rate", "3e-5"), ("whole_powers", "no"),
        ("views.scales", "0.7,1"), ("tuples.positive_range", "0.2,0.9"), ("views.n_random", "0"),
    ]
    settings = TrainingSettings().with_options(options)
    assert settings == TrainingSettings(
        epochs=3, loss="contrastive", network_rate=3e-5, whole_powers=False,
        views=ViewRule(scales=(0.7, 1.0), n_random=0), tuples=TupleRule(positive_range=(0.2, 0.9)),
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("epoch", "3", "There is no training setting “epoch”"),
        ("views", "3", "There is no training setting “views”"),
        ("views.epochs", "3", "There is no training setting “views.epochs”"),
        ("seed.x", "3", "There is no training setting “seed.x”"),
        ("epochs", "many", "epochs cannot be “many”"),
        ("epochs", "1.5", "epochs cannot be “1.5”"),
        ("whole_powers", "1", "whole_powers cannot be “1”"),
        ("views.scales", "1,", "views.scales cannot be “1,”"),
        ("epochs", "-1", "epochs can be 0 to 10000, not -1"),
        ("seed", "-1", "seed can be at least 0, not -1"),
        ("network_rate", "nan", "network_rate can be 0 to 1, not nan"),
        ("held_out", "1", "held_out can be 0 to 0.9, not 1"),
        ("views.scales", "1,0", "views.scales can be 0.05 to 16, not 0"),
        ("tuples.positive_range", "0.9,0.2", "two numbers, the smaller one first"),
        ("tuples.positive_range", "0.9", "two numbers, the smaller one first"),
        ("patience", "0", "patience can be 1"),
        ("blend", "1.5", "blend can be 0 to 1, not 1.5"),
        ("loss", "hinge", "There is no loss “hinge”: choose one of triplet, batch-hard"),
    ],
)
def test_options_that_make_no_sense_are_told(name, value, words):
    with pytest.raises(TrainingError, match=words):
        TrainingSettings().with_options([(name, value)])


def test_something_has_to_learn():
    with pytest.raises(TrainingError, match="has to be above 0"):
        TrainingSettings(network_rate=0, pooling_rate=0, whitening_rate=0)


def test_every_number_has_limits():
    named = {
        name if not isinstance(value, dict) else f"{name}.{inner}"
        for name, value in asdict(TrainingSettings()).items()
        for inner in (value if isinstance(value, dict) else [""])
    }
    assert named - set(_LIMITS) == {"loss", "whole_powers"}
    assert not set(_LIMITS) - named
