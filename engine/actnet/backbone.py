"""The convolutional networks that ACTNET stands on, as makers of feature maps.

EfficientNet-Lite2 comes from timm (`tf_efficientnet_lite2`): 6 M parameters, ReLU6, no squeeze-and-excite. Its
bottlenecks are linear, so the streams are taken from the *expanded* maps after their ReLU6 (values 0..6).
"""

from __future__ import annotations

from typing import Any, cast

import torch  # noqa: TID253 - see activations
from torch import nn  # noqa: TID253
from torch.nn import functional as F  # noqa: N812, TID253 - the name everybody knows it by


class PaddedConv2d(nn.Conv2d):
    """A stride-2 convolution that pads as the network was trained at its own resolution.

    TensorFlow's "same" padding depends on the size of the picture; where ours differs from the training size, some
    maps would be shifted by a pixel against what the weights have learnt (measured: 0.3 points of mean mAP).
    """

    before = 0
    after = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[B, C, H, W] -> [B, C', H/2, W/2]."""
        x = F.pad(x, (self.before, self.after, self.before, self.after))
        return F.conv2d(x, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


def fix_padding(net: nn.Module, native_px: int) -> None:
    """Make every stride-2 convolution of `net`, in order of execution, a `PaddedConv2d` for pictures of `native_px`."""
    size = native_px
    for conv in [module for module in net.modules() if isinstance(module, nn.Conv2d) and module.stride[0] == 2]:
        halved = -(-size // 2)
        total = max((halved - 1) * 2 + conv.kernel_size[0] - size, 0)
        conv.__class__ = PaddedConv2d
        padded = cast(PaddedConv2d, conv)
        padded.before, padded.after = total // 2, total - total // 2
        size = halved


class EfficientNetLite2(nn.Module):
    """RGB [B, 3, H, W], scaled to about -1..1, H and W multiples of 32 -> the maps of the chosen streams, values 0..6.

    Streams, in order of depth:
        "expanded16": [B, 720, H/16, W/16], the input of the last stride-2 depthwise convolution.
        "expanded32": [B, 1248, H/32, W/32], the expanded map of the last block.
        "head": [B, 1280, H/32, W/32], the 1x1 convolution before the classifier.
    """

    kind = "efficientnet-lite2"
    channels = {"expanded16": 720, "expanded32": 1248, "head": 1280}  # noqa: RUF012 - a constant, never changed
    native_px = 260
    n_early = 5  # blocks that need full precision: see engine.accelerate
    pixel_mean = 127.0
    pixel_deviation = 128.0

    def __init__(self, streams: tuple[str, ...]) -> None:
        super().__init__()
        import timm

        unknown = set(streams) - set(self.channels)
        if unknown:
            raise ValueError(f"EfficientNet-Lite2 has no stream {', '.join(sorted(unknown))}.")
        self.streams = streams
        self.net: Any  # of timm, which has no types
        self.net = timm.create_model("tf_efficientnet_lite2", pretrained=False, num_classes=0)
        fix_padding(self.net, self.native_px)
        self._expanded16_at = max(i for i, block in enumerate(self._blocks()) if block.conv_dw.stride[0] == 2)
        self._expanded32_at = len(self._blocks()) - 1

    def _blocks(self) -> list[Any]:
        return [block for stage in self.net.blocks for block in stage]

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        """Maps of `streams`, in that order; shapes and ranges in the class docstring."""
        return self.late(self.early(x))

    def early(self, x: torch.Tensor) -> torch.Tensor:
        """The first part: RGB [B, 3, H, W] -> [B, 24, H/4, W/4]."""
        x = self.net.bn1(self.net.conv_stem(x))  # timm's batch norms end in the activation
        for block in self._blocks()[: self.n_early]:
            x = block(x)
        return x

    def late(self, x: torch.Tensor) -> list[torch.Tensor]:
        """The rest: what `early` gives -> the maps of `streams`."""
        maps: dict[str, torch.Tensor] = {}
        for i, block in enumerate(self._blocks()):
            if i < self.n_early:
                continue
            if i in (self._expanded16_at, self._expanded32_at):
                name = "expanded16" if i == self._expanded16_at else "expanded32"
                if name in self.streams:
                    maps[name] = block.bn1(block.conv_pw(x))
            x = block(x)
        if "head" in self.streams:
            maps["head"] = self.net.bn2(self.net.conv_head(x))
        return [maps[name] for name in self.streams]


BACKBONES: dict[str, type[EfficientNetLite2]] = {EfficientNetLite2.kind: EfficientNetLite2}
"""Backbone by the name that a checkpoint's metadata uses."""
