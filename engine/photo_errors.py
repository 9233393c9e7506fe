"""The sentences for photos that cannot be used, in one place: each says what happened, to which file, and what to do.

Standard library only.
"""

from __future__ import annotations

import errno
import os

from engine.errors import (
    DamagedPhoto,
    DecoderCrashed,
    NotAPicture,
    PhotoTooLarge,
    PhotoTooSlow,
    PhotoUnreadable,
    UnsupportedFormat,
)


def shown_name(path: str) -> str:
    """The file's name for a sentence: signs that cannot be shown, or that would reorder the text, become U+FFFD."""
    name = os.path.basename(path) or path
    return "".join(sign if sign.isprintable() or sign == "\u200d" else "\ufffd" for sign in name)


def empty(path: str) -> DamagedPhoto:
    """The file has no bytes."""
    return DamagedPhoto(f"{shown_name(path)} is empty. Copy it again from where it came from.", path)


def damaged(path: str) -> DamagedPhoto:
    """The data is broken or ends too early."""
    return DamagedPhoto(f"{shown_name(path)} is damaged or incomplete. Copy it again from where it came from.", path)


def not_a_picture(path: str) -> NotAPicture:
    """The content is of no picture format."""
    return NotAPicture(f"{shown_name(path)} is not a picture, whatever its name says. It is left out.", path)


def unsupported(path: str, what: str) -> UnsupportedFormat:
    """A picture of a kind (`what`) that is not read."""
    return UnsupportedFormat(
        f"{shown_name(path)} is a picture Resight cannot read ({what}). Save a copy as JPEG or PNG to have it found.",
        path,
    )


def missing_library(path: str, format_name: str, package: str) -> UnsupportedFormat:
    """A format for which this installation lacks, or must not use, the library; `package` is what pip calls it."""
    return UnsupportedFormat(
        f"{shown_name(path)} is a picture whose format ({format_name}) cannot be read here. "
        f"Install or update the Python package {package}, then update the folder.",
        path,
    )


def too_many_bytes(path: str, size_bytes: int, max_bytes: int) -> PhotoTooLarge:
    """The file is larger than any photo."""
    return PhotoTooLarge(
        f"{shown_name(path)} has {size_bytes // 1_000_000} MB; Resight reads photos up to {max_bytes // 1_000_000} MB. "
        "Save a smaller copy to have it found.",
        path,
    )


def too_large(path: str, size: tuple[int, int] | None = None) -> PhotoTooLarge:
    """Decoding a picture of this (width, height) would take too much memory."""
    pixels = f" ({size[0]} x {size[1]} pixels)" if size else ""
    return PhotoTooLarge(
        f"{shown_name(path)} is too large to be decoded safely{pixels}. Save a smaller copy to have it found.", path
    )


def too_slow(path: str, limit_s: float) -> PhotoTooSlow:
    """Decoding was stopped after `limit_s` seconds."""
    return PhotoTooSlow(
        f"Reading {shown_name(path)} was given up after {limit_s:g} seconds. "
        "Check the drive or the connection; if they are well, save a smaller copy.",
        path,
    )


def decoder_crashed(path: str) -> DecoderCrashed:
    """The decoder process died on the file."""
    return DecoderCrashed(
        f"Decoding {shown_name(path)} failed badly, so it is left out; nothing else was lost. "
        "Save a copy as JPEG or PNG to have it found.",
        path,
    )


def not_a_file(path: str) -> PhotoUnreadable:
    """A folder, pipe, socket or device."""
    return PhotoUnreadable(f"{shown_name(path)} is not an ordinary file. It is left out.", path)


def changed(path: str) -> PhotoUnreadable:
    """The file was written or replaced while it was read."""
    return PhotoUnreadable(f"{shown_name(path)} changed while it was being read. It will be tried again.", path)


def unreadable(path: str, code: int) -> PhotoUnreadable:
    """The sentence for an `errno` from opening or reading the file."""
    if code in (errno.ENXIO, errno.ELOOP, errno.EISDIR, errno.ENODEV):
        return not_a_file(path)
    if code in (errno.ENOENT, errno.ENOTDIR):
        what = "is no longer there. If it was moved, update the folder it is in."
    elif code in (errno.EACCES, errno.EPERM):
        what = "may not be opened. Allow your user to read it, then update the folder."
    elif code == errno.ENAMETOOLONG:
        what = "has a path too long for this system. Move it to a folder nearer to the top."
    else:
        what = "could not be read from the disk. Check the drive or the connection, then update the folder."
    return PhotoUnreadable(f"{shown_name(path)} {what}", path)
