"""`python -m app`: the same as the command `resight`."""

from __future__ import annotations

import multiprocessing
import sys

from app.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # a built program is started again for each decoder process
    sys.exit(main())
