"""The process that opens one stranger's file: bounds first, then the decoders.

Started as `python -m fedschool.ports.movies.work ORDER`; writes an Answer to its output.
"""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from fedschool.errors import FedschoolError
from fedschool.ports.movies.plan import Answer, MovieLimits, Order, Task

_PARENT_DIED = 1


def main() -> None:
    order = msgspec.json.decode(sys.argv[1], type=Order)
    confine(order.limits)
    answer = msgspec.json.encode(_answer(order))
    os.write(sys.stdout.fileno(), answer)
    # decoders that were hurt must not have their clean-up run
    os._exit(0)


def confine(limits: MovieLimits) -> None:
    """No more time, memory, disk or company than the work needs."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)
    signal.alarm(limits.seconds_of_work)
    _bound(resource.RLIMIT_CPU, 2 * limits.seconds_of_work)
    _bound(resource.RLIMIT_AS, limits.memory)
    _bound(resource.RLIMIT_FSIZE, 4 * limits.max_bytes)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, 64)
    os.nice(5)


def _bound(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(what, (most, most))


def _answer(order: Order) -> Answer:
    try:
        folder = Path(order.folder)
        if order.task is Task.HEIF:
            from fedschool.ports.movies import picture  # noqa: PLC0415  each decoder only if needed

            return Answer(made=picture.make(folder))
        from fedschool.ports.movies import film  # noqa: PLC0415

        return Answer(made=film.make(folder, order.task, order.limits))
    except FedschoolError as error:
        return Answer(refused=error.public)
    except Exception as error:  # noqa: BLE001  decoders raise whatever they stumble over
        return Answer(trouble=f"{type(error).__name__}: {error}"[:300])


if __name__ == "__main__":
    main()
