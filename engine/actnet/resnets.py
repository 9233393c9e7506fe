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
        early: torch.Tensor = net.layer1(x)
        return early

    def late(self, x: torch.Tensor) -> list[torch.Tensor]:
        """See `Backbone.late`."""
        conv4 = self.net.layer3(self.net.layer2(x))
        maps = {"conv4": conv4}
        if "conv5" in self.streams:
            maps["conv5"] = self.net.layer4(conv4)
        return [maps[name] for name in self.streams]

    def parts(self) -> list[nn.Module]:
        """See `Backbone.parts`: the stem and the four stages."""
        net = self.net
        return [nn.ModuleList([net.conv1, net.bn1]), net.layer1, net.layer2, net.layer3, net.layer4]

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
