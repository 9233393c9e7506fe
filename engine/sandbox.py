"""What the kernel refuses a decoder process: Linux on x86-64 and ARM64 only.

Decoding needs to read files, memory and time. A filter on system calls (seccomp-bpf) takes away what else a process
that a malicious file has taken over could do with the user's rights: speak over any network or socket, start or attach
to programs, create, change or delete files, send signals to others. A refused call fails as if it were not permitted.
It is a list of what is refused, not of what is allowed, so that a new version of a decoding library or of the C library
cannot break reading photos; reading files cannot be on it. Written directly for the kernel's interface, which never
changes: `linux/seccomp.h`, `linux/filter.h`, the numbers of `asm/unistd.h`. Standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data; arguments take 8 bytes, low half first
_X32 = 0x40000000  # from here on: calls of another ABI of the same processor
_CLONE_THREAD = 0x10000
_CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # they type into the terminal the program was started from

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Call -> its number on x86-64 and on ARM64 (None: it does not exist there).
_REFUSED: dict[str, tuple[int, int | None]] = {
    # speaking: sockets of any kind, also those of the desktop's own services
    **{"socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202)},
    **{"accept4": (288, 242), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269)},
    # programs and other processes
    **{"execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None), "ptrace": (101, 117)},
    **{"process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "process_madvise": (440, 440)},
    **{"pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "tkill": (200, 130)},
    **{"rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "setpriority": (141, 140)},
    **{"sched_setaffinity": (203, 122)},
    # files
    **{"creat": (85, None), "link": (86, None), "unlink": (87, None), "symlink": (88, None), "mknod": (133, None)},
    **{"mkdir": (83, None), "rmdir": (84, None), "rename": (82, None), "chmod": (90, None), "chown": (92, None)},
    **{"lchown": (94, None), "utime": (132, None), "utimes": (235, None), "futimesat": (261, None)},
    **{"linkat": (265, 37), "unlinkat": (263, 35), "symlinkat": (266, 36), "mknodat": (259, 33), "mkdirat": (258, 34)},
    **{"renameat": (264, 38), "renameat2": (316, 276), "fchmod": (91, 52), "fchmodat": (268, 53)},
    **{"fchmodat2": (452, 452), "fchown": (93, 55), "fchownat": (260, 54), "utimensat": (280, 88)},
    **{"truncate": (76, 45), "ftruncate": (77, 46), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7)},
    **{"removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16)},
    **{"open_by_handle_at": (304, 265)},
    # the system and the larger doors into the kernel
    **{"mount": (165, 40), "umount2": (166, 39), "mount_setattr": (442, 442), "move_mount": (429, 429)},
    **{"open_tree": (428, 428), "fsopen": (430, 430), "pivot_root": (155, 41), "chroot": (161, 51)},
    **{"unshare": (272, 97), "setns": (308, 268), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426)},
    **{"io_uring_register": (427, 427), "bpf": (321, 280), "userfaultfd": (323, 282), "perf_event_open": (298, 241)},
    **{"keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "personality": (135, 92)},
}
# Calls whose arguments the filter cannot see; the C library then takes the older call, whose arguments it can.
_UNKNOWN: dict[str, tuple[int, int]] = {"clone3": (435, 435), "openat2": (437, 437)}
_OPEN, _OPENAT, _CLONE, _IOCTL = (2, None), (257, 56), (56, 220), (16, 29)
_KILL, _TGKILL, _PRLIMIT = (62, 129), (234, 131), (302, 261)


def enter() -> bool:
    """Give up, for ever and for all threads to come, what decoding does not need.

    Returns:
        Whether the kernel holds this process to it now. False on other systems and processors, and on kernels or in
        containers without such filters.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _AUDIT_ARCH or sys.maxsize < 1 << 32:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    code = _program(machine, os.getpid())
    memory = ctypes.create_string_buffer(code, len(code))
    program = _SockFprog(len(code) // _INSTRUCTION.size, ctypes.addressof(memory))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


_INSTRUCTION = struct.Struct("=HBBI")  # struct sock_filter: code, steps if true, steps if false, operand


class _SockFprog(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _program(machine: str, pid: int) -> bytes:
    column = 0 if machine == "x86_64" else 1
    refuse = _end(_ERRNO | errno.EPERM)
    lines = [
        *_load(_ARCHITECTURE), *_if(_EQUAL, _AUDIT_ARCH[machine], [], _end(_KILL_PROCESS)),
        *_load(_NUMBER), *_if(_AT_LEAST, _X32, refuse, []),
    ]  # fmt: skip

    def on(call: tuple[int, int | None], then: list[bytes]) -> None:
        number = call[column]
        if number is not None:
            lines.extend(_if(_EQUAL, number, then, []))

    for call in _REFUSED.values():
        on(call, refuse)
    for call in _UNKNOWN.values():
        on(call, _end(_ERRNO | errno.ENOSYS))
    allow, argument = _end(_ALLOW), [_load(_ARGUMENTS + 8 * number) for number in range(3)]
    on(_OPEN, [*argument[1], *_if(_ANY_BIT, _CHANGING, refuse, allow)])
    on(_OPENAT, [*argument[2], *_if(_ANY_BIT, _CHANGING, refuse, allow)])
    on(_CLONE, [*argument[0], *_if(_ANY_BIT, _CLONE_THREAD, allow, refuse)])
    on(_IOCTL, [*argument[1], *_if(_EQUAL, _TIOCSTI, refuse, []), *_if(_EQUAL, _TIOCLINUX, refuse, allow)])
    for call in (_KILL, _TGKILL):  # a process may abort itself
        on(call, [*argument[0], *_if(_EQUAL, pid, allow, refuse)])
    on(_PRLIMIT, [*argument[0], *_if(_EQUAL, 0, allow, []), *_if(_EQUAL, pid, allow, refuse)])
    return b"".join([*lines, *allow])


def _load(offset: int) -> list[bytes]:
    return [_INSTRUCTION.pack(_LOAD, 0, 0, offset)]


def _if(test: int, operand: int, then: list[bytes], otherwise: list[bytes]) -> list[bytes]:
    """Compare what is loaded. Each branch ends the program, or is empty and goes on after this."""
    if then:
        return [_INSTRUCTION.pack(test, 0, len(then), operand), *then, *otherwise]
    return [_INSTRUCTION.pack(test, len(otherwise), 0, operand), *otherwise]


def _end(action: int) -> list[bytes]:
    return [_INSTRUCTION.pack(_RETURN, 0, 0, action)]
