"""Residual networks as backbones: those of torchvision, whose published ImageNet weights fit as they are.

Their bottlenecks end in a ReLU after the sum, so the streams are the maps that the last two stages give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch  # noqa: TID253 - see activations
from torch import nn  # noqa: TID253

from engine.actnet.backbone import Backbone, fill


class ResNet(Backbone):
    """RGB [B, 3, H, W] -> the maps of the chosen streams, values >= 0 without a cap.

    Streams, in order of depth:
        "conv4": [B, 1024, H/16, W/16], what the third stage gives.
        "conv5": [B, 2048, H/32, W/32], what the fourth and last stage gives.

    A subclass names one of torchvision's networks with bottlenecks in its `kind`. The early part is the stem and the
    first stage: a fifth of the work of ResNet-50, a tenth of that of the others.
    """

    channels: ClassVar[Mapping[str, int]] = {"conv4": 1024, "conv5": 2048}
    usual_streams = ("conv4", "conv5")
    pixel_mean = (123.675, 116.28, 103.53)
    pixel_deviation = (58.395, 57.12, 57.375)
    n_early_stages = 1

    def __init__(self, streams: tuple[str, ...]) -> None:
        super().__init__(streams)
        from torchvision.models import get_model

        self.net: Any  # of torchvision, which has no types
        self.net = get_model(self.kind, weights=None)
        self.net.fc = nn.Identity()

    def early(self, x: torch.Tensor) -> torch.Tensor:
        """See `Backbone.early`."""
        net = self.net
        x = net.maxpool(net.relu(net.bn1(net.conv1(x))))
        for stage in self._stages()[: self.n_early_stages]:
            x = stage(x)
        return x

    def late(self, x: torch.Tensor) -> list[torch.Tensor]:
        """See `Backbone.late`."""
        maps: list[torch.Tensor] = []
        for number, stage in enumerate(self._stages(), start=1):
            if number > self.n_early_stages and len(maps) < len(self.streams):
                x = stage(x)
                if f"conv{number + 1}" in self.streams:
                    maps.append(x)
        by_name = dict(zip(sorted(self.streams), maps, strict=True))
        return [by_name[name] for name in self.streams]

    def _stages(self) -> list[nn.Module]:
        return [self.net.layer1, self.net.layer2, self.net.layer3, self.net.layer4]

    def parts(self) -> list[nn.Module]:
        """See `Backbone.parts`: the stem and the four stages."""
        net = self.net
        return [nn.ModuleList([net.conv1, net.bn1]), *self._stages()]

    def cut_after(self, n_parts: int) -> int:
        """See `Backbone.cut_after`."""
        self.n_early_stages = min(max(n_parts, 1) - 1, 2 if "conv4" in self.streams else 3)
        return self.n_early_stages + 1

    def load_published(self, weights: Mapping[str, torch.Tensor]) -> None:
        """See `Backbone.load_published`. Takes torchvision's names, which are timm's too."""
        fill(self.net, self.kind, weights, "fc.")


class ResNet50(ResNet):
    """ResNet-50: 24 M parameters."""

    kind = "resnet50"


class ResNet101(ResNet):
    """ResNet-101: 43 M parameters."""

    kind = "resnet101"


class ResNeXt101x32x8d(ResNet):
    """ResNeXt-101, 32 groups of 8 channels: 87 M parameters."""

    kind = "resnext101_32x8d"


class ResNeXt101x64x4d(ResNet):
    """ResNeXt-101, 64 groups of 4 channels: 81 M parameters."""

    kind = "resnext101_64x4d"
