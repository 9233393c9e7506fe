"""What drives are known by: real ones that are mounted here and there, and what other systems say."""

from __future__ import annotations

import os
import plistlib
import sys
from pathlib import Path

import pytest

from engine import mounts, volumes
from engine.volumes import Volume, mounted_now, places_of, volume_of
from tests.helpers.disks import DiskMaker, bound, disks, sleeping_share

__all__ = ["disks"]

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's mount table")

TABLE = """\
25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
31 25 8:17 /@photos /mnt/my\\040photos rw shared:7 master:2 - btrfs /dev/sdb1 rw,subvol=/@photos
40 25 0:52 / /mnt/nas rw,relatime - nfs4 server:/export\\011tab rw,vers=4.2
what is no line of this table
"""


def test_the_mount_table_is_read_with_its_escapes() -> None:
    first, second, third = mounts.mounts(TABLE)
    assert (first.point, first.root, first.kind, first.source, first.device) == (
        "/", "/", "ext4", "/dev/sda1", os.makedev(8, 1))
    assert (second.point, second.root) == ("/mnt/my photos", "/@photos")
    assert (third.kind, third.source) == ("nfs4", "server:/export\ttab")


@on_linux
def test_a_mount_is_found_by_what_lies_in_it(tmp_path: Path) -> None:
    mount = mounts.mount_of(str(tmp_path))
    assert mount is not None
    assert str(tmp_path).startswith(mount.point)
    assert mounts.mount_of(str(tmp_path / "nowhere")) is None


@on_linux
def test_a_drive_is_the_same_wherever_it_is_mounted(disks: DiskMaker, tmp_path: Path) -> None:
    disk, other = disks(), disks("Holiday pictures")
    (disk.plug_in(tmp_path / "here") / "trip").mkdir()
    other.plug_in(tmp_path / "other")
    before = mounted_now()
    volume = volume_of(str(tmp_path / "here" / "trip"))
    assert volume.volume_id.startswith("uuid ")
    assert volume.path == "/trip"
    assert volume.name in ("here", "Archive")  # the label, where udev makes links to it
    assert volume_of(str(tmp_path / "other")).volume_id != volume.volume_id
    assert places_of(volume) == [str(tmp_path / "here" / "trip")]
    disk.unplug()
    assert mounted_now() != before
    assert places_of(volume) == []
    assert volume_of(str(tmp_path / "here")).volume_id != volume.volume_id
    disk.plug_in(tmp_path / "there")
    assert places_of(volume) == [str(tmp_path / "there" / "trip")]
    assert volume_of(str(tmp_path / "there" / "trip")) == Volume(volume.volume_id, volumes_name(tmp_path / "there"),
                                                                "/trip")


def volumes_name(point: Path) -> str:
    return volume_of(str(point)).name


@on_linux
def test_a_part_of_a_drive_that_is_bound_elsewhere_is_the_same_folder(disks: DiskMaker, tmp_path: Path) -> None:
    (disks().plug_in(tmp_path / "disk") / "deep" / "trip").mkdir(parents=True)
    with bound(tmp_path / "disk" / "deep", tmp_path / "bound"):
        volume = volume_of(str(tmp_path / "bound" / "trip"))
        assert volume.path == "/deep/trip"
        assert sorted(places_of(volume)) == [str(tmp_path / "bound" / "trip"), str(tmp_path / "disk" / "deep" / "trip")]
        assert places_of(Volume(volume.volume_id, "", "/elsewhere")) == [str(tmp_path / "disk" / "elsewhere")]


@on_linux
@pytest.mark.timeout(20)
def test_a_share_that_sleeps_is_known_by_its_name_without_waking_it(tmp_path: Path) -> None:
    with sleeping_share(tmp_path):
        mount = mounts.mount_of(str(tmp_path))
        assert mount is not None
        assert volumes._linux_id(mount) == "fuse.sshfs server:/photos"
        assert places_of(Volume("fuse.sshfs server:/photos", "", "/2024")) == [str(tmp_path / "2024")]


def test_what_cannot_be_told_is_no_drive(tmp_path: Path) -> None:
    assert places_of(volumes.UNKNOWN) == []
    if sys.platform == "linux":
        assert volume_of("/proc").volume_id == ""


def test_what_macos_tells_of_a_volume() -> None:
    facts = {"VolumeUUID": "0A81-XY", "VolumeName": "Archive", "MountPoint": "/Volumes/Archive"}
    assert volumes.parse_diskutil(plistlib.dumps(facts)) == ("uuid 0A81-XY", "Archive")
    assert volumes.parse_diskutil(plistlib.dumps({"VolumeName": "Archive"})) == ("", "Archive")
    assert volumes.parse_diskutil(b"Could not find disk") == ("", "")
