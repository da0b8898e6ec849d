"""Announcing from the command line."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fedschool.cli import announcements
from fedschool.cli.instance import with_site
from fedschool.model.timeline import Cursor
from fedschool.services import audit
from fedschool.services.announcements import everything
from fedschool.services.staff import OPERATOR
from fedschool.site import Site


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEDSCHOOL_URL", "https://oak.test")
    monkeypatch.setenv("FEDSCHOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FEDSCHOOL_DATABASE_URL", raising=False)


def announcement(*arguments: str) -> Result:
    return CliRunner().invoke(announcements.announcement, arguments)


def asked(work: Callable[[Site], Awaitable[Any]]) -> Any:
    return with_site(work)


def test_announcement_is_made_listed_and_deleted() -> None:
    made = announcement("create", "Parents' evening\nis on Friday")
    number = made.stdout.strip()

    listed = announcement("list")
    deleted = announcement("delete", number)

    assert made.exit_code == deleted.exit_code == 0, made.output
    assert number.isdecimal()
    [line] = listed.stdout.splitlines()
    assert line == f"{number}  {'-' * 16}  {'-' * 16}  Parents' evening is on Friday"
    assert announcement("list").stdout == ""
    log = asked(lambda site: audit.log(site, OPERATOR, Cursor()))
    assert [(entry.action, entry.target) for entry in log] == [
        ("delete_announcement", f"announcement/{number}"),
        ("create_announcement", f"announcement/{number}"),
    ]


def test_moments_are_utc_or_of_the_zone_they_name() -> None:
    announcement(
        "create", "Closed", "--starts-at", "2099-12-01T14:00", "--ends-at", "2099-12-01T18:00+01:00"
    )

    [line] = announcement("list").stdout.splitlines()

    assert line.split()[1:3] == ["2099-12-01T14:00", "2099-12-01T17:00"]


def test_whole_days_last_to_their_end() -> None:
    announcement(
        "create", "Trip", "--all-day", "--starts-at", "2099-12-01", "--ends-at", "2099-12-02"
    )

    [item] = asked(lambda site: everything(site, OPERATOR))

    assert item.all_day
    assert item.ends_at - item.starts_at == 2 * 86_400_000 - 1


@pytest.mark.parametrize(
    "more",
    [
        ("--ends-at", "2001-01-01"),
        ("--starts-at", "2099-12-02", "--ends-at", "2099-12-01"),
        ("--starts-at", "tomorrow"),
        ("--all-day",),
    ],
)
def test_impossible_times_end_with_a_sentence(more: tuple[str, ...]) -> None:
    result = announcement("create", "Trip", *more)

    assert result.exit_code in (1, 2)
    assert len(result.stderr) > 10
    assert announcement("list").stdout == ""


def test_nothing_to_say_and_nothing_to_delete_end_with_a_sentence() -> None:
    assert announcement("create", "  ").exit_code == 1
    gone = announcement("delete", "12")
    assert (gone.exit_code, gone.stderr.strip()) == (1, "There is no such announcement")
