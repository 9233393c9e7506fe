"""The ACTNET network: pictures in, descriptors out, and the architecture as data that it is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import torch  # noqa: TID253 - see activations
from torch import nn  # noqa: TID253
from torch.nn import functional as F  # noqa: N812, TID253 - the name everybody knows it by

from engine.actnet.backbone import SIDE_MULTIPLE, Backbone, EfficientNetLite2
from engine.actnet.pooling import POOLINGS, Pooling
from engine.actnet.resnets import ResNet50, ResNet101, ResNeXt101x32x8d, ResNeXt101x64x4d
from engine.actnet.windows import window_shares
from engine.errors import ModelError
from engine.transform import InputRule

BACKBONES: Mapping[str, type[Backbone]] = {
    backbone.kind: backbone
    for backbone in (EfficientNetLite2, ResNet50, ResNet101, ResNeXt101x32x8d, ResNeXt101x64x4d)
}
"""Backbone by the name that a checkpoint's metadata uses."""


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One stream: which map of the backbone, and how it becomes a vector.

    Args:
        name: of the map, one of the backbone's `channels`.
        pooling: one of `pooling.POOLINGS`.
        power: what the mean of an activated map is raised to; the other poolings do not use it.
        per_channel: learn each parameter of the pooling for each channel instead of once for all.
    """

    name: str
    pooling: str = "weibull"
    power: float = 0.5
    per_channel: bool = False


@dataclass(frozen=True, slots=True)
class Architecture:
    """All that is needed to build the network before its weights are filled in; data in the checkpoint.

    One stream is what the paper calls single stream aggregation (SSA), several are multi-stream aggregation (MSA).

    Raises:
        ModelError: there is no such network; the sentence says what in it is not known or does not fit.
    """

    backbone: str = "efficientnet-lite2"
    streams: tuple[StreamSpec, ...] = (StreamSpec("expanded16"), StreamSpec("head"))
    dim: int = 512
    rule: InputRule = field(default_factory=InputRule)

    def __post_init__(self) -> None:
        if self.backbone not in BACKBONES:
            raise ModelError(f"There is no backbone “{self.backbone}”: choose one of {', '.join(BACKBONES)}.")
        channels = BACKBONES[self.backbone].channels
        names = [stream.name for stream in self.streams]
        if not names or len(set(names)) < len(names):
            raise ModelError("A network needs at least one stream, and each only once.")
        for stream in self.streams:
            if stream.name not in channels:
                raise ModelError(
                    f"The backbone {self.backbone} has no stream “{stream.name}”: choose from {', '.join(channels)}."
                )
            if stream.pooling not in POOLINGS:
                raise ModelError(f"There is no pooling “{stream.pooling}”: choose one of {', '.join(POOLINGS)}.")
            if not 0 < stream.power <= 1:
                raise ModelError(f"The power after pooling must be above 0 and at most 1, not {stream.power}.")
        if self.rule.multiple % SIDE_MULTIPLE:
            raise ModelError(f"The sides of pictures must be multiples of {SIDE_MULTIPLE}, not {self.rule.multiple}.")
        if not 0 < self.dim <= self.pooled_dim:
            raise ModelError(
                f"A descriptor of these streams has 1 to {self.pooled_dim} numbers; {self.dim} is not possible."
            )

    @property
    def pooled_dim(self) -> int:
        """Numbers of a descriptor before whitening: the channels of all streams together."""
        return sum(BACKBONES[self.backbone].channels[stream.name] for stream in self.streams)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the checkpoint's metadata."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Architecture:
        """The inverse of `to_json`.

        Raises:
            KeyError, TypeError, ValueError: the data does not describe an architecture.
            ModelError: it describes one that there is not.
        """
        streams = tuple(StreamSpec(**stream) for stream in data["streams"])
        return cls(str(data["backbone"]), streams, int(data["dim"]), InputRule(**data["rule"]))


class ActNet(nn.Module):
    """RGB uint8 [B, H, W, 3] (H, W by the architecture's input rule) -> descriptors float32 [B, dim], L2 = 1.

    descriptor = L2( W * L2( concat_s( w_s * pool_s(x_s) ) ) + b ), with pool_s the pooling of stream s, for ACTNET
    L2( mean( phi_s(x_s) ) ^ p ) with the activation phi_s, w_s its balance, W and b the whitening. The whole is
    differentiable; scaling pixels is part of it.
    """

    pixel_mean: torch.Tensor
    pixel_deviation: torch.Tensor

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        streams = architecture.streams
        backbone = BACKBONES[architecture.backbone]
        self.backbone = backbone(tuple(stream.name for stream in streams))
        self.poolings = nn.ModuleList(
            POOLINGS[stream.pooling](backbone.channels[stream.name], stream.power, stream.per_channel)
            for stream in streams
        )
        self.log_balance = nn.Parameter(torch.zeros(len(streams)))
        self.whitening = nn.Linear(architecture.pooled_dim, architecture.dim)
        # Constants of the backbone, not in the checkpoint.
        self.register_buffer("pixel_mean", _per_channel(backbone.pixel_mean), persistent=False)
        self.register_buffer("pixel_deviation", _per_channel(backbone.pixel_deviation), persistent=False)

    def forward(self, rgb: torch.Tensor) -> torch.Tensor:
        """RGB uint8 [B, H, W, 3] -> descriptors float32 [B, dim], L2 = 1."""
        return self.late(self.early(rgb))

    def early(self, rgb: torch.Tensor) -> torch.Tensor:
        """The first part: RGB uint8 [B, H, W, 3] -> a feature map of the backbone, [B, C, H', W']."""
        x = rgb.permute(0, 3, 1, 2).to(torch.float32)
        return self.backbone.early((x - self.pixel_mean) / self.pixel_deviation)

    def late(self, early: torch.Tensor) -> torch.Tensor:
        """The rest: what `early` gives -> descriptors [B, dim], L2 = 1."""
        return F.normalize(self.whitening(self.pool_streams(early)), dim=1)

    def late_with_windows(self, early: torch.Tensor, windows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The rest, also for windows in the pictures.

        Args:
            early: what `early` gives, [B, C, H, W].
            windows: float32 [N, 4]: left, top, right, bottom as shares 0..1 of the picture, left < right, top < bottom.

        Returns:
            The descriptors of the pictures [B, dim] as `late` gives them, and those of the windows [B, N, dim], L2 = 1.
            They are pooled from the same maps, so what is round a window has left traces in it.
        """
        balance = self.log_balance.exp()
        wholes, parts = [], []
        for i, feature_map in enumerate(self.backbone.late(early)):
            shares = window_shares(windows, feature_map.shape[2], feature_map.shape[3])
            whole, part = cast(Pooling, self.poolings[i]).both(feature_map, shares)
            wholes.append(balance[i] * whole)
            parts.append(balance[i] * part)
        whole, part = (F.normalize(torch.cat(some, dim=-1), dim=-1) for some in (wholes, parts))
        return F.normalize(self.whitening(whole), dim=-1), F.normalize(self.whitening(part), dim=-1)

    def pool_streams(self, early: torch.Tensor) -> torch.Tensor:
        """What `early` gives -> descriptors before whitening, [B, sum of the streams' channels], L2 = 1."""
        return self.pool_maps(self.backbone.late(early))

    def pool_maps(self, maps: list[torch.Tensor]) -> torch.Tensor:
        """The maps of the streams, [B, C, H, W] each -> as `pool_streams`."""
        balance = self.log_balance.exp()
        parts = [balance[i] * self.poolings[i](feature_map) for i, feature_map in enumerate(maps)]
        return F.normalize(torch.cat(parts, dim=1), dim=1)


def _per_channel(values: tuple[float, float, float]) -> torch.Tensor:
    return torch.tensor(values)[:, None, None]


def fit_whitening(pooled: torch.Tensor, dim: int, exponent: float = 0.25) -> tuple[torch.Tensor, torch.Tensor]:
    """PCA whitening as a linear layer: (weight [dim, N], bias [dim]) from pooled descriptors [M, N].

    Each principal component is divided by eigenvalue ** `exponent`: 1/2 is full whitening, 1/4 "half whitening",
    which does better on photos the whitening was not fitted on.

    Raises:
        ModelError: there are fewer descriptors than `dim`, so that some components would be made of nothing.
    """
    if len(pooled) < dim:
        raise ModelError(
            f"A whitening to {dim} numbers needs at least {dim} photos, but there are {len(pooled)}. "
            "Name more folders, or choose shorter descriptors."
        )
    pooled = pooled.to(torch.float64)
    mean = pooled.mean(dim=0)
    centred = pooled - mean
    is_wide = len(pooled) < pooled.shape[1]
    # Of fewer descriptors than they have numbers, the products with each other are the smaller matrix: minutes become
    # moments. Its eigenvalues are the same, and its eigenvectors times the descriptors are the components.
    products = centred @ centred.T if is_wide else centred.T @ centred
    eigenvalues, eigenvectors = torch.linalg.eigh(products / len(pooled))
    # eigh sorts upwards; the strongest come last.
    strengths, components = eigenvalues.flip(0)[:dim].clamp(min=1e-9), eigenvectors.flip(1)[:, :dim]
    if is_wide:
        components = centred.T @ components / (strengths * len(pooled)) ** 0.5
    weight = (components / strengths**exponent).T
    return weight.to(torch.float32), -(weight @ mean).to(torch.float32)
