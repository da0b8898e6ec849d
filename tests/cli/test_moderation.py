"""Looking after people from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from fedschool.cli.main import main

SECRET = "correct-horse"


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance with an admin and a teacher."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEDSCHOOL_URL", "https://oak.test")
    monkeypatch.setenv("FEDSCHOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FEDSCHOOL_DATABASE_URL", raising=False)
    for name, role in (("ines", "admin"), ("ada", "teacher")):
        run(f"account create {name} --email {name}@oak.test --password {SECRET} --role {role}")


def run(line: str, *, fails: bool = False) -> str:
    result = CliRunner().invoke(main, line.split())
    assert (result.exit_code != 0) is fails, result.output
    return result.output


def test_people_are_listed_with_what_was_done_about_them() -> None:
    run("account limit ada --reason Loud")
    run("account disable ada")
    before = run("account list")
    run("account unlimit ada")
    run("account enable @ada")

    assert before.splitlines() == ["ada\tteacher\tdisabled\tsilenced", "ines\tadmin"]
    assert run("account list").splitlines() == ["ada\tteacher", "ines\tadmin"]
    assert run("account list --remote") == ""
    assert run("account list --status disabled") == ""


def test_who_is_suspended_is_let_back() -> None:
    run("account suspend ada --reason Enough")
    suspended = run("account list --status suspended")
    run("account unsuspend ada")

    assert suspended == "ada\tteacher\tsuspended\n"
    assert run("account list --status suspended") == ""


def test_the_last_admin_stays_until_there_is_another() -> None:
    for line in ("account role ines teacher", "account suspend ines", "account disable ines"):
        assert "last administrator" in run(line, fails=True)

    run("account role ada admin")
    run("account role ines teacher")

    assert run("account list").splitlines() == ["ada\tadmin", "ines\tteacher"]


def test_what_makes_no_sense_is_refused() -> None:
    assert "There is no account nobody" in run("account suspend nobody", fails=True)
    assert "not suspended" in run("account unsuspend ada", fails=True)
    assert "does not wait" in run("account reject ada", fails=True)
    run("account role ada emperor", fails=True)


def test_what_was_done_is_printed() -> None:
    run("account limit ada --reason Loud")
    run("account role ada moderator")

    first, second = run("audit list").splitlines()

    assert first.split("\t")[1:3] == ["the command line", "account.role"]
    assert "role='moderator'" in first
    assert "text='Loud'" in second
    assert len(run("audit list --limit 1").splitlines()) == 1
    assert run("audit list --target account/5") == ""
