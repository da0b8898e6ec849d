"""Tells after a run how many endpoints were held to their shapes, and which were not.

Workers of a parallel run hand over what they checked. A run of all tests that left an endpoint
out fails.
"""

import json
import re
from typing import Any

import pytest

from tests.api import contract, test_inventory

_SHARED = "contract"
_gathered: set[str] = set()
# Answers that are no JSON document of their own, or that keys.json saw failing.
_ELSEWHERE = frozenset({"GET /api/v1/streaming/*"})


def missed() -> list[str]:
    """Endpoints with a known shape that nothing checked, but for refused ones."""
    refused = {_unnamed(f"{method} {path}") for method, path in test_inventory.refused()}
    return sorted(contract.known() - _gathered - refused - _ELSEWHERE)


def _unnamed(endpoint: str) -> str:
    return re.sub(r":\w+", "*", endpoint)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workeroutput")


def _is_whole(config: pytest.Config) -> bool:
    """Whether nothing was chosen: `./deploy/test`."""
    chosen = config.option.keyword or config.option.markexpr or config.option.maxfail
    return not chosen and not any("tests/" in argument for argument in config.args)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    _gathered.update(json.loads(getattr(node, "workeroutput", {}).get(_SHARED, "[]")))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if _is_worker(config):
        config.workeroutput[_SHARED] = json.dumps(sorted(contract.checked))  # type: ignore[attr-defined]
        return
    _gathered.update(contract.checked)
    if exitstatus == 0 and _is_whole(config) and missed():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _gathered:
        return
    known, unchecked = contract.known(), missed()
    done = len(known & _gathered)
    terminalreporter.write_line(f"contract: {done} of {len(known)} endpoints have their shape")
    if _is_whole(terminalreporter.config):
        for endpoint in unchecked:
            terminalreporter.write_line(f"contract: nothing checked {endpoint}")
