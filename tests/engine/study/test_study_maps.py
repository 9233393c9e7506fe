"""Maps that are stored are the backbone's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from engine.actnet.initial import new_network
from engine.actnet.network import ActNet, Architecture, StreamSpec
from engine.study.contender import rebalanced
from engine.study.maps import LastChannels, StoredMaps
from engine.training.settings import TrainingSettings
from engine.training.store import InputStore
from engine.training.trainee import Trainee

STREAMS = ("expanded16", "expanded32", "head")


def three_streams(small: Architecture) -> ActNet:
    torch.manual_seed(3)
    return new_network(replace(small, streams=tuple(StreamSpec(name) for name in STREAMS)))


def test_nothing_is_lost_between_the_two_parts(small):
    network = three_streams(small)
    x = torch.rand(2, 3, 64, 96)
    with torch.inference_mode():
        wanted = network.backbone(x)
        stored = StoredMaps(network.backbone)
        found = stored.late(stored.early(x))
    assert [one.shape for one in found] == [(2, 720, 4, 6), (2, 1248, 2, 3), (2, 1280, 2, 3)]
    assert all(torch.equal(a, b) for a, b in zip(found, wanted, strict=True))


def test_the_deepest_stream_is_read_alone(small, tmp_path: Path):
    network = three_streams(small)
    stored = network.backbone = StoredMaps(network.backbone)
    trainee = Trainee(network, TrainingSettings(frozen_parts=1))
    pictures = [np.random.default_rng(i).integers(0, 256, (64, 64, 3), dtype=np.uint8) for i in range(3)]
    store = InputStore(tmp_path, "ab")
    with store.writer() as writer:
        for number, array in enumerate(trainee.prepare(pictures)):
            writer.add((number, 0), array)
    first = sum(stored.folded_channels(name) for name in STREAMS[:-1])
    last = LastChannels(tmp_path, "ab", first)
    assert last.open_finished()
    assert last.read((1, 0)).shape == (1280, 2, 2)

    alone = ActNet(replace(small, streams=(StreamSpec("head"),)))
    alone.backbone = StoredMaps(stored.real, ("head",))
    views = [(number, 0) for number in range(3)]
    all_streams = trainee.forward(store, views, trainee.pooled)
    head = Trainee(alone, TrainingSettings(frozen_parts=1)).forward(last, views, trainee_pooled(alone))
    assert torch.allclose(head, torch.nn.functional.normalize(all_streams[:, -1280:], dim=1), atol=1e-5)


def trainee_pooled(network: ActNet):
    return lambda inputs: network.pool_maps(network.backbone.late(inputs.float()))


def test_balance_can_be_changed_without_the_maps(small):
    network = new_network(small)
    maps = [torch.rand(2, 720, 4, 4), torch.rand(2, 1280, 2, 2)]
    with torch.no_grad():
        network.log_balance.copy_(torch.tensor([0.3, -0.2]))
        before = network.pool_maps(maps)
        network.log_balance.copy_(torch.tensor([-0.5, 0.1]))
        assert torch.allclose(rebalanced(network, before), network.pool_maps(maps), atol=1e-6)
