"""Choosing people to suggest from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fedschool.cli.main import main


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance with one person, as the environment names it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEDSCHOOL_URL", "https://oak.test")
    monkeypatch.setenv("FEDSCHOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FEDSCHOOL_DATABASE_URL", raising=False)
    made = run("account", "create", "ada", "--email", "a@oak.test", "--password", "correct-horse")
    assert made.exit_code == 0, made.output


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_person_is_suggested_and_no_longer() -> None:
    added = run("suggestion", "add", "@ada")
    again = run("suggestion", "add", "ada@oak.test")
    there = run("suggestion", "list")
    removed = run("suggestion", "remove", "ada")

    assert added.output.startswith("ada is suggested, but will not be shown until")
    assert again.output.startswith("ada was suggested already")
    assert there.output == "ada\n"
    assert removed.output == "ada is suggested no longer\n"
    assert run("suggestion", "list").output == ""


def test_what_cannot_be_done_ends_with_a_sentence() -> None:
    for words in (("add", "nobody"), ("remove", "ada"), ("remove", "nobody")):
        refused = run("suggestion", *words)

        assert refused.exit_code == 1
        assert words[1] in refused.output
