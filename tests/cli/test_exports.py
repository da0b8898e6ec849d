"""What people take along and bring with them: tables, and the archive of all they wrote."""

import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from fedschool.cli import main
from fedschool.errors import Malformed, TooLarge, Unprocessable
from fedschool.model.transfer import Kind
from fedschool.services import archives, exports, imports
from fedschool.text import sheets
from tests.api.elsewhere import peer
from tests.api.test_media import uploaded
from tests.people import School, Teacher

CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


@pytest.fixture
async def alice(school: School) -> Teacher:
    return await school.teacher("alice")


@pytest.fixture
async def bob(school: School) -> Teacher:
    return await school.teacher("bob")


async def brought(
    school: School, teacher: Teacher, kind: Kind, text: str, *, overwrite: bool = False
) -> tuple[int, int]:
    """The file is taken in; how many rows were done, and how many of them in vain."""
    item = await imports.begin(school.site, teacher.name, kind, text.encode(), overwrite=overwrite)
    await school.work()
    after = await imports.progress(school.site, item.id)
    assert after.finished_at is not None
    return after.done, after.failed


async def names(teacher: Teacher, path: str) -> list[str]:
    return [account["acct"] for account in await teacher.reads(path)]


async def test_follows_are_written_as_mastodon_does(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    rose = await peer(school)
    await alice.does(f"/api/v1/accounts/{bob.id}/follow", reblogs=False, languages=["de", "en"])
    await alice.does(f"/api/v1/accounts/{rose.id}/mute", notifications=False)
    await alice.does(f"/api/v1/accounts/{rose.id}/block")

    following = await exports.table(school.site, "alice", Kind.FOLLOWING)
    mutes = await exports.table(school.site, "alice", Kind.MUTES)
    blocks = await exports.table(school.site, "alice", Kind.BLOCKS)

    assert following.splitlines() == [
        "Account address,Show boosts,Notify on new posts,Languages",
        'bob@oak.test,false,false,"de, en"',
    ]
    assert mutes.splitlines() == ["Account address,Hide notifications", "rose@elm.test,false"]
    assert blocks == "rose@elm.test\n"


async def test_what_was_written_can_be_taken_in_again(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    carla = await school.teacher("carla")
    post = await bob.says("worth keeping")
    await alice.does(f"/api/v1/accounts/{bob.id}/follow", notify=True)
    shelf = (await alice.does("/api/v1/lists", title="=Maths"))["id"]
    await alice.does(f"/api/v1/lists/{shelf}/accounts", account_ids=[bob.id])
    await alice.does(f"/api/v1/statuses/{post['id']}/bookmark")
    await alice.does("/api/v1/domain_blocks", domain="spam.example")
    tables = {kind: await exports.table(school.site, "alice", kind) for kind in Kind}

    results = [await brought(school, carla, kind, tables[kind]) for kind in tables if tables[kind]
               and kind not in (Kind.BLOCKS, Kind.MUTES)]  # fmt: skip

    assert results == [(1, 0)] * 4
    assert tables[Kind.LISTS].startswith("'=Maths,")
    (standing,) = await carla.reads(f"/api/v1/accounts/relationships?id[]={bob.id}")
    assert standing["notifying"]
    (mine,) = await carla.reads("/api/v1/lists")
    assert mine["title"] == "=Maths"
    assert await names(carla, f"/api/v1/lists/{mine['id']}/accounts") == ["bob"]
    assert [item["id"] for item in await carla.reads("/api/v1/bookmarks")] == [post["id"]]
    assert await carla.reads("/api/v1/domain_blocks") == ["spam.example"]


async def test_rows_that_cannot_be_done_stop_no_others(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    text = "\ufeffAccount address,Show boosts\nnobody@oak.test,true\nbob@oak.test,maybe\n@bob\n"

    done = await brought(school, alice, Kind.FOLLOWING, text)

    assert done == (3, 2)
    assert await names(alice, f"/api/v1/accounts/{alice.id}/following") == ["bob"]


async def test_overwriting_ends_what_is_not_in_the_file(
    school: School, alice: Teacher, bob: Teacher
) -> None:
    carla = await school.teacher("carla")
    await alice.does(f"/api/v1/accounts/{bob.id}/follow")
    await alice.does(f"/api/v1/accounts/{bob.id}/mute")
    await alice.does("/api/v1/domain_blocks", domain="old.example")

    await brought(school, alice, Kind.FOLLOWING, "carla@oak.test\n", overwrite=True)
    await brought(school, alice, Kind.MUTES, "carla@oak.test,true\n", overwrite=True)
    await brought(school, alice, Kind.DOMAIN_BLOCKS, "new.example\n", overwrite=True)

    assert await names(alice, f"/api/v1/accounts/{alice.id}/following") == ["carla"]
    assert await names(alice, "/api/v1/mutes") == ["carla"]
    assert await alice.reads("/api/v1/domain_blocks") == ["new.example"]
    assert carla.name == "carla"


async def test_more_rows_than_a_batch_are_all_done(school: School, alice: Teacher) -> None:
    text = "".join(f"spam{number}.example\n" for number in range(45))

    assert await brought(school, alice, Kind.DOMAIN_BLOCKS, text) == (45, 0)


async def test_rows_about_other_servers_come_with_pauses(school: School, alice: Teacher) -> None:
    people = [await peer(school, f"rose{number}") for number in range(25)]
    text = "".join(f"{person.username}@elm.test\n" for person in people)
    item = await imports.begin(school.site, "alice", Kind.MUTES, text.encode())

    await school.work()

    now = await imports.progress(school.site, item.id)
    assert (now.done, now.finished_at) == (20, None)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\xff\xfe\n", Malformed),
        (b"a\0b\n", Malformed),
        (b'"never closed\n', Malformed),
        (b"x" * 5_000, Malformed),
        (b"a\n" * (sheets.MAX_ROWS + 1), TooLarge),
        (b" " * (sheets.MAX_BYTES + 1), TooLarge),
        (b"", Unprocessable),
        (b"Account address\n", Unprocessable),
    ],
)
async def test_file_that_is_none_is_refused_whole(
    school: School, alice: Teacher, data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await imports.begin(school.site, "alice", Kind.FOLLOWING, data)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        rows = sheets.read(data)
    except (Malformed, TooLarge):
        return

    assert all(any(row) for row in rows)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=5))
