"""Strangers' image files in, safe images out: the queue before the work on pixels.

Work happens in a few threads; past a bounded queue the answer is "try again".
"""

import asyncio
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from fedschool.errors import FedschoolError, TooManyRequests, Unprocessable
from fedschool.ports.pictures import BROKEN, LIMITS, Limits, Processed

__all__ = ["LIMITS", "ImageWorkshop", "Limits", "Processed"]

AVATAR = (400, 400)
EMOJI = Limits(
    max_bytes=512 * 1024,
    max_input_pixels=4_000_000,
    max_output_pixels=256 * 256,
    max_preview_pixels=256 * 256,
    max_frames=200,
    max_animation_input_pixels=100_000_000,
    max_animation_output_pixels=200 * 128 * 128,
)
HEADER = (1500, 500)


class ImageWorkshop:
    """Two at work, some waiting, made once per process; `close` it at the end.

    Raises Unprocessable with a sentence for people, TooManyRequests when the queue is full.
    """

    def __init__(self, *, workers: int = 2, waiting: int = 16) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="images")
        self._places = threading.BoundedSemaphore(workers + waiting)
        self._quiet = _Quiet()

    async def process(self, data: bytes, *, limits: Limits = LIMITS) -> Processed:
        """An attachment. An animated GIF stays one; other animations become their first frame."""
        return await self._run(lambda: _attachment(data, limits))

    async def avatar(self, data: bytes, *, limits: Limits = LIMITS) -> Processed:
        """400 x 400, its middle; always still. The preview is the picture itself."""
        return await self._run(lambda: _cut(data, AVATAR, limits))

    async def header(self, data: bytes, *, limits: Limits = LIMITS) -> Processed:
        """1500 x 500, its middle; always still. The preview is the picture itself."""
        return await self._run(lambda: _cut(data, HEADER, limits))

    async def emoji(self, data: bytes, *, limits: Limits = EMOJI) -> Processed:
        """A small picture; an animated GIF stays one. The preview stands still."""
        return await self._run(lambda: _attachment(data, limits))

    def close(self) -> None:
        """What waits is dropped; what is at work ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], Processed]) -> Processed:
        if not self._places.acquire(blocking=False):
            raise TooManyRequests("Too many images are being worked on: try again in a moment")
        try:
            future = self._threads.submit(self._guarded, work)
        except RuntimeError:
            self._places.release()
            raise
        # On the thread's side: a caller who gave up must not free a place that is still in use.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)

    def _guarded(self, work: Callable[[], Processed]) -> Processed:
        from PIL import Image  # noqa: PLC0415  loaded with the first picture, in its thread

        try:
            with self._quiet:
                return work()
        except FedschoolError:
            raise
        except (Image.DecompressionBombError, MemoryError) as error:
            raise Unprocessable("This image has too many pixels") from error
        except Exception as error:
            # Decoders fed with hostile bytes raise whatever they stumble over.
            raise Unprocessable(BROKEN) from error


def _attachment(data: bytes, limits: Limits) -> Processed:
    from fedschool.ports import pixels  # noqa: PLC0415  as above

    return pixels.attachment(data, limits)


def _cut(data: bytes, size: tuple[int, int], limits: Limits) -> Processed:
    from fedschool.ports import pixels  # noqa: PLC0415  as above

    return pixels.cut(data, size, limits)


class _Quiet:
    """Keeps Pillow's warnings (odd EXIF, great sizes) inside, for several threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._caught = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._caught = warnings.catch_warnings()
                self._caught.__enter__()
                warnings.filterwarnings("ignore", module=r"PIL\.|fedschool\.ports\.pixels")
            self._inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._caught.__exit__(kind, error, trace)
