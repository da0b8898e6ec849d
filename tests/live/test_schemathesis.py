"""Whatever fits, or just does not fit, the API's schema: never a failure of ours, always JSON."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.school import School

SCHEMA = Path(__file__).parents[1] / "api" / "schema.json"
COMMAND = Path(sys.executable).with_name("schemathesis")
EXAMPLES = 2
OPTIONS = (
    "--checks", "not_a_server_error,content_type_conformance",
    "--phases", "coverage,fuzzing", "--max-examples", str(EXAMPLES),
    "--seed", "1", "--generation-database", "none", "--suppress-health-check", "all",
    # Streams do not end, a revoked token would end the rest, and people are shown a page.
    "--exclude-path-regex", "streaming|^/oauth/(revoke|authorize)$", "--no-color",
)  # fmt: skip


async def test_no_request_makes_the_server_fail(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = await school.person("ada")
    for number in range(5):
        await ada.write(f"Lesson {number} #maths")

    header = f"Authorization: Bearer {ada.token}"
    command = [str(COMMAND), "run", str(SCHEMA), "--url", school.base_url, "--header", header]
    done = await asyncio.to_thread(
        subprocess.run,
        [*command, *OPTIONS],
        cwd=school.folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    said = done.stdout.replace(ada.token, "[token]")
    assert done.returncode == 0, said
    with capsys.disabled():
        print("\nschemathesis:", "; ".join(_figures(said)))


def _figures(said: str) -> list[str]:
    wanted = ("Tested:", "generated")
    return [line.strip() for line in said.splitlines() if any(one in line for one in wanted)]