def test_written_tables_hold_no_formula_and_read_back(rows: list[list[str]]) -> None:
    text = sheets.write(rows)

    assert not any(line.startswith(("=", "+", "-", "@")) for line in text.splitlines())
    if not any(cell.startswith("'") for row in rows for cell in row):
        assert sheets.read(text.encode()) == [tuple(row) for row in rows]


@pytest.mark.parametrize("ending", ["tar.gz", "zip"])
async def test_archive_holds_all_that_a_person_wrote(
    school: School, alice: Teacher, bob: Teacher, tmp_path: Path, ending: str
) -> None:
    sent = await uploaded(alice)
    await alice.says("Look", media_ids=[sent["id"]])
    await alice.says("For my followers", visibility="private")
    kept = await bob.says("worth keeping")
    await alice.does(f"/api/v1/statuses/{kept['id']}/reblog")
    await alice.does(f"/api/v1/statuses/{kept['id']}/bookmark")
    await alice.does(f"/api/v1/statuses/{kept['id']}/favourite")
    path = tmp_path / f"alice.{ending}"

    count = await archives.write(school.site, "alice", path)

    files = contents(path)
    outbox = json.loads(files["outbox.json"])
    assert count == 3
    assert outbox["totalItems"] == 3
    assert [item["type"] for item in outbox["orderedItems"]] == ["Announce", "Create", "Create"]
    picture = outbox["orderedItems"][2]["object"]["attachment"][0]["url"]
    assert files[picture]
    assert json.loads(files["actor.json"])["preferredUsername"] == "alice"
    assert json.loads(files["likes.json"])["orderedItems"] == [kept["uri"]]
    assert json.loads(files["bookmarks.json"])["orderedItems"] == [kept["uri"]]
    assert path.stat().st_mode & 0o077 == 0
    assert {name for name in names_in(tmp_path) if "alice" in name} == {path.name}


async def test_archive_of_another_kind_is_not_begun(
    school: School, alice: Teacher, tmp_path: Path
) -> None:
    with pytest.raises(Unprocessable):
        await archives.write(school.site, "alice", tmp_path / "alice.rar")

    assert not [name for name in names_in(tmp_path) if "alice" in name]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def contents(path: Path) -> dict[str, bytes]:
    if path.name.endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    with tarfile.open(path) as packed_tar:
        found = {}
        for entry in packed_tar:
            file = packed_tar.extractfile(entry)
            assert file is not None
            found[entry.name] = file.read()
        return found


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main.main, arguments)


def test_commands_do_the_same_from_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEDSCHOOL_URL", "https://oak.test")
    monkeypatch.setenv("FEDSCHOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FEDSCHOOL_DATABASE_URL", raising=False)
    for name in ("ada", "eve"):
        made = command(
            "account", "create", name, "--email", f"{name}@oak.test", "--password", "correct-horse"
        )
        assert made.exit_code == 0, made.output
    (tmp_path / "in.csv").write_text("spam.example\n")

    steps = [
        command("import", "ada", "domain-blocks", "in.csv"),
        command("export", "ada", "following", "out.csv"),
        command("export", "ada", "mutes"),
        command("account", "alias", "add", "ada", "eve"),
        command("account", "alias", "list", "ada"),
        command("account", "move", "eve", "ada"),
        command("account", "move", "eve", "--cancel"),
        command("account", "alias", "remove", "ada", "eve"),
        command("account", "archive", "ada", "ada.zip"),
    ]

    assert [step.exit_code for step in steps] == [0] * len(steps), [s.output for s in steps]
    assert (tmp_path / "out.csv").read_text().startswith("Account address,")
    assert steps[4].output.strip() == "https://oak.test/users/eve"
    assert command("account", "move", "ada").exit_code == 2
    assert command("account", "archive", "nobody", "x.zip").exit_code == 1
