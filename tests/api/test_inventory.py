"""Every endpoint that clients know is served, or stands in the refusals with its reason."""

import json
import re
from pathlib import Path

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

import fedschool.api
from tests.people import School

HERE = Path(__file__).parent
README = Path(fedschool.api.__file__).with_name("README.md")
# A line of the README's table: | `GET` | `/api/v1/path/:id` | 404 | why |
_REFUSAL = re.compile(r"^\| `(\w+)` \| `(\S+)` \| (\d{3})[^|]* \| (.+) \|$", re.MULTILINE)

Endpoint = tuple[str, str]


def _rows() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((HERE / "endpoints.json").read_text())
    return rows


def _endpoint(row: dict[str, object]) -> Endpoint:
    return str(row["method"]), str(row["path"])


def refused() -> dict[Endpoint, int]:
    """The status that each refused endpoint answers."""
    return {(row[0], row[1]): int(row[2]) for row in _REFUSAL.findall(README.read_text())}


def _is_routed(routes: MapAdapter, endpoint: Endpoint) -> bool:
    method, path = endpoint
    filled = re.sub(r":\w+", "1", path)
    try:
        routes.match(filled, method=method, websocket=False)
    except HTTPException:
        return False
    return True


async def test_each_endpoint_is_served_or_refused_with_a_reason(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    routes = school.app.url_map.bind("oak.test", url_scheme="https")
    rows, refusals = _rows(), refused()
    live = [row for row in rows if "removed_in" not in row]

    served = {
        _endpoint(row)
        for row in rows
        if _is_routed(routes, _endpoint(row)) and _endpoint(row) not in refusals
    }

    unknown = [e for e in map(_endpoint, rows) if e not in served and e not in refusals]
    assert unknown == []
    count = sum(_endpoint(row) in served for row in live)
    with capsys.disabled():
        print(f"\nserved {count} of {len(live)}, refused {len(live) - count}")


def test_refusals_are_of_endpoints_that_exist_elsewhere() -> None:
    known = set(map(_endpoint, _rows()))

    assert [endpoint for endpoint in refused() if endpoint not in known] == []


async def test_methods_that_clients_send_instead_are_taken_too(school: School) -> None:
    routes = school.app.url_map.bind("oak.test", url_scheme="https")
    refusals = refused()

    missing = [
        (method, row["path"])
        for row in _rows()
        for method in row.get("also_accept", [])  # type: ignore[attr-defined]
        if _endpoint(row) not in refusals and not _is_routed(routes, (method, str(row["path"])))
    ]

    assert missing == []


async def test_refusals_answer_as_their_table_says(school: School) -> None:
    ada = await school.teacher("ada")
    said: dict[Endpoint, int] = {}

    for method, path in refused():
        filled = path.replace("/accounts/:id", f"/accounts/{ada.id}")
        answer = await ada.call(method, re.sub(r":\w+", "1", filled))
        said[method, path] = answer.status
        assert answer.headers["Content-Type"].startswith("application/json"), (method, path)
        if answer.status >= 400:
            assert answer.json["error"], (method, path)

    assert said == refused()
