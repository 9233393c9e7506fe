"""From the map of a stream to a vector: the activated mean of ACTNET, and the poolings it is compared with.

All are modules of one form: a feature map [B, C, H, W], x >= 0 (after its ReLU), any H and W, to [B, C] of unit
length. `POOLINGS` makes one by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import torch  # noqa: TID253 - see activations
from torch import nn  # noqa: TID253
from torch.nn import functional as F  # noqa: N812, TID253 - the name everybody knows it by

from engine.actnet.activations import ACTIVATIONS, is_tracing, positive_parameter, power


def pool(activated: torch.Tensor, exponent: float) -> torch.Tensor:
    """Mean over the map, raised to `exponent`, unit length: activated map [B, C, H, W] >= 0 -> [B, C], L2 = 1.

    The root (exponent 1/2) after pooling keeps a few strongly responding channels from deciding the cosine alone.
    """
    # The clamp bounds the gradient of the root for channels that never fire.
    return F.normalize(activated.mean(dim=(2, 3)).clamp(min=1e-12) ** exponent, dim=1)


class Pooling(nn.Module):
    """From a feature map to one vector for the whole picture, and one for each window in it."""

    def both(self, x: torch.Tensor, shares: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The whole picture and windows in it.

        Args:
            x: feature map [B, C, H, W], x >= 0.
            shares: of each place in each window, float32 [N, H * W], see `windows.window_shares`.

        Returns:
            [B, C] as the module itself gives it, and [B, N, C], each L2 = 1.
        """
        return self(x), self.windows(x, shares)

    def windows(self, x: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """The windows of `both`: the mean over each."""
        return F.normalize(_means(x, shares), dim=2)


def _means(x: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """The mean of a map [B, C, H, W] over each window, [B, N, C]."""
    return shares.to(x.dtype) @ x.flatten(2).transpose(1, 2)


class ActivatedMean(Pooling):
    """The pooling of ACTNET: L2(mean(phi(x)) ^ exponent) with a learnable activation phi."""

    def __init__(self, activation: nn.Module, exponent: float) -> None:
        super().__init__()
        self.activation = activation
        self.exponent = exponent

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature map [B, C, H, W], x >= 0 -> [B, C], L2 = 1."""
        return pool(self.activation(x), self.exponent)

    def both(self, x: torch.Tensor, shares: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """See `Pooling.both`. Activated only once."""
        activated = self.activation(x)
        means = _means(activated, shares).clamp(min=1e-12) ** self.exponent
        return pool(activated, self.exponent), F.normalize(means, dim=2)

    def windows(self, x: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """See `Pooling.windows`."""
        return self.both(x, shares)[1]


class SPoC(Pooling):
    """L2 of the mean (Babenko and Lempitsky, "Aggregating deep convolutional features for image retrieval", 2015)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature map [B, C, H, W] -> [B, C], L2 = 1."""
        return F.normalize(x.mean(dim=(2, 3)), dim=1)


class MAC(Pooling):
    """L2 of the maximum (Tolias, Sicre and Jegou, "Particular object retrieval with integral max-pooling", 2016)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature map [B, C, H, W] -> [B, C], L2 = 1."""
        return F.normalize(x.amax(dim=(2, 3)), dim=1)

    def windows(self, x: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """See `Pooling.windows`: the maximum over all places of which a part is inside."""
        return F.normalize(_maxima(x, shares), dim=2)


def _maxima(x: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
    """The maximum of a map [B, C, H, W], x >= 0, over each window, [B, N, C]."""
    return (x.flatten(2)[:, None] * (shares > 0).to(x.dtype)[None, :, None]).amax(dim=3)


class GeM(Pooling):
    """L2(mean(x^p) ^ (1/p)) with learnable p, which starts at 3.

    Radenovic, Tolias and Chum, "Fine-tuning CNN image retrieval with no human annotation", 2019.
    """

    def __init__(self, channels: int, per_channel: bool = False) -> None:
        super().__init__()
        self.log_p = positive_parameter(3.0, channels, per_channel)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature map [B, C, H, W], x >= 0 -> [B, C], L2 = 1."""
        p = self.log_p.exp()
        # Divided by the strongest response and multiplied by it again: changes nothing, but any power stays finite.
        strongest = x.detach().amax(dim=(2, 3), keepdim=True).clamp(min=1e-6)
        mean = power((x / strongest).clamp(min=1e-6), p).mean(dim=(2, 3), keepdim=True).clamp(min=1e-30)
        return F.normalize((strongest * torch.exp(torch.log(mean) / p))[:, :, 0, 0], dim=1)

    def windows(self, x: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """See `Pooling.windows`."""
        p = self.log_p.exp()
        strongest = x.detach().amax(dim=(2, 3), keepdim=True).clamp(min=1e-6)
        mean = _means(power((x / strongest).clamp(min=1e-6), p), shares).clamp(min=1e-30)
        root = torch.exp(torch.log(mean) / p.flatten())
        return F.normalize(strongest[:, None, :, 0, 0] * root, dim=2)


# ---- R-MAC ------------------------------------------------------------------------------------------------------

_SCALES = (1, 2, 3)
_MOST_ALONG = 7


def region_masks(
    height: int | torch.Tensor, width: int | torch.Tensor, scale: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The square regions of one scale of R-MAC, as masks of rows and columns.

    After Tolias, Sicre and Jegou (2016), section 4.2: at scale 1 as many squares of side min(H, W) along the longer
    side as make their overlap closest to 40 % (2 to 7, as in the authors' code; one if the map is square); at scale l
    there are l - 1 more in each direction, of side 2 min(H, W) / (l + 1). They are spread evenly.

    Args:
        height: rows of the map, at least 2; a number, or a 0-dimensional tensor where the network is traced.
        width: columns of the map, likewise.
        scale: 1, 2 or 3.

    Returns:
        (rows float32 [N, H], columns float32 [M, W]): 1 inside, 0 outside. The regions are all N x M pairs. Where the
        network is traced N and M are the most there can be; the masks of regions that are not there are 0 everywhere.
    """
    rows, columns = torch.as_tensor(height), torch.as_tensor(width)
    short, long = torch.minimum(rows, columns), torch.maximum(rows, columns)
    # s + 2 squares come closer to that than s + 1 where the mean of (long - short) / s and (long - short) / (s + 1)
    # exceeds 3/5 of their side. In whole numbers, which compiled networks divide differently from torch.
    s = torch.arange(1, _MOST_ALONG - 1)
    along = 1 + (5 * (long - short) * (2 * s + 1) > 6 * short * s * (s + 1)).sum()  # how many more than one
    side = (2 * short) // (scale + 1)
    return (
        _interval_masks(rows, side, scale + along * (rows > columns)),
        _interval_masks(columns, side, scale + along * (columns > rows)),
    )


def _interval_masks(length: torch.Tensor, side: torch.Tensor, count: torch.Tensor) -> torch.Tensor:
    """`count` intervals of `side`, spread evenly over 0..length -> float32 [count or the most there can be, length]."""
    number = torch.arange(max(_SCALES) + _MOST_ALONG - 1 if is_tracing() else int(count))[:, None]
    start = (number * (length - side)) // (count - 1).clamp(min=1)
    position = torch.arange(cast(int, length))[None, :]  # a tensor will do, and has to where the network is traced
    inside: torch.Tensor = (position >= start) & (position < start + side) & (number < count)
    return inside.to(torch.float32)


class RMAC(Pooling):
    """Sum over square regions of the L2 of each region's maximum, at unit length (Tolias, Sicre and Jegou, 2016).

    The whitening that the paper applies to every region is here applied to the whole, as for all other poolings.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Feature map [B, C, H, W], x >= 0, H and W >= 2 -> [B, C], L2 = 1."""
        total = x.new_zeros(())
        for scale in _SCALES:
            rows, columns = (mask.to(x) for mask in region_masks(x.shape[2], x.shape[3], scale))
            # Responses are 0 or more, so a mask of zeros hides what lies outside from the maximum.
            bands = torch.stack([(x * row[:, None]).amax(dim=2) for row in rows.unbind()], dim=2)
            regions = torch.stack([(bands * column).amax(dim=3) for column in columns.unbind()], dim=3)
            total = total + F.normalize(regions, dim=1).sum(dim=(2, 3))
        return F.normalize(total, dim=1)

    def windows(self, x: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """See `Pooling.windows`: each window is one region, whose maximum counts."""
        return F.normalize(_maxima(x, shares), dim=2)


# ---- by name ----------------------------------------------------------------------------------------------------


def _activated(kind: str) -> Callable[[int, float, bool], Pooling]:
    return lambda channels, exponent, per_channel: ActivatedMean(ACTIVATIONS[kind](channels, per_channel), exponent)


POOLINGS: Mapping[str, Callable[[int, float, bool], Pooling]] = {
    **{kind: _activated(kind) for kind in ACTIVATIONS},
    "spoc": lambda channels, exponent, per_channel: SPoC(),
    "mac": lambda channels, exponent, per_channel: MAC(),
    "gem": lambda channels, exponent, per_channel: GeM(channels, per_channel),
    "rmac": lambda channels, exponent, per_channel: RMAC(),
}
"""How to make each pooling from (channels, power after pooling, one parameter for each channel), by its name."""
