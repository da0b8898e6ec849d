"""What the instance says about itself, written from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fedschool.cli import texts


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEDSCHOOL_URL", "https://oak.test")
    monkeypatch.setenv("FEDSCHOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FEDSCHOOL_DATABASE_URL", raising=False)


def text(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(texts.instance, ["text", *arguments], input=given)


def test_text_comes_from_a_file_or_from_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "terms.md"
    file.write_text("# Be kind ☀\n")

    made = text("set", "terms", str(file))
    piped = text("set", "description", "-", given="A school under oaks.")

    assert made.exit_code == piped.exit_code == 0, made.output + piped.output
    assert text("show", "terms").stdout == "# Be kind ☀\n"
    assert text("show", "description").stdout == "A school under oaks.\n"


def test_before_anything_is_written_there_are_a_sentence_and_a_privacy_policy() -> None:
    shown = {kind: text("show", kind).stdout for kind in ("description", "privacy", "about")}

    assert "teachers" in shown["description"]
    assert "oak.test" in shown["privacy"]
    assert shown["about"] == "\n"


def test_text_for_later_does_not_hold_yet() -> None:
    text("set", "terms", "-", given="Old")

    later = text("set", "terms", "-", "--from", "2099-01-01", given="New")

    assert later.stdout.strip() == "The terms holds from 2099-01-01"
    assert text("show", "terms").stdout == "Old\n"


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (("terms", "-"), "  "),
        (("terms", "-", "--from", "2001-01-01"), "Too late"),
        (("terms", "-", "--from", "2099-02-31"), "No such day"),
        (("description", "-"), "x" * 501),
        (("privacy", "-"), b"\xff\xfe"),
        (("poem", "-"), "x"),
        (("terms", "missing.md"), None),
    ],
)
def test_what_cannot_be_taken_ends_with_a_sentence(
    arguments: tuple[str, ...], given: str | bytes | None
) -> None:
    result = text("set", *arguments, given=given)

    assert result.exit_code in (1, 2)
    assert len(result.stderr.strip()) > 10
    assert text("show", "terms").stdout == "\n"
