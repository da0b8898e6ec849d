"""What a process and its children have used, as the kernel counts it (Linux)."""

import os
from pathlib import Path

import psutil

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_ms(pid: int) -> float:
    """CPU of the process tree since it started: user and system time of all threads."""
    return sum(_cpu_ms(one) for one in _tree(pid))


def pss_mb(pid: int) -> float:
    """Memory of the process tree; what is shared with others counts in part."""
    return sum(_pss_kb(one) for one in _tree(pid)) / 1024


def _tree(pid: int) -> list[int]:
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


def _cpu_ms(pid: int) -> float:
    # The name in brackets may hold spaces; what follows it is fields 3 and on of proc(5).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, waited_for = fields[11:13], fields[13:15]
    return sum(int(ticks) for ticks in (*own, *waited_for)) * _TICK_MS


def _pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise ValueError("the kernel says nothing about Pss")
