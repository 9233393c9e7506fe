"""The ACTNET network: pictures in, descriptors out. Pure pooling functions beside the modules that use them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import torch  # noqa: TID253 - see activations
from torch import nn  # noqa: TID253
from torch.nn import functional as F  # noqa: N812, TID253 - the name everybody knows it by

from engine.actnet.activations import ACTIVATIONS
from engine.actnet.backbone import BACKBONES
from engine.transform import InputRule


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One stream: which map of the backbone, its activation, and the power its pooled value is raised to."""

    name: str
    activation: str = "weibull"
    power: float = 0.5


@dataclass(frozen=True, slots=True)
class Architecture:
    """All that is needed to build the network before its weights are filled in; data in the checkpoint."""

    backbone: str = "efficientnet-lite2"
    streams: tuple[StreamSpec, ...] = (StreamSpec("expanded16"), StreamSpec("head"))
    dim: int = 512
    rule: InputRule = field(default_factory=InputRule)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the checkpoint's metadata."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Architecture:
        """The inverse of `to_json`.

        Raises:
            KeyError, TypeError, ValueError: the data does not describe an architecture.
        """
        streams = tuple(StreamSpec(**stream) for stream in data["streams"])
        return cls(str(data["backbone"]), streams, int(data["dim"]), InputRule(**data["rule"]))


def pool(activated: torch.Tensor, power: float) -> torch.Tensor:
    """Mean over the map, raised to `power`, unit length: activated map [B, C, H, W] >= 0 -> [B, C], L2 = 1.

    The root (power 1/2) after pooling keeps a few strongly responding channels from deciding the cosine alone.
    """
    # The clamp bounds the gradient of the root for channels that never fire.
    return F.normalize(activated.mean(dim=(2, 3)).clamp(min=1e-12) ** power, dim=1)


class ActNet(nn.Module):
    """RGB uint8 [B, H, W, 3] (H, W by the architecture's input rule) -> descriptors float32 [B, dim], L2 = 1.

    descriptor = L2( W * L2( concat_s( w_s * pool_s(phi_s(x_s)) ) ) + b ), with phi_s the activation and w_s the
    balance of stream s, W and b the whitening. The whole is differentiable; scaling pixels is part of it.
    """

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        backbone = BACKBONES[architecture.backbone]
        self.backbone = backbone(tuple(stream.name for stream in architecture.streams))
        self.activations = nn.ModuleList(ACTIVATIONS[stream.activation]() for stream in architecture.streams)
        self.log_balance = nn.Parameter(torch.zeros(len(architecture.streams)))
        pooled_dim = sum(backbone.channels[stream.name] for stream in architecture.streams)
        self.whitening = nn.Linear(pooled_dim, architecture.dim)

    def forward(self, rgb: torch.Tensor) -> torch.Tensor:
        """RGB uint8 [B, H, W, 3] -> descriptors float32 [B, dim], L2 = 1."""
        return self.late(self.early(rgb))

    def early(self, rgb: torch.Tensor) -> torch.Tensor:
        """The first part: RGB uint8 [B, H, W, 3] -> a feature map of the backbone, [B, C, H', W']."""
        x = rgb.permute(0, 3, 1, 2).to(torch.float32)
        return self.backbone.early((x - self.backbone.pixel_mean) / self.backbone.pixel_deviation)

    def late(self, early: torch.Tensor) -> torch.Tensor:
        """The rest: what `early` gives -> descriptors [B, dim], L2 = 1."""
        return F.normalize(self.whitening(self.pool_streams(early)), dim=1)

    def pool_streams(self, early: torch.Tensor) -> torch.Tensor:
        """What `early` gives -> descriptors before whitening, [B, sum of the streams' channels], L2 = 1."""
        balance = self.log_balance.exp()
        parts = [
            balance[i] * pool(self.activations[i](feature_map), self.architecture.streams[i].power)
            for i, feature_map in enumerate(self.backbone.late(early))
        ]
        return F.normalize(torch.cat(parts, dim=1), dim=1)


def fit_whitening(pooled: torch.Tensor, dim: int, exponent: float = 0.25) -> tuple[torch.Tensor, torch.Tensor]:
    """PCA whitening as a linear layer: (weight [dim, N], bias [dim]) from pooled descriptors [M, N].

    Each principal component is divided by eigenvalue ** `exponent`: 1/2 is full whitening, 1/4 "half whitening",
    which does better on photos the whitening was not fitted on.
    """
    pooled = pooled.to(torch.float64)
    mean = pooled.mean(dim=0)
    centred = pooled - mean
    eigenvalues, eigenvectors = torch.linalg.eigh(centred.T @ centred / len(pooled))
    # eigh sorts upwards; the strongest come last.
    weight = (eigenvectors.flip(1)[:, :dim] / eigenvalues.flip(0)[:dim].clamp(min=1e-9) ** exponent).T
    return weight.to(torch.float32), -(weight @ mean).to(torch.float32)
