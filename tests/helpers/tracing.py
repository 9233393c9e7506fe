"""Every call to the system that changes files, of a program and all its processes, written down by strace."""

from __future__ import annotations

import codecs
import os
import re
from pathlib import Path

_OPENING = ("open", "openat", "openat2", "open_by_handle_at")
_CHANGING = (
    "creat", "mknod", "mknodat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "symlink",
    "symlinkat", "unlink", "unlinkat", "rmdir", "truncate", "ftruncate", "fallocate", "chmod", "fchmod", "fchmodat",
    "chown", "fchown", "lchown", "fchownat", "utime", "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr",
    "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "mount", "umount2",
)
_MOVING_AROUND = ("chdir", "fchdir", "chroot")  # after which a relative path would be another than it seems
_WRITING = re.compile(r"\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)\b")

_LINE = re.compile(r"^\d+ +(?P<call>\w+)\((?P<arguments>.*)$")
_PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<of_handle>(?:[^>\\]|\\.)*)>)|"(?P<given>(?:[^"\\]|\\.)*)"(?P<cut>\.\.\.)?')


def traced(log: Path) -> list[str]:
    """The command to run another by, so that its calls are added to `log`.

    The names of paths come after the numbers of handles, and calls that a machine does not have are left out.
    """
    calls = ",".join(f"?{call}" for call in (*_OPENING, *_CHANGING, *_MOVING_AROUND))
    return ["strace", "-f", "-y", "-qq", "--seccomp-bpf", "-s", "8192", "-A", "-o", str(log), "-e", f"trace={calls}",
            "-e", "signal=none"]


class Trace:
    """What a log tells.

    Args:
        log: written by a command that was run under `traced`.
        start: the folder that the traced program was started in.
    """

    def __init__(self, log: Path, start: Path) -> None:
        self._start = os.fsencode(start)
        self._lines = [found for line in log.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
                       if (found := _LINE.match(line)) is not None]

    def changes(self, root: Path) -> list[str]:
        """The calls, also those that failed, that would have changed something at or below a folder."""
        return [line.group() for line in self._lines if _changes(line) and self._is_about(line, root)]

    def n_read(self, root: Path) -> int:
        """How often something at or below a folder was opened for reading."""
        return sum(line["call"] in _OPENING and not _changes(line) and self._is_about(line, root)
                   for line in self._lines)

    def _is_about(self, line: re.Match[str], root: Path) -> bool:
        wanted = os.fsencode(root)
        return any(path == wanted or path.startswith(wanted + b"/") for path in self._paths(line["arguments"]))

    def _paths(self, arguments: str) -> list[bytes]:
        """All paths in the arguments of a call; a relative one begins at the handle before it."""
        base, paths = self._start, []
        for found in _PATH.finditer(arguments):
            assert not found["cut"], f"a path is cut off: {arguments}"
            if found["of_handle"] is not None:
                base = _unquoted(found["of_handle"])
                paths.append(base)
            else:
                paths.append(os.path.normpath(os.path.join(base, _unquoted(found["given"]))))
        return paths


def _changes(line: re.Match[str]) -> bool:
    if line["call"] in _OPENING:
        return _WRITING.search(line["arguments"]) is not None
    return True


def _unquoted(text: str) -> bytes:
    return codecs.escape_decode(text.encode("utf-8", "surrogateescape"))[0]  # type: ignore[attr-defined, no-any-return]
