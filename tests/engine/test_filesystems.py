from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine import filesystems
from engine.actnet.checkpoint import ModelCard
from engine.errors import LibraryOnNetwork
from engine.filesystems import network_kind, refuse_network
from engine.library import Library
from tests.helpers.disks import sleeping_share

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's mount table")


@on_linux
@pytest.mark.timeout(20)
def test_a_share_is_recognised_without_waiting_for_it(tmp_path: Path, card: ModelCard) -> None:
    with sleeping_share(tmp_path):
        assert network_kind(tmp_path) == "fuse.sshfs"
        with pytest.raises(LibraryOnNetwork, match=r"network share \(fuse\.sshfs\)"):
            Library(tmp_path, card)
        with pytest.raises(LibraryOnNetwork):
            Library(tmp_path, card, read_only=True)


def test_a_local_folder_is_none_whether_it_is_there_or_not(tmp_path: Path) -> None:
    assert network_kind(tmp_path) is None
    assert network_kind(tmp_path / "not" / "yet") is None
    refuse_network(tmp_path / "library")


_MOUNTS = """\
25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
{number} 25 0:52 / /mnt/n%20 rw,relatime shared:7 master:2 - {kind} server:/a\\040b rw,vers=4.2
"""


@on_linux
@pytest.mark.parametrize("kind", ["nfs4", "nfs", "cifs", "smb3", "9p", "vboxsf", "fuse.sshfs", "fuse.rclone"])
def test_shares_of_every_kind(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    details = Path(f"/proc/self/fdinfo/{handle}").read_text()
    os.close(handle)
    (tmp_path / "fdinfo").mkdir()
    for number in range(handle, handle + 3):
        (tmp_path / "fdinfo" / str(number)).write_text(details)
    number = next(line.split()[1] for line in details.splitlines() if line.startswith("mnt_id:"))
    (tmp_path / "mountinfo").write_text(_MOUNTS.format(number=number, kind=kind))
    monkeypatch.setattr(filesystems._linux_kind, "__defaults__", (tmp_path,))
    assert network_kind(tmp_path) == kind
    with pytest.raises(LibraryOnNetwork, match="Choose a folder on a disk of this computer"):
        refuse_network(tmp_path / "library")
    monkeypatch.setenv("RESIGHT_ALLOW_NETWORK_LIBRARY", "yes")
    with pytest.raises(LibraryOnNetwork):
        refuse_network(tmp_path)
    monkeypatch.setenv("RESIGHT_ALLOW_NETWORK_LIBRARY", "1")
    refuse_network(tmp_path)


@on_linux
@pytest.mark.parametrize("kind", ["ext4", "btrfs", "fuse.ntfs-3g", "fuseblk", "tmpfs", "overlay"])
def test_local_kinds_are_none_of_them(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystems, "_linux_kind", lambda place: kind)
    assert network_kind(tmp_path) is None
