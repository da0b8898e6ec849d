"""The house stays a house: imports run downwards, faces never touch one another or SQL."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "fedschool"

# From the top of the house to its ground; a room may import from the rows below its own.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"__main__", "cli"}),
    frozenset({"app"}),
    frozenset({"worker", "web", "api", "federation"}),
    frozenset({"school"}),
    frozenset({"services"}),
    frozenset({"distribution", "http"}),
    frozenset({"store", "site"}),
    frozenset({"text", "activitypub", "ports", "entities"}),
    frozenset({"model"}),
    frozenset({"errors", "ids", "settings", "log"}),
)
FACES = FLOORS[2]
PURE = frozenset({"text", "activitypub", "entities", "model"})
# Neighbours on one floor that may know each other, and why.
NEIGHBOURS = {
    ("cli", "__main__"): "the command is what the package runs",
    ("__main__", "cli"): "the package runs the command",
    ("ports", "activitypub"): "the keyring keeps loaded keys",
    ("settings", "errors"): "a bad setting is a start-up failure",
}
NO_IO = frozenset(
    {"socket", "aiohttp", "httpx", "asyncio", "aiosqlite", "asyncpg", "pathlib", "os"}
)


def _room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py") if len(parts) > 1 else path.stem


def _modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def _imports(path: Path) -> Iterator[str]:
    """Dotted names of all that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _floor(room: str) -> int:
    return next(n for n, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    room = _room(path)
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] != "fedschool" or len(parts) < 2 or parts[1] in ("__version__", room):
            continue
        other = parts[1]
        assert _floor(room) < _floor(other) or (room, other) in NEIGHBOURS, (
            f"{room} is not above {other}: {name}"
        )
        assert not (room in FACES and other == "store"), f"a face imports the store: {name}"


@pytest.mark.parametrize(
    "path", [p for p in _modules() if _room(p) in PURE], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_pure_rooms_do_no_io(path: Path) -> None:
    for name in _imports(path):
        assert name.split(".")[0] not in NO_IO, f"{name} in a room that does no I/O"


def test_every_room_is_on_the_plan() -> None:
    rooms = {_room(path) for path in _modules()}

    assert rooms <= {room for floor in FLOORS for room in floor}


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []
