"""How much one photo may take. Standard library only."""

from __future__ import annotations

MAX_FILE_BYTES = 600_000_000
MAX_DECODED_BYTES = 600_000_000
"""For one picture while it is decoded, the file's own bytes not counted."""
MAX_PIXELS = 600_000_000
"""Above this even counting through a JPEG takes too long."""
