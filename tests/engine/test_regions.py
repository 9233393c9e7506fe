"""Region codes: what is kept of a descriptor, and comparing them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.regions import CODE_BYTES, N_WINDOWS, WINDOWS, best_windows, encode


def _unit(random: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    vectors = random.normal(size=shape).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)


def _numbers(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The signed numbers of 4 bits, [..., 128]."""
    low, high = (codes & 15).astype(np.int64), (codes >> 4).astype(np.int64)
    both = np.stack([low, high], axis=-1).reshape(*codes.shape[:-1], -1)
    return np.where(both > 7, both - 16, both)


def test_the_windows_are_overlapping_grids_of_one_to_four() -> None:
    assert WINDOWS.shape == (N_WINDOWS, 4) == (30, 4)
    assert WINDOWS[0].tolist() == [0, 0, 1, 1]
    assert WINDOWS[1:5] == pytest.approx(np.array([
        [0, 0, 2 / 3, 2 / 3], [1 / 3, 0, 1, 2 / 3], [0, 1 / 3, 2 / 3, 1], [1 / 3, 1 / 3, 1, 1],
    ]))
    assert WINDOWS[-1] == pytest.approx([0.6, 0.6, 1, 1])


def test_codes_keep_the_first_numbers_at_unit_length() -> None:
    descriptor = np.zeros(512, dtype=np.float32)
    descriptor[[0, 3, 400]] = [0.06, -0.08, 0.99]  # what comes after 128 is dropped; the rest is 0.6 and -0.8 then
    codes = encode(descriptor)
    assert codes.shape == (CODE_BYTES,)
    numbers = _numbers(codes)
    assert numbers[0] == 7
    assert numbers[3] == -7
    assert np.count_nonzero(numbers) == 2


def test_codes_compare_about_as_descriptors_do() -> None:
    random = np.random.default_rng(3)
    one, others = _unit(random, 1, 128), _unit(random, 200, 1, 128)
    others[:20] = 0.8 * others[:20] + 0.6 * one  # some are alike
    others /= np.linalg.norm(others, axis=-1, keepdims=True)
    got = best_windows(encode(one), encode(others))
    assert got.shape == (1, 200)
    assert got[0] == pytest.approx((others[:, 0] @ one[0]), abs=0.06)


def test_the_best_window_counts_and_all_codes_are_compared() -> None:
    random = np.random.default_rng(4)
    queries, codes = encode(_unit(random, 3, 256)), encode(_unit(random, 5_000, N_WINDOWS, 256))
    products = np.einsum("qd,nwd->qnw", _numbers(queries), _numbers(codes))
    step = 3 / 128**0.5 / 7
    assert best_windows(queries, codes) == pytest.approx(products.max(axis=2) * step**2, rel=1e-5)
