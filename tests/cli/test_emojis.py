"""The school's own emojis from the command line."""

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fedschool.cli import emojis
from fedschool.cli.main import main
from tests.api.test_media import picture


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEDSCHOOL_URL", "https://oak.test")
    monkeypatch.setenv("FEDSCHOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FEDSCHOOL_DATABASE_URL", raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["emoji", *arguments])


def test_an_emoji_is_added_listed_and_removed(tmp_path: Path) -> None:
    (tmp_path / "owl.png").write_bytes(picture("PNG", (64, 64)))

    added = run("add", "owl", "owl.png", "--category", "Animals")
    there = run("list")
    removed = run("remove", "owl")

    assert added.output == "Added :owl:\n"
    assert there.output == ":owl:  Animals\n"
    assert removed.output == "Removed :owl:\n"
    assert run("list").output == ""


def test_what_cannot_be_done_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(b"<html>")

    for words in (("remove", "owl"), ("add", "o:l", "page.png"), ("add", "owl", "page.png")):
        refused = run(*words)

        assert refused.exit_code == 1
        assert refused.output
        assert "Traceback" not in refused.output


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_or_zip_of_pictures_is_taken_over(tmp_path: Path, packed: bool) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "Happy-Owl.png").write_bytes(picture("PNG", (64, 64)))
    (folder / "cat.gif").write_bytes(picture("GIF", (64, 64)))
    (folder / "broken.png").write_bytes(b"<html>")
    (folder / "large.png").write_bytes(picture("PNG") + bytes(1 << 20))
    (folder / "readme.txt").write_text("not a picture")
    source = folder
    if packed:
        source = tmp_path / "set.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for file in folder.iterdir():
                archive.write(file, f"../../{file.name}")

    done = run("import", str(source), "--category", "Set")

    assert done.exit_code == 0
    assert done.output.endswith("Added 2 of 4\n")
    assert run("list").output == ":Happy_Owl:  Set\n:cat:  Set\n"


def test_an_import_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emojis, "MAX_FILES", 1)
    with zipfile.ZipFile("set.zip", "w") as archive:
        archive.writestr("a1.png", b"")
        archive.writestr("a2.png", b"")
    (tmp_path / "no.zip").write_bytes(b"PK")

    assert run("import", "set.zip").exit_code == 1
    assert run("import", "no.zip").exit_code == 1
