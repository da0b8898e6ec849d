"""Outgoing HTTP: one client for the process, under guard, within bounds."""

from fedschool.ports.http.body import Beginning
from fedschool.ports.http.client import (
    DEFAULT_MAX_BYTES,
    DEFAULT_TIMEOUT_S,
    HttpClient,
    SignRequest,
)
from fedschool.ports.http.guard import AllowList, parse_allow_private
from fedschool.ports.http.lookup import Resolve
from fedschool.ports.http.response import Response

__all__ = [
    "DEFAULT_MAX_BYTES",
    "DEFAULT_TIMEOUT_S",
    "AllowList",
    "Beginning",
    "HttpClient",
    "Resolve",
    "Response",
    "SignRequest",
    "parse_allow_private",
]
