"""What this machine can compute on: an NVIDIA GPU through CUDA, or the processor. Never imports torch to find out.

Asking the driver is cheap and safe; importing torch is neither, so it is only done where the driver says there is
something to use. Any thread.
"""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

_NVIDIA_VENDOR = "0x10de"
_DISPLAY_CLASS = "0x03"


@dataclass(frozen=True, slots=True)
class GpuProbe:
    """Whether there is an NVIDIA GPU (`present`), whether its driver answers (`usable`), and if not, why not."""

    present: bool
    usable: bool
    reason: str = ""


def probe_gpu() -> GpuProbe:
    """Ask the NVIDIA driver for GPUs, without torch."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        if _hardware_present():
            return GpuProbe(True, False, "its driver is not installed")
        return GpuProbe(False, False)
    count = ctypes.c_int(0)
    if (code := driver.cuInit(0)) != 0 or (code := driver.cuDeviceGetCount(ctypes.byref(count))) != 0:
        # 100 is CUDA_ERROR_NO_DEVICE: a driver without a GPU is not worth a word to the user.
        present = code != 100 or _hardware_present()
        return GpuProbe(present, False, f"its driver answered with error {code}" if present else "")
    return GpuProbe(count.value > 0, count.value > 0)


def _hardware_present() -> bool:
    """Whether the PCI bus of a Linux machine carries an NVIDIA display device; False where that cannot be told."""
    for device in Path("/sys/bus/pci/devices").glob("*"):
        try:
            vendor = (device / "vendor").read_text().strip()
            kind = (device / "class").read_text().strip()
        except OSError:
            continue
        if vendor == _NVIDIA_VENDOR and kind.startswith(_DISPLAY_CLASS):
            return True
    return False


def n_cores() -> int:
    """Processor cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
