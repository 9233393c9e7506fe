"""Bad input: every file marked use=dev in a folder's MANIFEST.tsv, indexed in one folder with 20 good photos.

All good photos have to be found, nothing may crash or hang, and every failure needs a sentence people understand.
"""

from __future__ import annotations

import csv
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from bench_tools import MIB, Bar, make_parser, pictures_in, report, run, run_well, say, work_folder

N_GOOD = 20
LONGEST_SILENCE_S = 22.0  # 20 s for one file, and a progress line at most every 2 s
MOST_MEMORY_MIB = 2048
# What a person should not have to read: classes, errno, addresses, code.
TECHNICAL = re.compile(
    r"Traceback|Exception|\b\w+Error\b|errno|0x[0-9a-f]{4}|\bNone\b|\bNaN\b|<[a-z_.]+ object|\bPIL\b|libjpeg|[{}\[\]]",
    re.I,
)


def copy_bad_files(bad: Path, target: Path) -> int:
    """Copy the files for development, as they are and under their own names -> how many."""
    with (bad / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        rows = [row for row in csv.DictReader(manifest, delimiter="\t") if row["use"] == "dev"]
    copied = 0
    for row in rows:
        source = bad / row["path"]
        if source.is_file():
            (target / row["path"]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / row["path"])
            copied += 1
    return copied


def misunderstood(failures: list[dict[str, Any]]) -> list[str]:
    """The sentences that are no sentences for people."""
    return [
        failure["sentence"]
        for failure in failures
        if not failure["sentence"].endswith((".", "!"))
        or len(failure["sentence"].split()) < 4
        or TECHNICAL.search(failure["sentence"].replace(Path(failure["path"]).name, ""))
    ]


def not_found(library: Path, good: list[Path]) -> list[str]:
    """The good photos that a search with themselves does not bring first."""
    missing = []
    for path in good:
        answer = run_well(library, "search", str(path), "-k", "1").answer
        if not answer["hits"] or answer["hits"][0]["path"] != str(path) or answer["hits"][0]["score"] < 0.999:
            missing.append(path.name)
    return missing


def main() -> int:
    parser = make_parser(__doc__)
    parser.add_argument("bad", type=Path, metavar="BAD", help="the folder of bad files, with MANIFEST.tsv")
    options = parser.parse_args()
    with work_folder(options.work) as work:
        photos, library = work / "photos", work / "library"
        shutil.rmtree(library, ignore_errors=True)
        shutil.rmtree(photos, ignore_errors=True)
        n_bad = copy_bad_files(options.bad.resolve(), photos / "bad")
        (photos / "good").mkdir(parents=True)
        good = [Path(shutil.copy(path, photos / "good")) for path in pictures_in(options.photos)[:N_GOOD]]
        before = {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in photos.rglob("*") if path.is_file()}
        say(f"Indexing {n_bad} bad files and {len(good)} good photos ...")
        finished = run(library, "index", str(photos), watch_memory=True)
        failures = run_well(library, "failures").answer
        missing = not_found(library, good)
        unclear = misunderstood(failures)
        after = {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in photos.rglob("*") if path.is_file()}
    answer = finished.answer or {}
    silence_s = finished.longest_silence_s()
    bars = [
        Bar("exit code", finished.code, most=0),
        Bar("good photos found", len(good) - len(missing), least=N_GOOD),
        Bar("longest silence, s", silence_s, most=LONGEST_SILENCE_S),
        Bar("peak memory of all processes, MiB", finished.peak_bytes / MIB, most=MOST_MEMORY_MIB),
        Bar("failures not listed", abs(answer.get("failed", -1) - len(failures)), most=0),
        Bar("sentences not for people", len(unclear), most=0),
        Bar(
            "files changed",
            sum(before[path] != after.get(path) for path in before) + len(after.keys() - before),
            most=0,
        ),
    ]
    kinds: dict[str, int] = {}
    for failure in failures:
        kinds[failure["kind"]] = kinds.get(failure["kind"], 0) + 1
    figures = {"bad_files": n_bad, "report": answer, "kinds": kinds, "unclear": unclear[:20], "missing": missing}
    return report("bad_files", bars, figures, options.markdown)


if __name__ == "__main__":
    sys.exit(main())
