"""Whom we believe when they vouch for a server: the public authorities, and the admin's own."""

import ssl
from pathlib import Path

import certifi

from fedschool.errors import StartupFailure


def tls(ca_file: Path | None) -> ssl.SSLContext:
    """For connections out. Raises StartupFailure for a file without certificates."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        check(ca_file, context)
    return context


def check(ca_file: Path, context: ssl.SSLContext | None = None) -> None:
    """Reads the file, into `context` if there is one already. Raises StartupFailure."""
    try:
        (context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)).load_verify_locations(cafile=ca_file)
    except OSError as error:
        raise StartupFailure(
            f"FEDSCHOOL_CA_FILE: {ca_file} holds no certificates that can be read: "
            "give a PEM file, or none"
        ) from error
