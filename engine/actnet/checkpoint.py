"""Models on disk: weights as safetensors, with everything needed to use them in the file's own metadata.

The file is never unpickled. What does not fit, is not finite or is not ours is refused with a sentence.
`read_card` needs neither torch nor the network, so that a compiled copy can be used without importing torch.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.storage import LibraryFolder
from engine.transform import InputRule

if TYPE_CHECKING:
    import torch

    from engine.actnet.network import ActNet

FORMAT = "resight-actnet-2"
_FORMATS = "resight-actnet-"
MAX_HEADER_BYTES = 4 * 1024 * 1024
MAX_DIM = 4096


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model file says of itself.

    `model_id` is the name and a hash of weights and architecture: descriptors are only compared within one `model_id`.
    `architecture` is what `network.Architecture.from_json` reads.
    """

    path: Path
    name: str
    model_id: str
    dim: int
    rule: InputRule
    architecture: dict[str, Any]
    licence: str
    origin: str


def read_card(path: Path) -> ModelCard:
    """The card of a model file, without loading its weights. Any thread.

    Raises:
        ModelError: the file is missing, is not a model of ours, or its header does not make sense.
    """
    metadata = read_metadata(path)
    if metadata.get("format") != FORMAT and is_model(path):
        raise ModelError(
            f"The model “{path.name}” was made for another version of Resight. Get the model that belongs to this one.",
            path,
        )
    if metadata.get("format") != FORMAT:
        raise ModelError(f"“{path.name}” is not a Resight model, so it was not used.", path)
    try:
        architecture = json.loads(metadata["architecture"])
        dim = int(architecture["dim"])
        rule = InputRule(**architecture["rule"])
        card = ModelCard(
            path, metadata["name"], metadata["id"], dim, rule, architecture, metadata["licence"], metadata["origin"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The description in the model “{path.name}” is damaged. Get the file again.", path) from error
    if not (0 < dim <= MAX_DIM and rule.multiple > 0 and 0 < rule.area_px <= 4096 * 4096):
        raise ModelError(f"The model “{path.name}” describes a network that makes no sense. Get the file again.", path)
    return card


def is_model(path: Path) -> bool:
    """Whether a file is a Resight model of any version, and not another program's safetensors, or something else."""
    try:
        return str(read_metadata(path).get("format")).startswith(_FORMATS)
    except ModelError:
        return False


def read_metadata(path: Path) -> dict[str, str]:
    """The `__metadata__` of a safetensors file: 8 bytes length, then that much JSON."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > MAX_HEADER_BYTES:
                raise ValueError("header too long")
            header = json.loads(file.read(length))
        metadata = header["__metadata__"]
        if not isinstance(metadata, dict):
            raise TypeError("no metadata")
    except FileNotFoundError as error:
        raise ModelError(f"The model file “{path}” is missing. Install Resight again.", path) from error
    except OSError as error:
        raise ModelError(f"The model file “{path}” cannot be read.", path) from error
    except (struct.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"“{path.name}” is not a Resight model, or it is damaged.", path) from error
    return metadata


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """All tensors of a safetensors file, ours or another's, on the CPU. Imports torch.

    Raises:
        ModelError: the file is missing or is no safetensors file.
    """
    import safetensors
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except FileNotFoundError as error:
        raise ModelError(f"The weights file “{path}” is missing.", path) from error
    except OSError as error:
        raise ModelError(f"The weights file “{path}” cannot be read.", path) from error
    except safetensors.SafetensorError as error:
        raise ModelError(f"“{path.name}” is not a safetensors file, or it is damaged.", path) from error


def load(path: Path) -> ActNet:
    """The network of a model file, in evaluation mode, float32, on the CPU. Imports torch; engine thread.

    Raises:
        ModelError: there is no such architecture, the weights do not fit it, or they hold NaN or infinity.
    """
    import safetensors
    import torch
    from safetensors.torch import load_file

    from engine.actnet.network import ActNet, Architecture

    card = read_card(path)
    try:
        network = ActNet(Architecture.from_json(card.architecture))
        weights = {name: tensor.to(torch.float32) for name, tensor in load_file(path).items()}
        network.load_state_dict({**_counters(network), **weights})
    except ModelError as error:
        raise ModelError(f"The model “{path.name}” cannot be used. {error.sentence}", path) from error
    except (KeyError, TypeError, ValueError, RuntimeError, safetensors.SafetensorError) as error:
        raise ModelError(
            f"The weights in the model “{path.name}” do not fit its description. Get the file again.", path
        ) from error
    if not all(torch.isfinite(tensor).all() for tensor in weights.values()):
        raise ModelError(f"The model “{path.name}” holds values that are not numbers. Get the file again.", path)
    return network.eval()


def save(network: ActNet, path: Path, *, name: str, licence: str, origin: str) -> ModelCard:
    """Write the network as float16 safetensors with its card, atomically, and return the card.

    Raises:
        ModelError: the network holds NaN, infinity, or what float16 cannot hold (above 65,504). Nothing is written.
    """
    import torch

    weights = {
        key: tensor.detach().to(torch.float16).contiguous().cpu().numpy()
        for key, tensor in network.state_dict().items()
        if not key.endswith(".num_batches_tracked")
    }
    return save_arrays(weights, network.architecture.to_json(), path, name=name, licence=licence, origin=origin)


def save_arrays(
    weights: dict[str, NDArray[np.float16]], architecture: dict[str, Any], path: Path, *, name: str, licence: str,
    origin: str,
) -> ModelCard:
    """As `save`, of weights that are arrays already, by the names of the network's tensors. Without torch."""
    from safetensors.numpy import save as to_bytes

    for key, array in weights.items():
        if not np.isfinite(array).all():
            raise ModelError(f"The model “{name}” was not saved: {key} holds what float16 cannot hold.")
    description = json.dumps(architecture)
    metadata = {
        "format": FORMAT,
        "name": name,
        "id": f"{name}-{model_hash(weights, description)}",
        "architecture": description,
        "licence": licence,
        "origin": origin,
    }
    LibraryFolder(path.parent).write_atomically(path, to_bytes(weights, metadata))
    return read_card(path)


def read_arrays(path: Path) -> dict[str, NDArray[np.float16]]:
    """The weights of a model file as they are kept, by the names of the network's tensors. Without torch.

    Raises:
        ModelError: the file is missing or damaged, or holds values that are no numbers.
    """
    import safetensors
    from safetensors.numpy import load_file

    try:
        weights: dict[str, NDArray[np.float16]] = load_file(path)
    except FileNotFoundError as error:
        raise ModelError(f"The model file “{path}” is missing.", path) from error
    except OSError as error:
        raise ModelError(f"The model file “{path}” cannot be read.", path) from error
    except (safetensors.SafetensorError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"The model “{path.name}” is damaged. Get the file again.", path) from error
    if not all(array.dtype == np.float16 and np.isfinite(array).all() for array in weights.values()):
        raise ModelError(f"The model “{path.name}” holds values that are not numbers. Get the file again.", path)
    return weights


def model_hash(weights: dict[str, NDArray[np.float16]], architecture: str) -> str:
    """8 hexadecimal digits that change with any weight and with the architecture."""
    digest = hashlib.blake2b(architecture.encode(), digest_size=4)
    for key in sorted(weights):
        digest.update(key.encode())
        digest.update(weights[key].tobytes())
    return digest.hexdigest()


def _counters(network: ActNet) -> dict[str, torch.Tensor]:
    """The batch norms' step counters, which are not saved: nothing but training from scratch would read them."""
    return {key: value for key, value in network.state_dict().items() if key.endswith(".num_batches_tracked")}


