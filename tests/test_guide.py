"""docs/guide.md and its translation: what they link to, name and show is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.actions import COMMANDS, MENUS
from app.arguments import make_parser

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GUIDES = (DOCS / "guide.md", DOCS / "guide.ja.md")
PICTURES = DOCS / "screenshots"
MOST_BYTES = 12_000_000


def plain(text: str) -> str:
    """A text of the window without the marks of access keys and the dots."""
    return re.sub(r"\(&\w\)|&|…", "", text).strip()


def anchors(text: str) -> set[str]:
    """The anchors that GitHub makes of headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*GUIDES, ROOT / "README.md"], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    assert links
    for link in links:
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_every_picture_is_shown_and_all_are_small_together() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in (*GUIDES, ROOT / "README.md"))
    dark = {"first-run-dark.png", "results-dark.png", "box-dark.png", "duplicates-dark.png"}
    pictures = {path.name for path in PICTURES.iterdir()}
    assert {name for name in pictures if f"screenshots/{name}" not in shown} == dark | UNSHOWN
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES


UNSHOWN = {
    f"{state}.png"
    for state in ("stacks", "large", "trash", "failures", "settings-library", "settings-indexing", "leave-out")
}
"""States that are kept to be looked at only."""


def test_commands_of_menus_and_their_keys_are_those_of_the_window() -> None:
    known = {(plain(MENUS[c.menu]), plain(c.text)): c.keys for c in COMMANDS if c.menu}
    named = re.findall(r"\*(\w+) >\s+([^*>]+)\*(?:\s+\(([^)]+)\))?", GUIDES[0].read_text(encoding="utf-8"))
    named = [(menu, text, key) for menu, text, key in named if menu in {plain(title) for title in MENUS.values()}]
    assert len(named) > 8
    for menu, text, key in named:
        assert (menu, plain(text)) in known, (menu, text)
        assert not key or key in known[menu, plain(text)], (text, key)


def test_what_the_japanese_guide_quotes_is_what_the_window_says() -> None:
    root = ElementTree.parse(ROOT / "resources" / "i18n" / "resight_ja.ts").getroot()
    said = {plain(message.findtext("translation", "")) for message in root.iter("message")}
    quoted = set(re.findall("「([^」]+)」", GUIDES[1].read_text(encoding="utf-8")))
    assert len(quoted) > 20
    unknown = {words for words in quoted if not any(text.startswith(plain(words)) for text in said)}
    assert not unknown


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_command_line_is_understood(page: Path) -> None:
    lines = re.findall(r"^resight(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) > 20
    for line in lines:
        make_parser().parse_args(shlex.split(line, comments=True))


def test_both_guides_have_the_same_sections_pictures_and_command_lines() -> None:
    english, japanese = (page.read_text(encoding="utf-8") for page in GUIDES)
    for pattern in (r"^## ", r"^!\[", r"^resight[^#]*"):
        found = [re.findall(pattern, text, re.MULTILINE) for text in (english, japanese)]
        assert [words.strip() for words in found[0]] == [words.strip() for words in found[1]], pattern
