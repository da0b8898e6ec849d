"""The instance's secret: made once, kept private, its marks good for one text only."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from fedschool.errors import StartupFailure
from fedschool.ports.secrets import Secrets, open_secrets, push_seed


def test_the_secret_outlives_a_restart(tmp_path: Path) -> None:
    mark = open_secrets(tmp_path).sign("a text")

    assert open_secrets(tmp_path).verify("a text", mark)


def test_every_instance_has_its_own_secret(tmp_path: Path) -> None:
    mark = open_secrets(tmp_path / "oak").sign("a text")

    assert not open_secrets(tmp_path / "elm").verify("a text", mark)


def test_nobody_else_on_the_machine_may_read_it(tmp_path: Path) -> None:
    open_secrets(tmp_path)

    file = tmp_path / "secrets" / "instance.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in file.parent.iterdir()] == ["instance.key"]


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        marks = set(threads.map(lambda _: open_secrets(tmp_path).sign("a text"), range(32)))

    assert len(marks) == 1


def test_a_damaged_secret_stops_the_start(tmp_path: Path) -> None:
    open_secrets(tmp_path)
    (tmp_path / "secrets" / "instance.key").write_bytes(b"short")

    with pytest.raises(StartupFailure, match="restore it from a backup"):
        open_secrets(tmp_path)


def test_a_place_where_nothing_can_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("a file, not a folder")

    with pytest.raises(StartupFailure, match="check its owner"):
        open_secrets(tmp_path)


@given(text=st.text(), other=st.text(), mark=st.text())
def test_a_mark_is_good_for_its_text_alone(text: str, other: str, mark: str) -> None:
    secrets = Secrets(bytes(32))
    right = secrets.sign(text)

    assert len(right) == 32
    assert secrets.verify(text, right)
    assert secrets.verify(other, right) == (text == other)
    assert not secrets.verify(text, right[:-1])
    assert secrets.verify(text, mark) == (mark == right)


@given(text=st.text())
def test_what_is_sealed_can_be_read_with_the_same_secret_alone(text: str) -> None:
    secrets = Secrets(bytes(32))
    sealed = secrets.seal(text)

    assert secrets.unseal(sealed) == text
    assert secrets.seal(text) != sealed
    with pytest.raises(InvalidTag):
        Secrets(bytes(31) + b"\x01").unseal(sealed)


def test_key_for_pushing_outlives_a_restart_and_is_a_secret_of_its_own(tmp_path: Path) -> None:
    seed = push_seed(tmp_path)
    open_secrets(tmp_path)

    assert push_seed(tmp_path) == seed
    assert seed != (tmp_path / "secrets" / "instance.key").read_bytes()
    assert stat.S_IMODE((tmp_path / "secrets" / "push.key").stat().st_mode) == 0o600
