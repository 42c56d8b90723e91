"""The docs tell the truth: names exist, links lead somewhere, made pages are up to date."""

import re
from pathlib import Path

import pytest

from cli.main import COMMANDS
from domain.events import CATALOGUE
from tests.docs.pages import PAGES, PROJECT, refusals
from workers.reactions import REACTIONS

DOCUMENTS = sorted([PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
_QUOTED = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:^|[ `(])(?:\./)?bima ([a-z]+)", re.MULTILINE)
_CODE_BLOCK = re.compile(r"```.*?```", re.DOTALL)
_PLACE = re.compile(r"[a-z_]+/[A-Za-z0-9_./-]*")


def named(document: Path) -> str:
    return str(document.relative_to(PROJECT))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_made_from_the_code_is_up_to_date(page: str) -> None:
    stands = (PROJECT / page).read_text(encoding="utf-8")
    assert stands == PAGES[page](), f"{page} is old: run python -m tests.docs.pages"


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = _LINK.findall(document.read_text(encoding="utf-8"))
    missing = [
        link
        for link in links
        if "://" not in link and not (document.parent / link).resolve().exists()
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_command_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    spoken = [
        name
        for block in (*_CODE_BLOCK.findall(text), *(f"`{q}`" for q in _QUOTED.findall(text)))
        for name in _COMMAND.findall(block)
    ]
    assert [name for name in spoken if name not in COMMANDS] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_file_and_folder_that_is_named_exists(document: Path) -> None:
    """Of the names in backquotes, those that begin with one of our folders."""
    folders = {path.name for path in PROJECT.iterdir() if path.is_dir() and path.name[0] != "."}
    text = _CODE_BLOCK.sub("", document.read_text(encoding="utf-8"))
    named_places = [
        place[0].rstrip("./")
        for quoted in _QUOTED.findall(text)
        if (place := _PLACE.match(quoted)) and quoted.split("/")[0] in folders
    ]
    assert [place for place in named_places if not (PROJECT / place).exists()] == []


@pytest.mark.parametrize("document", sorted((PROJECT / "docs/flows").glob("*.md")), ids=named)
def test_every_event_of_a_flow_is_published(document: Path) -> None:
    """A dotted name in backquotes is an event, or else the code of a refusal."""
    text = document.read_text(encoding="utf-8")
    quoted = [q for q in _QUOTED.findall(text) if re.fullmatch(r"[a-z_]+\.[a-z_]+", q)]
    assert quoted
    known = {*CATALOGUE.names(), *_QUOTED.findall(refusals())}
    assert [name for name in quoted if name not in known] == []


def test_the_flow_of_a_claim_lists_every_reaction_in_order() -> None:
    text = (PROJECT / "docs/flows/claim-submitted.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \| `([a-z_]+)` \| ([a-z]+) \|", text, re.MULTILINE)
    expected = [
        (CATALOGUE.name_of(kind), reaction.name, str(reaction.queue))
        for kind, reactions in REACTIONS.items()
        for reaction in reactions
    ]
    assert rows == expected


def test_the_list_of_decisions_names_every_decision() -> None:
    folder = PROJECT / "docs/decisions"
    listed = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


@pytest.mark.parametrize(
    "decision", sorted((PROJECT / "docs/decisions").glob("[0-9]*.md")), ids=named
)
def test_a_decision_fits_on_a_screen_and_names_its_check(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    for heading in ("Context", "Decision", "Consequences", "Weighed", "Kept by"):
        assert f"**{heading}.**" in text, heading
    assert len(text.splitlines()) <= 50
