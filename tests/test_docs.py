"""What the documents say is so: settings, commands, rooms and files are as described."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from fedschool.cli.main import main
from fedschool.services import inbox
from fedschool.settings import Settings
from tests.federation.test_table import ROWS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CONTRIBUTING = ROOT / ".github" / "CONTRIBUTING.md"
DECISIONS = ROOT / ".github" / "DECISIONS.md"
FEDERATION = ROOT / "FEDERATION.md"
DOCUMENTS = (README, CONTRIBUTING, DECISIONS, FEDERATION, ROOT / "deploy" / "README.md")
LINES_OF_A_DECISION = 10
PICTURE_LIMIT = 300_000


def _rows(document: Path, head: str) -> list[list[str]]:
    """The cells of the table whose header line begins with `head`."""
    lines = document.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def _shown(default: object) -> str:
    if default is None or default == "":
        return ""
    text = ("on" if default else "off") if isinstance(default, bool) else str(default)
    return f"`{text}`"


def test_readme_lists_every_setting_with_its_default_and_help() -> None:
    there = [
        [f"`FEDSCHOOL_{name.upper()}`", _shown(field.default), field.description]
        for name, field in Settings.model_fields.items()
    ]

    assert _rows(README, "setting") == there


def _commands(
    group: click.Group, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        way = (*above, name)
        yield way, command
        if isinstance(command, click.Group):
            yield from _commands(command, way)


ALL_COMMANDS = list(_commands(main))


@pytest.mark.parametrize(("way", "command"), ALL_COMMANDS, ids=str)
def test_command_explains_itself(way: tuple[str, ...], command: click.Command) -> None:
    assert command.help, f"{way} has no help"
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{way} {option.name} has no help"


def test_readme_lists_every_command_and_its_options() -> None:
    listed = {
        tuple(re.findall(r"[a-z]+", cells[0].partition("[")[0])): cells[0]
        for cells in _rows(README, "command")
    }

    for way, command in ALL_COMMANDS:
        if isinstance(command, click.Group):
            continue
        row = next((text for words, text in listed.items() if words[1 : len(way) + 1] == way), None)
        assert row is not None, f"README does not list fedschool {' '.join(way)}"
        for option in command.params:
            if isinstance(option, click.Option):
                assert any(name in row for name in option.opts), f"{option.opts} of {way}"
    assert len(listed) == sum(not isinstance(command, click.Group) for _, command in ALL_COMMANDS)


def test_contributing_lists_every_room() -> None:
    rooms = {
        folder.name
        for folder in (ROOT / "fedschool").iterdir()
        if folder.is_dir() and any(folder.rglob("*.py"))
    }

    listed = [cells[0].strip("`").rstrip("/") for cells in _rows(CONTRIBUTING, "room")]

    assert sorted(listed) == sorted(rooms)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_scripts_that_documents_name_can_be_run(document: Path) -> None:
    for script in set(re.findall(r"\./(deploy/[a-z]+)", document.read_text())):
        assert os.access(ROOT / script, os.X_OK), script


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        found = document.parent / path if path else document
        assert found.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.+)$", found.read_text(), re.MULTILINE)
            assert anchor in {title.lower().replace(" ", "-") for title in titles}, target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_settings_that_documents_name_exist(document: Path) -> None:
    known = {f"FEDSCHOOL_{name.upper()}" for name in Settings.model_fields}

    named = set(re.findall(r"FEDSCHOOL_[A-Z_]*[A-Z]", document.read_text()))

    assert named - {"FEDSCHOOL_TEST_POSTGRES"} <= known


def test_tests_that_contributing_names_exist() -> None:
    for path in re.findall(r"\btests/[\w/]+(?:\.py)?", CONTRIBUTING.read_text()):
        assert (ROOT / path).exists() or (ROOT / f"{path}.py").exists(), path


def _proposals(text: str) -> set[str]:
    return set(re.findall(r"FEP-([0-9a-f]{4})\b", text))


def test_proposals_that_the_federation_document_names_are_in_the_code_or_held() -> None:
    code = "".join(path.read_text() for path in (ROOT / "fedschool").rglob("*.py"))
    held = " ".join(row.name for row in ROWS if row.held)

    named = _proposals(FEDERATION.read_text())

    assert named == _proposals(code) | _proposals(held)


def test_activities_that_the_federation_document_names_are_those_we_take_in() -> None:
    listed = {
        name
        for cells in _rows(FEDERATION, "activity")
        for name in re.findall(r"`([A-Za-z]+)`", cells[0])
    }

    assert listed == {kind for kind, _ in inbox.TABLE}


def test_decisions_are_numbered_and_short() -> None:
    _, *decisions = re.split(r"^## ", DECISIONS.read_text(), flags=re.MULTILINE)

    for number, decision in enumerate(decisions, 1):
        title, *lines = [line for line in decision.splitlines() if line.strip()]
        assert title.startswith(f"{number}. ")
        assert len(lines) <= LINES_OF_A_DECISION, title
        for word in ("*Context*", "*Choice*", "*Price*", "*Again when*"):
            assert word in decision, f"{title} has no {word}"


def test_pictures_are_small_and_shown() -> None:
    shown = {
        text for document in DOCUMENTS for text in re.findall(r"[\w-]+\.png", document.read_text())
    }

    for picture in (ROOT / "deploy" / "pictures").glob("*"):
        assert picture.stat().st_size <= PICTURE_LIMIT, picture.name
        assert picture.name in shown, f"{picture.name} is in no document"
