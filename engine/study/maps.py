"""The maps of all streams of a frozen backbone, in one array for each view, so that `engine.training` can store them.

The backbone is computed once for each photo of a study; after that any pooling costs no more than its own arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch  # noqa: TID253 - only imported by whoever has decided to train
from torch import nn  # noqa: TID253
from torch.nn import functional as F  # noqa: N812, TID253

from engine.actnet.backbone import SIDE_MULTIPLE, Backbone
from engine.training.store import Input, InputStore, View


class StoredMaps(Backbone):
    """A backbone whose early part is all of another one, and whose late part only takes its maps out of the array.

    Between them lies [B, C, H, W]: the maps of the streams behind each other, at the resolution of the deepest one. A
    map with more pixels is folded: n x n neighbouring pixels become n * n channels. Nothing is lost or rounded.

    Args:
        real: the backbone, which stays as it is.
        streams: those of `real` to take, the last ones of its own; all if none are named.
    """

    kind = "stored-maps"

    def __init__(self, real: Backbone, streams: tuple[str, ...] = ()) -> None:
        nn.Module.__init__(self)
        self.real = real
        self.streams = streams or real.streams
        with torch.inference_mode():
            maps = real(torch.zeros(1, 3, 2 * SIDE_MULTIPLE, 2 * SIDE_MULTIPLE, device=next(real.parameters()).device))
        least = maps[-1].shape[2]
        self._folds = {name: one.shape[2] // least for name, one in zip(real.streams, maps, strict=True)}

    def early(self, x: torch.Tensor) -> torch.Tensor:
        """RGB [B, 3, H, W] -> the maps of all streams of the real backbone, [B, sum of their folded channels, h, w]."""
        maps = zip(self.real.streams, self.real(x), strict=True)
        return torch.cat([F.pixel_unshuffle(one, self._folds[name]) for name, one in maps], dim=1)

    def late(self, x: torch.Tensor) -> list[torch.Tensor]:
        """The folded maps of `streams` [B, their folded channels, h, w] -> the maps."""
        parts = torch.split(x, [self.folded_channels(name) for name in self.streams], dim=1)
        return [F.pixel_shuffle(part, self._folds[name]) for name, part in zip(self.streams, parts, strict=True)]

    def folded_channels(self, name: str) -> int:
        """Channels of a stream in the array."""
        fold: int = self._folds[name]
        return self.real.channels[name] * fold * fold

    def parts(self) -> list[nn.Module]:
        """See `Backbone.parts`."""
        return [self.real]

    def cut_after(self, n_parts: int) -> int:
        """See `Backbone.cut_after`."""
        return 1

    def load_published(self, weights: Mapping[str, torch.Tensor]) -> None:
        """See `Backbone.load_published`."""
        self.real.load_published(weights)


class LastChannels(InputStore):
    """Stored inputs of which only the channels from `first` on are read."""

    def __init__(self, folder: Path, key: str, first: int) -> None:
        super().__init__(folder, key)
        self._first = first

    def read(self, view: View) -> Input:
        """As `InputStore.read`, float16 [C - first, H, W]."""
        return super().read(view)[self._first :]
