"""The network while it is trained: which of its parts learn, and descriptors of stored views with gradients.

Engine thread, or whichever thread trains; owns the network it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch  # noqa: TID253 - see losses
from numpy.typing import NDArray
from torch.nn import functional as F  # noqa: N812, TID253

from engine.actnet.network import ActNet
from engine.training.settings import TrainingSettings
from engine.training.store import Input, InputStore, View

_AT_ONCE = 8
_CHUNK = 64  # views between two chances to be interrupted


class Trainee:
    """A network in training.

    Batch norms keep their statistics (the network stays in evaluation mode); their scale and shift learn with the
    parts they belong to. On a GPU that can, the backbone's learning parts are computed in bfloat16, whose range is that
    of float32, so that gradients need not be scaled; poolings and whitening always in float32.

    Args:
        network: changed in place.
        settings: which parts learn, and how fast.
        cuda: train on the GPU.
    """

    def __init__(self, network: ActNet, settings: TrainingSettings, cuda: bool = False) -> None:
        self.device = torch.device("cuda" if cuda else "cpu")
        self._in_bfloat16 = cuda and torch.cuda.is_bf16_supported(including_emulation=False)
        # Twice as fast on processors, where a convolution wants the channels of a pixel side by side.
        self.network = network.eval().to(self.device).to(memory_format=torch.channels_last)
        backbone = network.backbone
        self.n_frozen = backbone.cut_after(settings.frozen_parts) if settings.frozen_parts > 0 else 0
        parts = backbone.parts()
        frozen, learning = parts[: self.n_frozen], parts[self.n_frozen :]
        for part in frozen:
            part.requires_grad_(False)
        self._groups: list[dict[str, Any]] = [
            {"params": [p for part in learning for p in part.parameters()], "lr": settings.network_rate,
             "weight_decay": settings.weight_decay},
            {"params": [*network.poolings.parameters(), network.log_balance], "lr": settings.pooling_rate},
            {"params": list(network.whitening.parameters()), "lr": settings.whitening_rate},
        ]
        if settings.network_rate == 0:
            for part in learning:
                part.requires_grad_(False)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Groups for an optimiser: the backbone's learning parts, poolings and balance, the whitening.

        The dicts are new ones, as an optimiser keeps those it is given and the learning rates in them are changed.
        """
        return [dict(group) for group in self._groups if group["params"] and group["lr"] > 0]

    # ---- what is computed once for each view ----

    def frozen_weights(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Names and values of all that the stored inputs are computed with."""
        for number, part in enumerate(self.network.backbone.parts()[: self.n_frozen]):
            for name, tensor in part.state_dict().items():
                yield f"{number}.{name}", tensor

    def prepare(self, pictures: Sequence[NDArray[np.uint8]]) -> list[Input]:
        """What is stored of views, RGB uint8 [H, W, 3] each; see `store.Input`."""
        if self.n_frozen == 0:
            return list(pictures)
        found: dict[int, Input] = {}
        with torch.inference_mode():
            for positions, batch in self._together(pictures):
                maps = self.network.early(batch).to(torch.float16).cpu().numpy()
                found.update(zip(positions, maps, strict=True))
        return [found[position] for position in range(len(pictures))]

    # ---- forward ----

    def pooled(self, inputs: torch.Tensor) -> torch.Tensor:
        """Stored inputs of one shape [B, ...] -> descriptors before whitening, float32 [B, N], L2 = 1."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._in_bfloat16):
            if self.n_frozen == 0:
                inputs = self.network.early(inputs)
            else:
                inputs = inputs.to(torch.float32).contiguous(memory_format=torch.channels_last)
            maps = self.network.backbone.late(inputs)
        return self.network.pool_maps([feature_map.float() for feature_map in maps])

    def described(self, inputs: torch.Tensor) -> torch.Tensor:
        """Stored inputs of one shape [B, ...] -> descriptors float32 [B, D], L2 = 1."""
        return F.normalize(self.network.whitening(self.pooled(inputs)), dim=1)

    def _batches(self, store: InputStore, views: Sequence[View]) -> Iterator[tuple[list[int], torch.Tensor]]:
        return self._together([store.read(view) for view in views])

    def _together(self, arrays: Sequence[Input]) -> Iterator[tuple[list[int], torch.Tensor]]:
        """Arrays of equal shapes together, a few at a time: (their positions, [b, ...] on the device)."""
        by_shape: dict[tuple[int, ...], list[int]] = {}
        for position, array in enumerate(arrays):
            by_shape.setdefault(array.shape, []).append(position)
        for positions in by_shape.values():
            for start in range(0, len(positions), _AT_ONCE):
                part = positions[start : start + _AT_ONCE]
                yield part, torch.from_numpy(np.stack([arrays[i] for i in part])).to(self.device)

    def forward(
        self, store: InputStore, views: Sequence[View], function: Callable[[torch.Tensor], torch.Tensor]
    ) -> torch.Tensor:
        """`function` (`pooled` or `described`) of each view, without gradients: float32 [n, ...]."""
        found: list[torch.Tensor | None] = [None] * len(views)
        with torch.inference_mode():
            for positions, inputs in self._batches(store, views):
                for position, row in zip(positions, function(inputs), strict=True):
                    found[position] = row
        return torch.stack([row for row in found if row is not None])

    def forward_all(
        self, store: InputStore, views: Sequence[View], function: Callable[[torch.Tensor], torch.Tensor]
    ) -> Iterator[torch.Tensor]:
        """As `forward`, in chunks of rows, on the CPU."""
        for start in range(0, len(views), _CHUNK):
            yield self.forward(store, views[start : start + _CHUNK], function).cpu()

    # ---- backward ----

    def backward(self, store: InputStore, views: Sequence[View], gradient: torch.Tensor) -> None:
        """Add to the parameters' gradients what `gradient` [n, D], of a loss by the views' descriptors, makes of them.

        A few views at a time, so that memory does not grow with the batch: the descriptors are computed once without
        gradients for the loss, and here again with them (Gao et al., "Scaling deep contrastive learning batch size
        under memory limited setup", 2021).
        """
        for positions, inputs in self._batches(store, views):
            self.described(inputs).backward(gradient[positions])  # type: ignore[no-untyped-call]

