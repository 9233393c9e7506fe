"""Models are found by name, and the one that is used by default is one that was made to be used."""

from __future__ import annotations

import pytest

from app import places


def test_every_shipped_model_is_found_by_its_name() -> None:
    assert {"actnet-lite2", "untrained-lite2"} <= set(places.shipped_models())
    for name, path in places.shipped_models().items():
        assert places.find_model(name) == path


def test_the_untrained_start_is_never_the_default() -> None:
    assert places.default_model().stem.startswith("actnet-")


def test_a_model_that_there_is_not_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(FileNotFoundError, match=r"no model resnet9000: give one of actnet-lite2.*untrained-lite2"):
        places.find_model("resnet9000")
