"""Making people and tokens from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fedschool.cli import people
from fedschool.cli.instance import with_site
from fedschool.model.account import Role, Viewer
from fedschool.model.registration import SignUp
from fedschool.services import oauth, users
from fedschool.site import Site


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance that nobody has used yet, as the environment names it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEDSCHOOL_URL", "https://oak.test")
    monkeypatch.setenv("FEDSCHOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FEDSCHOOL_DATABASE_URL", raising=False)


def account(*arguments: str) -> Result:
    return CliRunner().invoke(people.account, arguments)


def token(*arguments: str) -> Result:
    return CliRunner().invoke(people.token, arguments)


def create(name: str, *more: str) -> Result:
    return account(
        "create", name, "--email", f"{name}@oak.test", "--password", "correct-horse", *more
    )


def viewer_of(secret: str) -> Viewer:
    return with_site(lambda site: oauth.authenticate(site, secret))


def test_person_and_token_are_made_and_work_at_once() -> None:
    made = create("ada", "--role", "admin")
    printed = token("create", "ada", "--scopes", "read write follow push")

    viewer = viewer_of(printed.stdout.strip())

    assert made.exit_code == 0, made.output
    assert len(printed.stdout.splitlines()) == 1
    assert viewer.role is Role.ADMIN
    assert viewer.scopes == {"read", "write", "follow", "push"}


def test_taken_name_ends_with_a_sentence() -> None:
    create("ada")

    again = create("Ada")

    assert again.exit_code == 1
    assert again.stdout == ""
    assert again.stderr.strip() == "Validation failed: Username has already been taken"


def test_password_is_not_asked_of_a_script() -> None:
    result = account("create", "ada", "--email", "ada@oak.test")

    assert result.exit_code == 2
    assert "--password" in result.stderr


def test_person_who_asked_is_confirmed_and_approved() -> None:
    async def ask(site: Site) -> str:
        asked = SignUp(
            username="eve", email="eve@oak.test", password="correct-horse", agreement=True
        )
        await users.sign_up(site, asked)
        return await oauth.token_for(site, username="eve", scopes="read")

    secret = with_site(ask)

    steps = [account("confirm", "eve").exit_code, account("approve", "eve").exit_code]

    assert steps == [0, 0]
    assert viewer_of(secret).local


@pytest.mark.parametrize("arguments", [("confirm", "nobody"), ("approve", "nobody")])
def test_unknown_person_ends_with_a_sentence(arguments: tuple[str, ...]) -> None:
    result = account(*arguments)

    assert result.exit_code == 1
    assert result.stderr.strip() == "There is no login named nobody"


def test_unknown_scope_makes_no_token() -> None:
    create("ada")

    result = token("create", "ada", "--scopes", "read everything")

    assert result.exit_code == 1
    assert result.stdout == ""


def test_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEDSCHOOL_URL", "oak.test")

    result = create("ada")

    assert result.exit_code == 1
    assert "FEDSCHOOL_URL" in result.stderr
