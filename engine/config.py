"""What an engine needs to know before it starts. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Where an engine works and with what.

    Args:
        library: folder of the library; made if missing (unless `read_only`).
        model: the model's safetensors file.
        cache: folder for files that can be made again, shared by libraries (the compiled network).
        device: "auto", "cpu" (fastest of this machine), "torch" (plain torch float32 on the CPU) or "cuda".
        read_only: open without the writer's lock: searches and status only, next to a running Resight.
        decoders: number of decoder processes for bulk work; 0 chooses by the machine.
        must_exist: there has to be a library there already: none is made, for example where its drive is missing.
        watch: watch the folders for changes, and keep the library up to date by itself.
        gentle: index with one decoder process of low priority and one picture at a time on one core, and not while the
            computer runs on battery; `SetGentle` switches it.
        quick: index without codes of parts of photos: a little faster and smaller, but boxes find less.
        gives_way: gentle indexing also waits while somebody works at the computer.
        own_model: search with the library's own model, if it was told to use one (`UseModel`), instead of `model`.
        settle_s: seconds a file must keep still before it is read; 0 trusts every file.
    """

    library: Path
    model: Path
    cache: Path
    device: str = "auto"
    read_only: bool = False
    decoders: int = 0
    must_exist: bool = False
    watch: bool = False
    settle_s: float = 2.0
    gentle: bool = False
    quick: bool = False
    gives_way: bool = False
    own_model: bool = True
