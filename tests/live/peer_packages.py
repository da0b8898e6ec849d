"""Bring the packages of the Fedify peer, once, beside it and outside version control."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent / "fedify"
NODE = FOLDER / "node_modules" / "node" / "bin" / "node"
_PACKAGES = FOLDER / "package.json"
_STAMP = FOLDER / "node_modules" / ".installed-from"


class CannotInstall(RuntimeError):
    """npm is missing or did not succeed; the text says which."""


def ensure_installed(*, timeout: float = 600) -> None:
    """Installs what package.json names, unless that is there. Raises CannotInstall."""
    if _is_installed():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise CannotInstall("npm is not installed")
    with _PACKAGES.open() as lock:
        # Two test runs side by side must not unpack into one folder.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed():
            _install(npm, timeout)


def _install(npm: str, timeout: float) -> None:
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=FOLDER, capture_output=True, text=True, timeout=timeout, check=False
    )
    if done.returncode != 0 or not NODE.exists():
        raise CannotInstall(f"npm install failed:\n{done.stdout}\n{done.stderr}")
    _STAMP.write_text(_fingerprint())


def _is_installed() -> bool:
    return NODE.exists() and _STAMP.exists() and _STAMP.read_text() == _fingerprint()


def _fingerprint() -> str:
    return hashlib.sha256(_PACKAGES.read_bytes()).hexdigest()
