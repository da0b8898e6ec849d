"""Decisions about other servers from the command line, and lists of them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from fedschool.cli import servers
from fedschool.errors import Unprocessable
from fedschool.services import server_lists

LIST = (
    "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
    'spam.example,suspend,true,true,"Spam, and more",false\n'
    "loud.example,silence,False,False,,False\n"
    "sp*m.example,suspend,true,true,,true\n"
    "SPAM.example,silence,,,,\n"
    "strange.example,hate,,,,\n"
    "oak.test,suspend,,,,\n"
)


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance that nobody has used yet, as the environment names it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEDSCHOOL_URL", "https://oak.test")
    monkeypatch.setenv("FEDSCHOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FEDSCHOOL_DATABASE_URL", raising=False)


def server(*arguments: str) -> Result:
    return CliRunner().invoke(servers.server, arguments)


def test_decisions_are_made_listed_and_taken_back() -> None:
    server("block", "Spam.Example", "--reason", "Spam")
    server("limit", "loud.example", "--reject-media")
    server("allow", "friends.example")
    listed = server("list")
    server("unblock", "spam.example")
    server("disallow", "friends.example")

    after = server("list")

    assert listed.stdout.splitlines() == [
        "silence  loud.example reject-media",
        "suspend  spam.example",
        "allow    friends.example",
    ]
    assert after.stdout.splitlines() == ["silence  loud.example reject-media"]


def test_what_is_no_domain_ends_with_a_sentence() -> None:
    wrong = server("block", "not a domain")
    unknown = server("unblock", "nobody.example")

    assert (wrong.exit_code, unknown.exit_code) == (1, 1)
    assert "valid domain" in wrong.stderr
    assert "nobody.example" in unknown.stderr


def test_list_is_only_looked_at_until_it_is_applied(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST)

    told = server("import", str(file))
    untouched = server("list")
    done = server("import", str(file), "--apply")
    again = server("import", str(file), "--apply")

    assert "2 of 6 lines would be taken over" in told.stdout
    assert "sp*m.example is obscured" in told.stdout
    assert untouched.stdout == ""
    assert "2 of 6 lines were taken over" in done.stdout
    assert server("list").stdout.splitlines() == [
        "silence  loud.example",
        "suspend  spam.example reject-media",
    ]
    assert "0 of 6 lines were taken over" in again.stdout


def test_list_never_makes_a_decision_milder(tmp_path: Path) -> None:
    server("block", "loud.example")
    file = tmp_path / "list.csv"
    file.write_text(LIST)

    server("import", str(file), "--apply")

    assert "suspend  loud.example" in server("list").stdout


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a\x00b", b'"open', b"x\n" * 20_002])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(Unprocessable):
        server_lists.read(data)


@given(st.binary(max_size=300))
def test_reading_a_list_never_fails_otherwise(data: bytes) -> None:
    try:
        lines = server_lists.read(data)
    except Unprocessable:
        return
    assert all(len(line.domain) <= server_lists.MAX_FIELD for line in lines)
