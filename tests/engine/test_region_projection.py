from __future__ import annotations

import numpy as np

from engine.projection import project
from engine.region_projection import region_matrix, turned
from engine.regions import CODE_NUMBERS, decode, encode

CHANCE = np.random.default_rng(0)


def unit(n: int, dim: int = 256) -> np.ndarray:
    """Descriptors whose first numbers are the strongest, as a whitening makes them."""
    vectors = CHANCE.normal(size=(n, dim)) * np.linspace(1.5, 0.5, dim)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_decoding_gives_what_the_codes_keep() -> None:
    vectors = unit(50)
    kept = vectors[:, :CODE_NUMBERS] / np.linalg.norm(vectors[:, :CODE_NUMBERS], axis=1, keepdims=True)
    numbers = decode(encode(vectors))
    assert numbers.shape == (50, CODE_NUMBERS)
    assert ((numbers * kept).sum(axis=1) / np.linalg.norm(numbers, axis=1)).min() > 0.98
    np.testing.assert_array_equal(encode(numbers), encode(vectors))


def test_turned_codes_are_nearly_those_of_turned_descriptors() -> None:
    matrix = np.diag(np.linspace(0.7, 1.3, 256)) + 0.01 * CHANCE.normal(size=(256, 256))
    small = region_matrix(unit(1200), matrix)
    assert small is not None
    vectors = unit(60)
    codes = encode(vectors).reshape(2, 30, -1)
    true, found = (decode(one).reshape(60, -1) for one in (encode(project(matrix, vectors)), turned(small, codes)))
    cosines = (true * found).sum(axis=1) / np.linalg.norm(true, axis=1) / np.linalg.norm(found, axis=1)
    assert cosines.mean() > 0.95


def test_no_codes_are_made_where_they_would_be_wrong() -> None:
    mixing, _ = np.linalg.qr(CHANCE.normal(size=(256, 256)))  # every number depends on all
    assert region_matrix(unit(1200), mixing) is None
    assert region_matrix(unit(100), mixing) is None
    assert region_matrix(unit(0), np.eye(256)) is None
    assert region_matrix(unit(100)[:, :100], np.eye(100)) is None  # too short for codes


def test_with_few_photos_the_kept_numbers_are_turned_among_themselves() -> None:
    matrix = np.diag(np.linspace(0.7, 1.3, 256))
    small = region_matrix(unit(5), matrix)
    assert small is not None
    np.testing.assert_allclose(small, matrix[:CODE_NUMBERS, :CODE_NUMBERS])
