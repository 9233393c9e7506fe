"""The arguments of the command line: every command with its options, values and help.

Importing this module is cheap and does nothing.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from app import collection_command, learning_arguments, places
from app.console import UsageError
from app.examples import DESCRIPTION, EXAMPLES, EXIT_CODES
from engine.messages import LOSSES, PROTOCOLS
from engine.types import Box

_DEVICES = ("auto", "cpu", "torch", "cuda")


class _Parser(argparse.ArgumentParser):
    """Raises `UsageError` instead of ending the program, so that `--json` holds for wrong command lines too."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line as a namespace with `command` and its options; `library` is absolute.

    Raises:
        UsageError: it is not a command line of this program.
    """
    options = make_parser().parse_args(arguments)
    if options.command is None:
        options.command, options.picture = "open", None
    options.names_library = options.library is not None or bool(os.environ.get("RESIGHT_LIBRARY"))
    options.library = places.default_library() if options.library is None else Path(os.path.abspath(options.library))
    options.device = options.device or os.environ.get("RESIGHT_DEVICE") or "auto"
    if options.device not in _DEVICES:
        raise UsageError(f"RESIGHT_DEVICE is {options.device}, but can only be one of {', '.join(_DEVICES)}.")
    return options


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = _Parser(
        prog="resight",
        description=DESCRIPTION,
        epilog=EXAMPLES["resight"] + "\n" + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version and end")
    _add_common(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _add_open(_add_command(commands, "open", "open the window (what happens without a command, too)"))
    _add_index(_add_command(commands, "index", "add folders to the library and bring them up to date"))
    _add_index(_add_command(commands, "watch", "do what index does, then go on doing it as the folders change"))
    _add_search(_add_command(commands, "search", "find the photos most like a picture, or like a box in it"))
    collections = _add_command(commands, "collections", "list the searches saved under a name, or search with one")
    collection_command.add_arguments(collections, _at_least_one)
    _add_command(commands, "status", "show what is in the library")
    _add_command(commands, "failures", "list the photos that could not be read, and why")
    retry = _add_command(commands, "retry", "try photos again that could not be read")
    retry.add_argument("files", metavar="FILE", nargs="*", help="only these (default: all)")
    retry.add_argument("--strict", action="store_true", help="exit code 1 if some still cannot be read")
    remove = _add_command(commands, "remove", "take a folder out of the library")
    remove.add_argument("folder", metavar="FOLDER", help="the folder, as it was added")
    _add_exclude(_add_command(commands, "exclude", "leave folders and photos out of the library, or list what is"))
    learning_arguments.add_label(
        _add_command(commands, "label", "say which pictures show the same thing, or list what you have said"), _box
    )
    learning_arguments.add_tune(_add_command(commands, "tune", "make a model that finds more of what is labelled"))
    learning_arguments.add_models(_add_command(commands, "models", "list the library's models, or take one in or out"))
    use = _add_command(commands, "use", "search with another of the library's models")
    use.add_argument("name", metavar="MODEL", help="its name in resight models, or how it begins")
    check = _add_command(commands, "check", "verify the library")
    check.add_argument("--repair", action="store_true", help="put right what is not in order")
    _add_snapshot(_add_command(commands, "snapshot", "back up the library, or list its backups"))
    _add_restore(_add_command(commands, "restore", "put a backup of the library in its place"))
    _add_move(_add_command(commands, "move", "move the library to another folder"))
    _add_command(commands, "prepare", "compile the network for this computer, which takes some seconds once")
    _add_evaluate(_add_command(commands, "evaluate", "measure how well photos of the same thing are found"))
    _add_train(_add_command(commands, "train", "train a model of your own on photos whose things are known"))
    _add_study(_add_command(commands, "study", "compare poolings, streams and training on photos of your own"))
    return parser


def _add_command(
    commands: argparse._SubParsersAction[_Parser],  # argparse has no public name for it
    name: str,
    purpose: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=purpose,
        description=purpose[0].upper() + purpose[1:] + ".",
        epilog=EXAMPLES[name],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    # Only what is given after the command may overrule what was given before it.
    _add_common(parser, default=argparse.SUPPRESS)
    return parser


def _add_common(parser: argparse.ArgumentParser, **default: Any) -> None:
    library = str(places.default_library()).replace("%", "%%")
    group = parser.add_argument_group("options of all commands")
    group.add_argument("--library", metavar="DIR", help=f"the library's folder (default: {library})", **default)
    group.add_argument("--json", action="store_true", help="answer with one JSON document", **default)
    group.add_argument(
        "--device",
        choices=_DEVICES,
        help="what to compute on: auto (default) takes a GPU if there is one; cpu is the fastest way on the "
        "processor; torch is plain PyTorch on it",
        **default,
    )
    group.add_argument("--model", metavar="NAME|FILE", help="the model (default: the one shipped)", **default)
    group.add_argument("--verbose", action="store_true", help="write a log to stderr", **default)


def _add_open(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", metavar="PICTURE", nargs="?", help="search with this picture at once")


def _add_index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", metavar="FOLDER", nargs="*", help="folders of photos (default: those already added)")
    parser.add_argument(
        "--accept-missing",
        action="store_true",
        help="photos that are not there any more are really gone, however many; without it, more than a fifth of a "
        "folder at once are kept as missing. A folder that is empty altogether has to be named",
    )
    parser.add_argument(
        "--gentle",
        action="store_true",
        help="leave the computer to other programs: index on one core, with low priority, and not on battery",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="keep nothing of the parts of photos: a little faster and smaller, but boxes find less",
    )
    parser.add_argument("--strict", action="store_true", help="exit code 1 if some photos could not be read")


def _add_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", metavar="PICTURE", help="the picture to search with")
    box = parser.add_mutually_exclusive_group()
    boxes: dict[str, Any] = {"action": "append", "default": [], "metavar": "X0,Y0,X1,Y1"}
    box.add_argument(
        "--box",
        dest="boxes",
        type=_box,
        help="search with this part of the upright picture only: left, top, right, bottom as shares between 0 and 1; "
        "repeatable: all parts have to be in a photo",
        **boxes,
    )
    box.add_argument("--box-px", dest="boxes_px", type=_four_numbers, help="the same in pixels of the picture", **boxes)
    parser.add_argument(
        "--not-box", dest="not_boxes", type=_box, help="leave photos out that have this part in them; repeatable",
        **boxes,
    )
    parser.add_argument(
        "--turned", action="store_true", help="also find what is mirrored, or turned by 90, 180 or 270 degrees"
    )
    parser.add_argument("-k", type=_at_least_one, default=20, metavar="N", help="how many photos at most (default: 20)")
    parser.add_argument("--min-score", type=_share, default=0.0, metavar="S", help="only photos of at least this score")
    parser.add_argument("--exact", action="store_true", help="compare with every photo instead of using the index")
    parser.add_argument(
        "--expand", action="store_true", help="look further: let the first hits help to find more of the same"
    )
    learning_arguments.add_feedback(parser)
    parser.add_argument("--save", metavar="NAME", help="keep this search as a collection, see resight collections")
    _add_quick(parser)


def _add_quick(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--quick",
        action="store_true",
        help="do not look closely at the first hits: some seconds sooner, but without frames and with more missed",
    )


def _add_exclude(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", metavar="FOLDER|NAME", nargs="*", help="a folder inside one of the library, or names as '*_small.jpg'"
    )
    parser.add_argument(
        "--include", action="append", default=[], metavar="FOLDER|NAME", help="leave this out no longer"
    )
    parser.add_argument(
        "--min-side", type=int, metavar="PIXELS", help="leave pictures out whose longer side is shorter; 0: none"
    )
    parser.add_argument(
        "--hidden",
        choices=("skip", "take"),
        help="files and folders whose names begin with a dot, or which are marked as hidden (Windows, macOS)",
    )


def _add_snapshot(parser: argparse.ArgumentParser) -> None:
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--to", metavar="FOLDER", help="write the backup here instead of into the library")
    ways.add_argument("--list", action="store_true", help="list the backups in the library, newest first")


def _add_restore(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "snapshot", metavar="SNAPSHOT", nargs="?", help="a backup: its name in resight snapshot --list, or its path"
    )
    which.add_argument("--latest", action="store_true", help="the newest backup in the library that is whole")


def _add_move(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="a new or an empty folder")
    parser.add_argument("--delete-old", action="store_true", help="delete the library in the old place afterwards")


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sets", metavar="FOLDER", nargs="+", help="a set: FOLDER/<instance>/<photo>; with --protocol: its files"
    )
    parser.add_argument(
        "--protocol",
        choices=PROTOCOLS,
        help="measure by this published protocol, whose pictures and ground truth lie in FOLDER",
    )
    parser.add_argument(
        "--distractor-descriptors",
        metavar="FILE",
        help="with --protocol: descriptors of this model that are never a right answer, float16 or float32 [n, length] "
        "in a .npy file",
    )
    _add_distractors(parser)
    parser.add_argument("--together", action="store_true", help="search in all sets at once")
    parser.add_argument(
        "--box-queries",
        type=_box_area,
        metavar="AREA",
        help="search with random boxes of this share of a "
        "photo's area, stored as pictures of their own, for the photo they were cut from",
    )
    parser.add_argument("--per-instance", action="store_true", help="figures for every instance, too")
    parser.add_argument("--expand", action="store_true", help="search as resight search --expand does")
    parser.add_argument(
        "--dba",
        action="store_true",
        help="compare each photo by the mean of itself and its neighbours (database augmentation)",
    )
    parser.add_argument(
        "--multi-scale", action="store_true", help="describe each picture at three scales (takes 3.5 times as long)"
    )
    _add_quick(parser)


def _add_distractors(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--distractors",
        metavar="FOLDER",
        nargs="+",
        action="extend",
        default=[],
        help="photos that are never a right answer",
    )


def _add_train(parser: argparse.ArgumentParser) -> None:
    _add_photos_to_learn_from(parser)
    parser.add_argument("--out", metavar="FILE", required=True, help="the model file to write; names the model, too")
    network = parser.add_argument_group("another network than that of --start, which then gives its backbone only")
    network.add_argument("--backbone", metavar="NAME", help="efficientnet-lite2, resnet50, resnet101, ...")
    network.add_argument("--streams", type=_names, default=(), metavar="A,B", help="maps of the backbone to use")
    network.add_argument("--pooling", metavar="NAME", help="weibull, exponential, sinh, gem, spoc, mac or rmac")
    network.add_argument("--per-channel", action="store_true", help="one pooling parameter for each channel")
    network.add_argument("--dim", type=_at_least_one, metavar="N", help="numbers of a descriptor")
    settings = parser.add_argument_group("settings")
    settings.add_argument("--loss", choices=LOSSES, help="what to minimise")
    settings.add_argument("--epochs", type=_whole_number, metavar="N", help="epochs of training end to end")
    settings.add_argument("--seed", type=_whole_number, metavar="N", help="the same seed gives the same model")
    _add_set(settings)


def _add_study(parser: argparse.ArgumentParser) -> None:
    _add_photos_to_learn_from(parser)
    parser.add_argument("--out", metavar="DIR", required=True, help="the folder for report, plots and results")
    parser.add_argument(
        "--test",
        dest="tests",
        metavar="SET",
        nargs="+",
        action="extend",
        default=[],
        help="folders FOLDER/<instance>/<photo> to measure on (default: a part of DATASET, which is held out)",
    )
    _add_distractors(parser)
    compared = parser.add_argument_group("what is compared")
    compared.add_argument("--poolings", type=_names, default=(), metavar="A,B", help="only these (default: all seven)")
    compared.add_argument(
        "--seeds", type=_at_least_one, default=3, metavar="N", help="how often each is trained (default: %(default)s)"
    )
    compared.add_argument("--backbone", metavar="NAME", help="another one than that of --start")
    compared.add_argument("--streams", type=_names, default=(), metavar="A,B", help="maps of the backbone to use")
    compared.add_argument("--dim", type=_at_least_one, metavar="N", help="numbers of a descriptor")
    _add_set(parser)


def _add_photos_to_learn_from(parser: argparse.ArgumentParser) -> None:
    """What training and studies have in common."""
    parser.add_argument("datasets", metavar="DATASET", nargs="+", help="photos whose things are known: folder or list")
    parser.add_argument(
        "--unlabelled",
        metavar="FOLDER",
        nargs="+",
        action="extend",
        default=[],
        help="other photos, which show none of these things",
    )
    parser.add_argument("--root", metavar="FOLDER", help="what paths in lists are relative to (default: their folder)")
    parser.add_argument(
        "--start",
        metavar="NAME|FILE",
        default=places.UNTRAINED_MODEL,
        help="the model to begin with, or published weights of a backbone (default: %(default)s)",
    )
    parser.add_argument("--restart", action="store_true", help="begin anew instead of going on")


def _add_set(parser: argparse._ActionsContainer) -> None:  # argparse has no public name for parsers and their groups
    parser.add_argument(
        "--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="any other setting; repeatable"
    )


# ---- values ------------------------------------------------------------------------------------------


def _value(convert: Callable[[str], float], text: str, allowed: Callable[[float], bool], wanted: str) -> float:
    try:
        number = convert(text)
    except ValueError:
        number = float("nan")
    if not allowed(number):
        raise argparse.ArgumentTypeError(f"{wanted}, not {text!r}")
    return number


def _at_least_one(text: str) -> int:
    return int(_value(int, text, lambda number: number >= 1, "it has to be a whole number from 1 up"))


def _whole_number(text: str) -> int:
    return int(_value(int, text, lambda number: number >= 0, "it has to be a whole number from 0 up"))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _setting(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not (found and name.strip() and value.strip()):
        raise argparse.ArgumentTypeError(f"a setting is NAME=VALUE, not {text!r}")
    return name.strip(), value.strip()


def _share(text: str) -> float:
    return _value(float, text, lambda number: 0.0 <= number <= 1.0, "it has to be a number between 0 and 1")


def _box_area(text: str) -> float:
    return _value(float, text, lambda number: 0.0 < number <= 0.5, "it has to be a number above 0 and up to 0.5")


def _four_numbers(text: str) -> tuple[float, float, float, float]:
    try:
        x0, y0, x1, y1 = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"a box is four numbers X0,Y0,X1,Y1, not {text!r}") from None
    return x0, y0, x1, y1


def _box(text: str) -> Box:
    try:
        return Box(*_four_numbers(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
