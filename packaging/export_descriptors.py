"""Write the descriptors of a library to a .npy file, for `resight evaluate --protocol ... --distractor-descriptors`:

    python packaging/export_descriptors.py LIBRARY OUT.npy

One row of float16 numbers for each content, in the order in which they were indexed. The library is only read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.places import default_model
from engine.actnet.checkpoint import read_card
from engine.errors import EngineError
from engine.library import Library


def export(root: Path, target: Path, model: Path) -> int:
    """Write the descriptors of this model in a library -> how many."""
    library = Library(root, read_card(model), read_only=True)
    try:
        descriptors = library.catalogue.descriptors
        n_rows = descriptors.count(library.model)
        if not n_rows:
            raise SystemExit(f"The library {root} has no descriptors of the model {library.model.name}.")
        rows = np.lib.format.open_memmap(target, "w+", np.float16, (n_rows, library.model.dim))
        n_written = 0
        for chunk in descriptors.all(library.model):
            rows[n_written : n_written + len(chunk.vectors)] = chunk.vectors
            n_written += len(chunk.vectors)
        rows.flush()
    finally:
        library.close()
    if n_written < n_rows:
        raise SystemExit(f"{n_rows - n_written} descriptors are damaged. Repair the library: resight check --repair")
    return n_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path, help="the library's folder")
    parser.add_argument("out", type=Path, help="the .npy file to write")
    parser.add_argument("--model", type=Path, help="the model's file (default: the one shipped)")
    options = parser.parse_args()
    try:
        print(f"{options.out}: {export(options.library, options.out, options.model or default_model())} descriptors")
    except EngineError as error:
        raise SystemExit(error.sentence) from error


if __name__ == "__main__":
    main()
