"""Every known flaw is held by a test, or has a reason why it cannot arise."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.federation.advisories.published import CANNOT_ARISE, HELD_ELSEWHERE, NOT_YET, ROWS

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def _tests(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name for node in nodes if isinstance(node, kinds) and node.name.startswith("test_")
    }


def _held_here() -> list[str]:
    """The ids after which tests of this folder are named."""
    names = [name for path in HERE.glob("test_*.py") for name in _tests(path)]
    begins = {row[0]: f"test_{re.sub(r'[^a-z0-9]', '_', row[0].lower())}_" for row in ROWS}
    return [key for key, begin in begins.items() if any(n.startswith(begin) for n in names)]


def _places(held: str | tuple[str, ...]) -> tuple[str, ...]:
    return (held,) if isinstance(held, str) else held


@pytest.mark.parametrize("key", sorted(HELD_ELSEWHERE))
def test_tests_that_are_named_exist(key: str) -> None:
    for place in _places(HELD_ELSEWHERE[key]):
        path, _, name = place.partition("::")

        assert name in _tests(ROOT / path), place


def test_every_flaw_is_in_exactly_one_place() -> None:
    counted = Counter([*_held_here(), *HELD_ELSEWHERE, *CANNOT_ARISE, *NOT_YET])

    assert len(ROWS) == 104
    assert {key: counted[key] for row in ROWS for key in row[:1] if counted[key] != 1} == {}
    assert set(counted) == {row[0] for row in ROWS}


def test_no_id_stands_for_two_flaws() -> None:
    assert [
        name for name, n in Counter(name for row in ROWS for name in row).items() if n > 1
    ] == []
