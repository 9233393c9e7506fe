"""Make the JSON that `resight evaluate --protocol` reads of the published ground truth of revisited Oxford and Paris:

    python packaging/convert_ground_truth.py gnd_roxford5k.pkl [OUT.json]

The published file is a pickle. A pickle is a program: opened in the usual way, it may do whatever its maker liked. This
reader runs only what numbers, texts, lists and arrays are put together from, and stops at anything else; a bad file can
still fill the memory. Use it on the file of the authors (github.com/filipradenovic/revisitop) and on no other.
"""

from __future__ import annotations

import argparse
import io
import json
import pickle
import struct
import sys
from pathlib import Path
from typing import Any

MAX_BYTES = 100_000_000
LISTS = ("easy", "hard", "junk")


class Refused(Exception):
    """The file asks for something that no ground truth needs."""


FORMATS = {  # numpy's codes for kinds of numbers -> those of struct
    **{"b1": "?", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H", "u4": "I", "u8": "Q"},
    **{"f2": "e", "f4": "f", "f8": "d"},
}


class Kind:
    """Stands for a numpy dtype of whole or real numbers. numpy itself is not needed, and sees nothing of the file."""

    def __init__(self, code: str, *_options: object) -> None:
        self.order, self.format = "<", FORMATS.get(code[-2:], "")
        if not self.format or code[:-2] not in ("", "<", ">", "|", "="):
            raise Refused(f"arrays of the kind {code!r}")
        self.__setstate__((3, code[:-2] or "<"))

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if state[1] not in ("<", ">", "|", "="):
            raise Refused("an unknown order of bytes")
        self.order = ">" if state[1] == ">" else "<"


class Array:
    """Stands for a numpy array: its `values` as a flat list."""

    def __init__(self, *_what: object) -> None:
        self.values: list[Any] = []

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, _, kind, _, data = state
        self.values = _numbers(kind, data)


def _array_of(data: bytes | str, kind: Kind, *_layout: object) -> Array:
    array = Array()
    array.values = _numbers(kind, data)
    return array


def _scalar(kind: Kind, data: bytes | str) -> Any:
    return _numbers(kind, data)[0]


def _numbers(kind: Kind, data: bytes | str) -> list[Any]:
    raw = data.encode("latin1") if isinstance(data, str) else bytes(data)  # as Python 2 wrote them
    return [value for (value,) in struct.iter_unpack(kind.order + kind.format, raw)]


def _latin1(text: str, encoding: str = "") -> bytes:
    if encoding != "latin1":
        raise Refused(f"the encoding {encoding}")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


_BUILDING_BLOCKS: dict[tuple[str, str], object] = {
    ("numpy", "ndarray"): "an array",  # only named, never called
    ("numpy", "dtype"): Kind,
    ("_codecs", "encode"): _latin1,
    **{(builtins, "bytes"): _no_bytes for builtins in ("builtins", "__builtin__")},
    **{(f"numpy.{core}.multiarray", "_reconstruct"): Array for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): _scalar for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): _array_of for core in ("core", "_core")},
}


class Reader(pickle.Unpickler):
    """Knows the building blocks of arrays; containers, texts and numbers need none."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _BUILDING_BLOCKS[module, name]
        except KeyError:
            raise Refused(f"{module}.{name}") from None

    def persistent_load(self, pid: Any) -> Any:
        raise Refused("something outside of it")


def read(data: bytes) -> dict[str, Any]:
    """The ground truth in a pickle, as plain values in the layout that `engine/ground_truth.py` documents."""
    found = Reader(io.BytesIO(data), encoding="latin1").load()
    return {
        "imlist": [str(name) for name in found["imlist"]],
        "qimlist": [str(name) for name in found["qimlist"]],
        "gnd": [
            {
                "bbx": [float(edge) for edge in _flat(one["bbx"])],
                **{key: [int(position) for position in _flat(one[key])] for key in LISTS},
            }
            for one in found["gnd"]
        ],
    }


def _flat(values: Any) -> list[Any]:
    return values.values if isinstance(values, Array) else list(values)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pickle", type=Path, help="the published file, for example gnd_roxford5k.pkl")
    parser.add_argument("out", type=Path, nargs="?", help="the JSON to write (default: beside it, .json)")
    options = parser.parse_args()
    target = options.out or options.pickle.with_suffix(".json")
    try:
        data = options.pickle.read_bytes()
        if len(data) > MAX_BYTES:
            raise Refused("more memory than a ground truth needs")
        truth = read(data)
    except Refused as what:
        print(f"{options.pickle} asks for {what}. It is no ground truth as published; nothing was written.")
        return 1
    except Exception as error:  # noqa: BLE001 - what a broken pickle raises is not limited
        print(f"{options.pickle} cannot be read as a ground truth ({type(error).__name__}: {error}).")
        return 1
    target.write_text(json.dumps(truth), encoding="utf-8")
    print(f"{target}: {len(truth['qimlist'])} queries, {len(truth['imlist'])} pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
