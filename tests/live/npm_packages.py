"""Bring what a folder's package.json names, once, beside it and outside version control."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

PEER = Path(__file__).parent / "fedify"
WEB_CLIENT = Path(__file__).parent / "web_client"
NODE = PEER / "node_modules" / "node" / "bin" / "node"


class CannotInstall(RuntimeError):
    """npm is missing or did not succeed; the text says which."""


def ensure_installed(folder: Path, *, timeout: float = 600) -> None:
    """Installs what the folder's package.json names, unless that is there. Raises CannotInstall."""
    packages = folder / "package.json"
    if _is_installed(packages):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise CannotInstall("npm is not installed")
    with packages.open() as lock:
        # Two test runs side by side must not unpack into one folder.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed(packages):
            _install(npm, packages, timeout)


def _install(npm: str, packages: Path, timeout: float) -> None:
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=packages.parent, capture_output=True, text=True, timeout=timeout, check=False
    )
    if done.returncode != 0:
        raise CannotInstall(f"npm install failed:\n{done.stdout}\n{done.stderr}")
    _stamp(packages).write_text(_fingerprint(packages))


def _is_installed(packages: Path) -> bool:
    stamp = _stamp(packages)
    return stamp.exists() and stamp.read_text() == _fingerprint(packages)


def _stamp(packages: Path) -> Path:
    return packages.parent / "node_modules" / ".installed-from"


def _fingerprint(packages: Path) -> str:
    return hashlib.sha256(packages.read_bytes()).hexdigest()
