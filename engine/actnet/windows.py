"""Parts of a picture on its feature maps: how much of each place of a map lies in a window. Pure functions."""

from __future__ import annotations

from typing import cast

import torch  # noqa: TID253 - see activations


def window_shares(
    windows: torch.Tensor, height: int | torch.Tensor, width: int | torch.Tensor
) -> torch.Tensor:
    """The places of a map that make up each window, as weights whose sum is 1.

    A place that lies in the window only in part counts in part, so that windows need not fit the map.

    Args:
        windows: float32 [N, 4]: left, top, right, bottom as shares 0..1 of the picture, left < right, top < bottom.
        height: rows of the map; a number, or a 0-dimensional tensor where the network is traced.
        width: columns of the map, likewise.

    Returns:
        float32 [N, height * width], row by row.
    """
    across = _covered(windows[:, 0], windows[:, 2], width)
    down = _covered(windows[:, 1], windows[:, 3], height)
    shares = (down[:, :, None] * across[:, None, :]).flatten(1)
    return shares / shares.sum(dim=1, keepdim=True)


def _covered(starts: torch.Tensor, ends: torch.Tensor, length: int | torch.Tensor) -> torch.Tensor:
    """How much of each of `length` equal parts of 0..1 lies between start and end, [N, length]."""
    # arange takes a tensor where the network is traced, and has to.
    edges = torch.arange(cast(int, length), dtype=torch.float32, device=starts.device) / length
    size = 1.0 / length
    last = torch.minimum(ends[:, None], edges[None, :] + size)
    return (last - torch.maximum(starts[:, None], edges[None, :])).clamp(min=0.0)
