"""How sharp a picture is: the variance of its Laplacian. Pure; needs numpy.

Source: J. L. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study", ICPR 2000. It
compares pictures of the same thing at the same size, and says nothing about different ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601


def sharpness(rgb: NDArray[np.uint8]) -> float:
    """The variance of the Laplacian of the luma of a picture, uint8 [H, W, 3]; 0 if it has no inside."""
    luma = rgb.astype(np.float32) @ _LUMA
    if min(luma.shape) < 3:
        return 0.0
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return float(np.var(around - 4 * luma[1:-1, 1:-1]))
