"""`fedschool serve` and its neighbours as an admin meets them: starting, stopping, refusing."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.live.browsing import Browser
from tests.live.elsewhere import HANG, Elsewhere
from tests.live.neighbours import follow
from tests.live.school import PASSWORD, ROOT, CommandFailed, Database, School
from tests.live.waiting import until


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[School]:
    """A school on SQLite, for what has nothing to do with the database."""
    async with School(tmp_path, Database(None)) as running:
        yield running


async def fedschool(
    folder: Path, *arguments: str, settings: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """A command that is expected to end by itself."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FEDSCHOOL_")}
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "fedschool", *arguments],
        cwd=folder,
        env={**kept, **settings, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_starts_on_an_empty_folder_says_where_and_answers(school: School) -> None:
    health = await school.client.get("/health")
    instance = await school.client.get("/api/v2/instance")

    assert health.status_code == 200
    assert instance.json()["domain"] == school.host
    said = school.explain()
    assert f"{school.base_url} is served at http://127.0.0.1:" in said
    assert "Traceback" not in said


async def test_goes_on_after_a_clean_restart(school: School) -> None:
    tom = await school.person("tom")
    posted = await tom.write("Bring your rulers on Friday")

    await school.restart()

    assert [status["uri"] for status in await tom.home()] == [posted["uri"]]
    await tom.write("and your compasses")
    assert len(await tom.home()) == 2


async def test_person_is_made_while_the_server_runs(school: School) -> None:
    tom = await school.person("tom")

    assert (await tom.get("/api/v1/accounts/verify_credentials"))["username"] == "tom"


async def test_sigterm_lets_a_request_finish_and_ends_with_zero(school: School) -> None:
    tom = await school.person("tom")
    body = json.dumps({"status": "Sent slowly"}).encode()
    head = "\r\n".join(
        [
            "POST /api/v1/statuses HTTP/1.1",
            f"Host: {school.host}",
            f"Authorization: Bearer {tom.token}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        ]
    ).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(school.host.split(":")[1]))

    writer.write(head + b"\r\n\r\n" + body[:10])
    # A second exchange afterwards: by its end, the server has read the first one's head.
    await school.client.get("/health")
    stopping = asyncio.create_task(school.stop())
    await asyncio.sleep(0.5)
    writer.write(body[10:])
    answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 200"), answer
    assert await stopping == 0
    await school.start()
    assert "Sent slowly" in (await tom.home())[0]["content"]


async def test_sigterm_does_not_wait_for_servers_that_hang(
    school: School, elsewhere: Elsewhere
) -> None:
    tom = await school.person("tom")
    person = elsewhere.person("reader")
    await follow(school, tom, [person], elsewhere)
    elsewhere.answers[person.host] = HANG
    await tom.write("Does anybody hear me?")

    async def asked() -> bool:
        return len(elsewhere.of_type("Create")) > 0 or elsewhere.waiting > 0

    await until(asked, "the delivery to be under way")
    started = time.monotonic()
    code = await school.stop()

    assert code == 0
    assert time.monotonic() - started < 15


async def test_taken_port_ends_with_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = await fedschool(
            tmp_path, "serve", "--port", str(port), settings={"FEDSCHOOL_DATA_DIR": "data"}
        )

    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FEDSCHOOL_URL", "school.example"),
        ("FEDSCHOOL_URL", "https://school.example/blog"),
        ("FEDSCHOOL_MAX_CHARACTERS", "many"),
        ("FEDSCHOOL_REGISTRATIONS", "perhaps"),
        ("FEDSCHOOL_TRUSTED_PROXIES", "the proxy"),
        ("FEDSCHOOL_ALLOW_PRIVATE", "10.0.0.0/99"),
        ("FEDSCHOOL_LOG_LEVEL", "loud"),
        ("FEDSCHOOL_DATABASE_URL", "mysql://localhost/school"),
        ("FEDSCHOOL_CA_FILE", "nowhere.pem"),
    ],
)
async def test_wrong_setting_is_named_in_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    done = await fedschool(tmp_path, "serve", settings={name: value})

    assert done.returncode == 1
    assert name in done.stderr
    assert "Traceback" not in done.stderr


async def test_database_that_cannot_be_reached_ends_with_a_sentence_without_its_password(
    tmp_path: Path,
) -> None:
    url = "postgresql://school:very-secret-word@127.0.0.1:1/school"

    done = await fedschool(tmp_path, "serve", settings={"FEDSCHOOL_DATABASE_URL": url})

    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert "very-secret-word" not in done.stdout + done.stderr


async def test_doctor_finds_a_running_instance_well(school: School) -> None:
    await school.person("tom")

    said = await school.run("doctor")

    assert "FAIL" not in said
    assert re.search(r"ok +database", said)
    assert re.search(r"ok +public address", said)


async def test_doctor_says_what_is_wrong_with_a_stopped_one(school: School) -> None:
    await school.stop()

    with pytest.raises(CommandFailed) as failure:
        await school.run("doctor")

    assert ": 1" in str(failure.value)


async def test_log_holds_no_secret(database: Database, tmp_path: Path) -> None:
    settings = {"LOG_LEVEL": "debug", "OAUTH_PASSWORD_GRANT": "true"}
    async with (
        Elsewhere() as elsewhere,
        School(tmp_path, database, settings=settings) as school,
        Browser() as browser,
    ):
        tom = await school.person("tom")
        app = (
            await school.client.post(
                "/api/v1/apps",
                json={"client_name": "Pine", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"},
            )
        ).json()
        asked = {
            "response_type": "code",
            "client_id": app["client_id"],
            "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
        }
        code = await browser.allow(f"{school.base_url}/oauth/authorize?{urlencode(asked)}", "tom")
        grant = {
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
        }
        by_code = {"grant_type": "authorization_code", "code": code, **grant}
        by_word = {"grant_type": "password", "username": "tom", "password": PASSWORD, **grant}
        tokens = [await token(school.client, form) for form in (by_code, by_word)]
        await school.client.post("/oauth/token", data=by_word | {"password": "not-the-right-word"})
        await school.client.get("/api/v1/timelines/home?access_token=word-in-the-address")
        await school.client.get("/nowhere", headers={"Authorization": "Bearer made-up-token"})
        await follow(school, tom, [elsewhere.person("reader")], elsewhere)
        await tom.write("words that stay among teachers", visibility="private")
        secrets = {
            PASSWORD,
            tom.token,
            *tokens,
            code,
            app["client_secret"],
            *browser.cookies,
            "not-the-right-word",
            "word-in-the-address",
            "made-up-token",
            "PRIVATE KEY",
            "words that stay among teachers",
            "@school.example",
        }
        await school.stop()
        log = school.explain(1_000_000)

    found = [secret for secret in secrets if secret in log]
    assert found == []


async def token(client: httpx.AsyncClient, form: Mapping[str, str]) -> str:
    answer = await client.post("/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    issued: str = answer.json()["access_token"]
    return issued
