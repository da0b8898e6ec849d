"""The `toot` command of PyPI, with a home folder of its own for each person."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from tests.live.browsing import Browser
from tests.live.school import PASSWORD

_TOOT = Path(sys.executable).with_name("toot")
_LOGIN_URL = re.compile(rb"Login URL:\s+(\S+)\s")


class Toot:
    """One person's `toot`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        kept = {key: value for key, value in os.environ.items() if not key.startswith("TOOT_")}
        self._environment = {**kept, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}

    async def sign_in(self, base_url: str, login: str) -> None:
        """`toot login`: the person opens the URL in a browser, and types the code."""
        process = await self._start("login", "--instance", base_url)
        assert process.stdin is not None
        assert process.stdout is not None
        said = b""
        while (found := _LOGIN_URL.search(said)) is None:
            piece = await process.stdout.read(4096)
            assert piece, said
            said += piece
        async with Browser() as browser:
            code = await browser.allow(found[1].decode(), login)
        ended, _ = await process.communicate(b"n\n" + code.encode() + b"\n")
        assert process.returncode == 0, (said + ended).decode()

    async def sign_in_by_password(self, base_url: str, email: str) -> None:
        """`toot login_cli`."""
        await self("login_cli", "--instance", base_url, "--email", email, "--password", PASSWORD)

    async def json(self, *arguments: str) -> Any:
        """What a command prints when it is asked for data."""
        return json.loads(await self(*arguments, "--json"))

    async def __call__(self, *arguments: str) -> str:
        """What a command prints for people. It must succeed."""
        process = await self._start(*arguments)
        printed, _ = await process.communicate()
        text = printed.decode()
        assert process.returncode == 0, f"toot {' '.join(arguments)}: {text}"
        return text

    async def _start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            _TOOT,
            "--no-color",
            *arguments,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
