"""Structured logs on stderr: one line an event, with the request's or the job's id.

What may never be logged: tokens, passwords, private keys, request bodies, query strings (they
can carry a token). Callers pass ids and short facts as keyword fields.
"""

import contextvars
import json
import logging
import sys
from typing import Any

request_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("request_id", default=None)
job_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("job_id", default=None)


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
        }
        if (request := request_id.get()) is not None:
            fields["request"] = request
        if (job := job_id.get()) is not None:
            fields["job"] = job
        fields.update(getattr(record, "facts", {}))
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str, ensure_ascii=False)


class Log:
    """`log.info("delivered", inbox=uri)`: an event's name and its facts."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, event: str, **facts: object) -> None:
        self._logger.debug(event, extra={"facts": facts})

    def info(self, event: str, **facts: object) -> None:
        self._logger.info(event, extra={"facts": facts})

    def warning(self, event: str, **facts: object) -> None:
        self._logger.warning(event, extra={"facts": facts})

    def exception(self, event: str, **facts: object) -> None:
        """An error nobody foresaw, with its trace."""
        self._logger.error(event, exc_info=True, extra={"facts": facts})


def get(name: str) -> Log:
    return Log(name)


def configure(level: str) -> None:
    """Once per process, by the front door."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "aiosqlite", "asyncio", "PIL", "alembic", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
