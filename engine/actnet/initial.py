"""A network before any training on retrieval: ImageNet weights for the backbone, whitening fitted on photos.

Where training and comparisons start from. Whoever calls has decided to use torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import torch  # noqa: TID253 - see activations

from engine.actnet.backbone import fill
from engine.actnet.checkpoint import is_model, read_card, read_weights
from engine.actnet.network import ActNet, Architecture, fit_whitening
from engine.decode import DecodeRequest, decode
from engine.errors import ModelError, PhotoError

_BACKBONE = "backbone."


def new_network(architecture: Architecture, weights_path: Path | None = None) -> ActNet:
    """A network of this architecture in evaluation mode: poolings at their start, the whitening still random.

    Args:
        architecture: what to build.
        weights_path: safetensors with the weights of the backbone: a model of ours (only its backbone is taken), or an
            ImageNet state dict as published. None: random weights.

    Raises:
        ModelError: the file is missing, foreign, or holds the weights of another backbone.
    """
    network = ActNet(architecture)
    if weights_path is not None:
        _load_backbone(network, weights_path)
    return network.eval()


def _load_backbone(network: ActNet, path: Path) -> None:
    weights = read_weights(path)
    kind = network.architecture.backbone
    if is_model(path) and (other := read_card(path).architecture["backbone"]) != kind:
        raise ModelError(f"The model “{path.name}” has the backbone {other}, not {kind}.", path)
    try:
        if is_model(path):
            own = {name.removeprefix(_BACKBONE): w for name, w in weights.items() if name.startswith(_BACKBONE)}
            fill(network.backbone, kind, own)
        else:
            network.backbone.load_published(weights)
    except ModelError as error:
        raise ModelError(f"The weights in “{path.name}” cannot be used. {error.sentence}", path) from error


def pool_photos(
    network: ActNet, photos: Iterable[Path], on_error: Callable[[PhotoError], None]
) -> Iterator[torch.Tensor]:
    """The descriptors of photos before whitening, float32 [1, N] each, on the CPU; `on_error` hears of unusable ones.

    The network may be on any device.
    """
    device = network.log_balance.device
    for photo in photos:
        try:
            rgb = decode(DecodeRequest(str(photo), rule=network.architecture.rule)).rgb
        except PhotoError as error:
            on_error(error)
            continue
        with torch.inference_mode():
            picture = torch.from_numpy(np.array(rgb)[None]).to(device)
            yield network.pool_streams(network.early(picture)).cpu()


def whiten(network: ActNet, pooled: torch.Tensor) -> None:
    """Fit the whitening of the network on descriptors before whitening, [M, N], and put it in place.

    Raises:
        ModelError: there are fewer descriptors than the network's descriptors have numbers.
    """
    weight, bias = fit_whitening(pooled, network.architecture.dim)
    with torch.no_grad():
        network.whitening.weight.copy_(weight)
        network.whitening.bias.copy_(bias)
