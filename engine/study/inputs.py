"""What all architectures of a study share: photos decoded and passed through the frozen parts once, and networks on it.

Where nothing of the backbone learns, that are the maps of all streams; otherwise what its frozen parts give, and each
architecture computes (and trains) the rest of the backbone itself.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path

import torch  # noqa: TID253 - only imported by whoever has decided to train

from engine.actnet.initial import new_network
from engine.actnet.network import ActNet, Architecture
from engine.decoders import Decoders
from engine.messages import Progress
from engine.study.maps import LastChannels, StoredMaps
from engine.study.photos import StudyPhotos
from engine.study.results import Histogram
from engine.training.preparing import inputs_key, store_inputs
from engine.training.settings import TrainingSettings
from engine.training.store import InputStore, remove_inputs
from engine.training.trainee import Trainee

_HISTOGRAM_PHOTOS = 200
_BINS = 60


class SharedInputs:
    """The stored inputs of a study.

    Args:
        architecture: with all streams; only its backbone, streams and input rule matter here.
        start: the file with the backbone's weights.
        photos: of the study.
        settings: of its trainings.
        folder: where the inputs are stored.
        cuda: compute on the GPU.
    """

    def __init__(
        self, architecture: Architecture, start: Path, photos: StudyPhotos, settings: TrainingSettings, folder: Path,
        cuda: bool,
    ) -> None:
        self.photos = photos
        self._start = start
        self._folder = folder
        self._cuda = cuda
        network = new_network(architecture, start)
        self._weights_hash = _hash_of(network)
        self._maps: StoredMaps | None = None
        if settings.network_rate == 0:
            # Frozen as a whole: what is stored of a view are its maps.
            settings = dataclasses.replace(settings, frozen_parts=1)
            network.backbone = self._maps = StoredMaps(network.backbone)
        self.settings = settings
        self._trainee = Trainee(network, settings, cuda)
        self._key = inputs_key(self._trainee, photos.split, settings)

    @property
    def key(self) -> str:
        """A hash of the photos, of how they are seen, and of the backbone."""
        return f"{self._key} {self._weights_hash}"

    @property
    def backbone_learns(self) -> bool:
        """Whether each architecture trains parts of the backbone, too."""
        return self._maps is None

    def make(self, decoders: Decoders) -> Iterator[Progress]:
        """Store the inputs of all views, unless an earlier run has.

        Raises:
            PhotoError: a photo cannot be read.
            DiskFull, LibraryError: the folder cannot be written.
        """
        store = InputStore(self._folder, self._key)
        if not store.open_finished():
            yield from store_inputs(store, self._trainee, self.photos.split, self.settings, decoders)

    def remove(self) -> None:
        """Remove what is stored, which is large and can be made again.

        Raises:
            LibraryError: it cannot be removed.
        """
        remove_inputs(self._folder)

    def trainee(self, architecture: Architecture, settings: TrainingSettings) -> Trainee:
        """A new network of an architecture, at its start, that takes the inputs of `store`."""
        if self._maps is None:
            network = new_network(architecture, self._start)
        else:
            network = ActNet(architecture)
            network.backbone = StoredMaps(self._maps.real, network.backbone.streams)
        return Trainee(network, settings, self._cuda)

    def store(self, architecture: Architecture) -> InputStore:
        """The inputs for the networks of an architecture, which must be stored by now."""
        first = 0
        if self._maps is not None:
            own = {stream.name for stream in architecture.streams}
            first = sum(self._maps.folded_channels(name) for name in self._maps.streams if name not in own)
        store = LastChannels(self._folder, self._key, first) if first else InputStore(self._folder, self._key)
        store.open_finished()
        return store

    def histograms(self, architecture: Architecture) -> dict[str, Histogram]:
        """How often values occur in the maps of each stream, over some of the photos that are measured on."""
        trainee, store = self.trainee(architecture, self.settings), self.store(architecture)
        rows = [row for one in self.photos.sets for row in one.rows]
        views = [(row, 0) for row in rows[:: -(-len(rows) // _HISTOGRAM_PHOTOS)]]

        def maps_of(inputs: torch.Tensor) -> list[torch.Tensor]:
            x = trainee.network.early(inputs) if trainee.n_frozen == 0 else inputs.float()
            return trainee.network.backbone.late(x)

        def highest(inputs: torch.Tensor) -> torch.Tensor:
            return torch.stack([one.amax(dim=(1, 2, 3)) for one in maps_of(inputs)], dim=1)

        # The median: a single photo's peak would leave the rest of the values a few bins only.
        tops = trainee.forward(store, views, highest).median(dim=0).values.clamp(min=1e-6).tolist()

        def counts(inputs: torch.Tensor) -> torch.Tensor:
            return torch.stack([
                torch.stack([torch.histc(view.clamp(max=top).float(), _BINS, 0, top) for view in one])
                for one, top in zip(maps_of(inputs), tops, strict=True)
            ], dim=1)

        totals = trainee.forward(store, views, counts).sum(dim=0)
        shares = (totals / totals.sum(dim=1, keepdim=True)).tolist()
        names = trainee.network.backbone.streams
        return {
            name: Histogram(round(top, 4), tuple(round(share, 7) for share in row))
            for name, top, row in zip(names, tops, shares, strict=True)
        }


def _hash_of(network: ActNet) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name, tensor in sorted(network.backbone.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()
