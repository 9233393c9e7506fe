"""The arguments of the commands by which Resight learns from its user."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from engine.types import Box


def add_label(parser: argparse.ArgumentParser, box: Callable[[str], Box]) -> None:
    """The options of `resight label`; `box` reads a box from its text."""
    parser.add_argument("pictures", metavar="PICTURE", nargs="*", help="two or more: the first is compared with each")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--same", action="store_true", help="they show the same thing")
    what.add_argument("--different", action="store_true", help="they do not; searches with one leave the other out")
    what.add_argument("--forget", action="store_true", help="take back what was said of them")
    what.add_argument("--undo", action="store_true", help="take back the last change")
    what.add_argument("--list", action="store_true", help="list all labels, and those that contradict each other")
    what.add_argument("--export", metavar="FILE", help="write all labels as CSV")
    what.add_argument("--import", dest="import_from", metavar="FILE", help="add the labels of a CSV file")
    parser.add_argument(
        "--box",
        type=box,
        metavar="X0,Y0,X1,Y1",
        help="of the first picture only this part is meant: left, top, right, bottom as shares between 0 and 1",
    )


def add_feedback(parser: argparse.ArgumentParser) -> None:
    """The options of `resight search` by which more is told of what is meant."""
    parser.add_argument(
        "--like", metavar="PICTURE", nargs="+", action="extend", default=[], help="pictures that show the same, too"
    )
    parser.add_argument(
        "--unlike", metavar="PICTURE", nargs="+", action="extend", default=[], help="pictures that show something else"
    )


def add_tune(parser: argparse.ArgumentParser) -> None:
    """The options of `resight tune`."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="a minute or so, and no photo is read again; the usual way")
    how.add_argument(
        "--deep", action="store_true",
        help="train the network itself, for hours without a GPU; what was stopped with Ctrl+C goes on",
    )
    how.add_argument("--drop", action="store_true", help="delete a deep training that was stopped")
    parser.add_argument("--restart", action="store_true", help="with --deep: begin anew, with the labels of now")
    parser.add_argument("--use", action="store_true", help="search with the new model at once, if it is better")


def add_models(parser: argparse.ArgumentParser) -> None:
    """The options of `resight models`."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--export", nargs=2, metavar=("MODEL", "FILE"), help="write a model as one file")
    what.add_argument("--import", dest="import_from", metavar="FILE", help="add a model from a file")
    what.add_argument("--remove", metavar="MODEL", help="delete a model that is not in use, with all made with it")
