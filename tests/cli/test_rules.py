"""The school's rules, written from the command line."""

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


def rule(*arguments: str) -> Result:
    return CliRunner().invoke(texts.instance, ["rule", *arguments])


def test_rules_are_added_edited_moved_and_removed() -> None:
    first = rule("add", "Be kind", "--hint", "Always").stdout.strip()
    second = rule("add", "Name sources").stdout.strip()
    third = rule("add", "Shout").stdout.strip()

    done = [
        rule("edit", first, "--text", "Be kinder"),
        rule("move", second, "1"),
        rule("remove", third),
    ]

    assert [result.exit_code for result in done] == [0, 0, 0]
    assert rule("list").stdout == f"1\t{second}\tName sources\n2\t{first}\tBe kinder\tAlways\n"


def test_what_cannot_be_done_is_said() -> None:
    missing = rule("remove", "7")

    assert missing.exit_code == 1
    assert "no such rule" in missing.output
