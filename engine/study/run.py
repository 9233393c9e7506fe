"""`Study` from job to report: computes what is not known yet, keeps each result at once, and writes what they say."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shlex
from collections.abc import Generator
from pathlib import Path
from typing import Any

import torch  # noqa: TID253 - only imported by whoever has decided to train

from engine.actnet.checkpoint import is_model, read_card
from engine.actnet.network import BACKBONES, Architecture, StreamSpec
from engine.actnet.pooling import POOLINGS as KNOWN_POOLINGS
from engine.decoders import Decoders
from engine.errors import DeviceError, ModelError, StudyError
from engine.messages import Progress, Study
from engine.storage import LibraryFolder
from engine.study.computing import Computing
from engine.study.findings import Findings, find
from engine.study.inputs import SharedInputs
from engine.study.photos import StudyPhotos, read_photos
from engine.study.pictures import draw, what_was_learnt
from engine.study.plan import MSA, POOLINGS, SSA, STUDY_SETTINGS, Plan
from engine.study.report import Description, SetSize, claim_line, report
from engine.study.results import RESULTS, Results
from engine.study.statistics import Bootstrap
from engine.training.run import locked_folder, use_cuda
from engine.training.settings import TrainingSettings

REPORT = "README.md"
_INPUTS = "inputs"


def study(job: Study, device: str, decoders: Decoders) -> Generator[Progress, None, dict[str, Any]]:
    """Steps of a study; returns where the report is, and what it says in short. Engine thread, or one of its own.

    Args:
        job: what to compare, on what, and where to write.
        device: "auto", "cpu", "torch" or "cuda".
        decoders: read the photos.

    Raises:
        DatasetError, FolderError, StudyError, TrainingError, ModelError, DeviceError, PhotoError: something does not
            fit.
        DiskFull, LibraryError: something cannot be written.
    """
    settings = STUDY_SETTINGS.with_options(job.settings)
    _require_place(job.out)
    architecture = _architecture_of(job)
    plan = _plan_of(job, architecture, settings)
    photos = read_photos(job, settings)
    n_learnt = len(photos.split.learnt.photos)
    if n_learnt < architecture.dim:
        raise StudyError(
            f"Descriptors of {architecture.dim} numbers need at least as many photos to learn from, but there are "
            f"{n_learnt}. Name more folders, or choose shorter descriptors with --dim."
        )
    with locked_folder(job.out, "study"):
        inputs = SharedInputs(architecture, job.start, photos, settings, job.out / _INPUTS, use_cuda(device))
        results = Results(job.out, _key_of(architecture, inputs))
        if job.restart:
            results.remove()
        results.open()
        if results.missing(plan.runs()):
            yield from inputs.make(decoders)
            try:
                yield from Computing(plan, architecture, inputs, results).run()
            except torch.cuda.OutOfMemoryError as error:
                raise DeviceError("The GPU has too little memory for this study. Use --device cpu.") from error
        figures = _write(job, plan, architecture, photos, settings, results)
        inputs.remove()
    return figures


def _require_place(out: Path) -> None:
    """Refuse at the beginning what would fail at the end, and a folder with other things in it."""
    if not out.parent.is_dir():
        raise StudyError(f"There is no folder {out.parent} to make the study's folder in.", out.parent)
    if not os.access(out if out.is_dir() else out.parent, os.W_OK):
        raise StudyError(f"Resight may not write in {out}. Choose another folder.", out)
    if out.exists() and not (out.is_dir() and _is_study(out)):
        raise StudyError(f"{out} is there already, and is no study. Choose another folder.", out)


def _is_study(folder: Path) -> bool:
    """Whether there is nothing in a folder but a study, be it one that has just begun."""
    own = ("lock", _INPUTS)
    return (folder / RESULTS).exists() or all(entry.name in own for entry in folder.iterdir())


# ---- from the job -----------------------------------------------------------------------------------------------


def _architecture_of(job: Study) -> Architecture:
    """The network with all streams, from shallow to deep; its poolings are replaced by those that are compared."""
    try:
        known = Architecture.from_json(read_card(job.start).architecture) if is_model(job.start) else Architecture()
        backbone = job.backbone or known.backbone
        if backbone not in BACKBONES:
            raise ModelError(f"There is no backbone “{backbone}”: choose one of {', '.join(BACKBONES)}.")
        usual = {stream.name: stream.power for stream in known.streams} if backbone == known.backbone else {}
        depth = list(BACKBONES[backbone].channels)
        names = sorted(
            job.streams or usual or BACKBONES[backbone].usual_streams,
            key=lambda name: depth.index(name) if name in depth else 0,
        )
        streams = tuple(StreamSpec(name, "spoc", usual.get(name, known.streams[0].power)) for name in names)
        architecture = dataclasses.replace(known, backbone=backbone, streams=streams, dim=job.dim or known.dim)
        dataclasses.replace(architecture, streams=streams[-1:])  # the deepest stream alone has to do, too
        return architecture
    except ModelError as error:
        raise StudyError(error.sentence) from error


def _plan_of(job: Study, architecture: Architecture, settings: TrainingSettings) -> Plan:
    unknown = set(job.poolings) - set(KNOWN_POOLINGS)
    if unknown:
        raise StudyError(f"There is no pooling “{min(unknown)}”: choose from {', '.join(KNOWN_POOLINGS)}.")
    poolings = tuple(name for name in POOLINGS if not job.poolings or name in job.poolings)
    seeds = tuple(range(settings.seed, settings.seed + max(1, job.seeds)))
    return Plan(poolings, (SSA, MSA) if len(architecture.streams) > 1 else (SSA,), seeds)


def _key_of(architecture: Architecture, inputs: SharedInputs) -> str:
    """A hash of all that figures depend on: not of which poolings and seeds there are, so that more can be added."""
    settings = json.dumps({**json.loads(inputs.settings.to_json()), "patience": 0}, sort_keys=True)
    digest = hashlib.blake2b(repr((architecture, inputs.key, settings)).encode(), digest_size=16)
    photos = inputs.photos
    digest.update(repr([(one.instance, one.group, one.source) for one in photos.split.learnt.photos]).encode())
    for one in photos.sets:
        ignored = sorted((thing, sorted(others)) for thing, others in one.ignored.items())
        digest.update(repr((one.name, one.rows, one.things, ignored)).encode())
    digest.update(repr(photos.distractors).encode())
    return digest.hexdigest()


# ---- what is written --------------------------------------------------------------------------------------------


def _write(
    job: Study, plan: Plan, architecture: Architecture, photos: StudyPhotos, settings: TrainingSettings,
    results: Results,
) -> dict[str, Any]:
    """Write report and plots; returns the figures of the job."""
    findings = find(plan, results, Bootstrap({one.name: len(one.queries()) for one in photos.sets}))
    what = _described(job, architecture, photos, settings)
    pictures = draw(plan, results, findings)
    text = report(plan, what, findings, what_was_learnt(plan, results), pictures)
    folder = LibraryFolder(job.out)
    for name, png in pictures.items():
        folder.write_atomically(job.out / name, png)
    folder.write_atomically(job.out / REPORT, text.encode())
    return _figures(job.out / REPORT, plan, findings)


def _described(
    job: Study, architecture: Architecture, photos: StudyPhotos, settings: TrainingSettings
) -> Description:
    learnt, side = photos.split.learnt, round(architecture.rule.area_px**0.5)
    return Description(
        network=f"{architecture.backbone}, {architecture.dim} numbers a descriptor, pictures of about {side} x {side}",
        start=job.start.stem,
        streams=tuple(stream.name for stream in architecture.streams),
        learnt={
            name: sum(photo.source == number for photo in learnt.photos) for number, name in enumerate(learnt.sources)
        },
        things=len({photo.instance for photo in learnt.photos if photo.is_labelled}),
        unlabelled=sum(not photo.is_labelled for photo in learnt.photos),
        held_out=not job.tests,
        sets=tuple(
            SetSize(one.name, len(one.rows), len(set(one.things)), len(one.queries())) for one in photos.sets
        ),
        distractors=len(photos.distractors),
        command=_command(job),
        settings=json.dumps(json.loads(settings.to_json()), indent=1),
    )


def _command(job: Study) -> str:
    """The command that makes the study, with the names of folders and files only."""
    words = ["resight", "study", *map(_name, job.datasets)]
    for option, folders in (
        ("--unlabelled", job.unlabelled), ("--root", [job.root] if job.root else []), ("--test", job.tests),
        ("--distractors", job.distractors),
    ):
        words += [option, *map(_name, folders)] if folders else []
    words += ["--out", job.out.name, "--start", job.start.name, "--seeds", str(job.seeds)]
    for option, value in (
        ("--poolings", ",".join(job.poolings)), ("--backbone", job.backbone), ("--streams", ",".join(job.streams)),
        ("--dim", job.dim),
    ):
        words += [option, str(value)] if value else []
    for name, value in job.settings:
        words += ["--set", f"{name}={value}"]
    return shlex.join(words)


def _name(path: str) -> str:
    return Path(path).name


def _figures(path: Path, plan: Plan, findings: Findings) -> dict[str, Any]:
    return {
        "report": str(path),
        "seeds": list(plan.seeds),
        "cells": [
            {
                "pooling": cell.pooling, "streams": cell.streams, "trained": cell.trained,
                "mAP": round(one.mean_ap.value, 6), "low": round(one.mean_ap.low, 6),
                "high": round(one.mean_ap.high, 6), "recall@1": round(one.first, 6),
            }
            for cell, one in findings.cells.items()
        ],
        "claims": [
            {"sentence": claim.sentence, "verdict": claim.difference.verdict,
             "difference": round(claim.difference.interval.value, 6),
             "words": claim_line(claim.sentence, claim.difference)}
            for claim in findings.claims
        ],
    }
