"""Pictures and sound into a new file, and nothing else: no place, no date, no device, no title.

What every client plays is copied packet by packet; the rest is decoded and encoded anew.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from fedschool.errors import Unprocessable
from fedschool.ports.movies.plan import MovieLimits
from fedschool.ports.movies.probe import Contents

MAX_PIXELS = 1920 * 1080
_CLOCK = Fraction(1, 90_000)
_TURNS = {90: ("transpose", "cclock"), -90: ("transpose", "clock"), 270: ("transpose", "clock")}
_MP4 = {"movflags": "+faststart", "fflags": "+bitexact"}
_MP3 = {"id3v2_version": "0", "write_id3v1": "0", "fflags": "+bitexact"}


def writer(path: Path, format_: str) -> OutputContainer:
    options = _MP4 if format_ in ("mp4", "ipod") else _MP3
    made = av.open(str(path), "w", format=format_, options=options)
    assert isinstance(made, OutputContainer)
    return made


def copy(source: InputContainer, found: Contents, path: Path, format_: str) -> None:
    """The packets as they are, in a new container."""
    wanted = [stream for stream in (found.video, found.audio) if stream is not None]
    with writer(path, format_) as out:
        targets = {stream.index: out.add_stream_from_template(stream) for stream in wanted}
        for target in targets.values():
            target.metadata.clear()
        last: dict[int, int] = {}
        for packet in source.demux(*wanted):
            index = packet.stream.index
            if packet.dts is None or packet.dts <= last.get(index, packet.dts - 1):
                continue
            last[index] = packet.dts
            packet.stream = targets[index]
            out.mux(packet)


def anew(
    source: InputContainer, found: Contents, path: Path, format_: str, limits: MovieLimits
) -> None:
    """H.264 with AAC, or MP3 where there is sound alone."""
    wanted = [stream for stream in (found.video, found.audio) if stream is not None]
    with writer(path, format_) as out:
        pictures = None if found.video is None else _Pictures(out, found.video, limits)
        codec = "libmp3lame" if format_ == "mp3" else "aac"
        sounds = None if found.audio is None else _Sounds(out, found.audio, codec, limits)
        for packet in source.demux(*wanted):
            for frame in _decoded(packet):
                if isinstance(frame, VideoFrame) and pictures is not None:
                    pictures.put(frame)
                elif isinstance(frame, av.AudioFrame) and sounds is not None:
                    sounds.put(frame)
        for part in (pictures, sounds):
            if part is not None:
                part.finish()


def _decoded(packet: "av.Packet[Any]") -> "Iterator[VideoFrame | av.AudioFrame]":
    """A damaged packet costs its pictures, not the film."""
    try:
        frames = packet.decode()
    except av.error.InvalidDataError:
        return
    for frame in frames:
        if isinstance(frame, VideoFrame | av.AudioFrame):
            yield frame


class _Pictures:
    """Frames upright, even-sized and no larger than full HD, as H.264."""

    def __init__(self, out: OutputContainer, stream: VideoStream, limits: MovieLimits) -> None:
        self._out = out
        self._rate = min(stream.average_rate or stream.guessed_rate or Fraction(25), Fraction(60))
        self._stream: VideoStream | None = None
        self._made = out.add_stream("libx264", rate=self._rate)
        self._graph: Graph | None = None
        self._form: tuple[int, int, str] | None = None
        self._last = -1
        self._left = limits.max_frames

    def put(self, frame: VideoFrame) -> None:
        self._left -= 1
        if self._left < 0:
            raise Unprocessable("This film has too many pictures: make it shorter")
        if frame.pts is None or frame.time_base is None:
            return
        at = int(frame.pts * frame.time_base / _CLOCK)
        if self._last >= 0 and at <= self._last:
            return
        upright = self._upright(frame)
        if upright is None:
            return
        if self._last < 0:
            self._open(upright)
        self._last = at
        upright.pts, upright.time_base = at, _CLOCK
        self._out.mux(self._made.encode(upright))

    def finish(self) -> None:
        if self._last < 0:
            raise Unprocessable("No picture of this film could be read")
        self._out.mux(self._made.encode(None))

    def _open(self, frame: VideoFrame) -> None:
        made = self._made
        made.width, made.height, made.pix_fmt = frame.width, frame.height, "yuv420p"
        made.codec_context.time_base = _CLOCK
        made.thread_count = 2
        made.options = {"preset": "veryfast", "crf": "23", "profile": "high", "bf": "0"}

    def _upright(self, frame: VideoFrame) -> VideoFrame | None:
        form = (frame.width, frame.height, frame.format.name)
        if self._form is None:
            self._form = form
            self._graph = _graph(frame)
        if form != self._form or self._graph is None:
            # another size in the middle: left out, rather than a film that breaks off
            return None
        self._graph.push(frame)
        pulled = self._graph.pull()
        assert isinstance(pulled, VideoFrame)
        return pulled


def _graph(frame: VideoFrame) -> Graph:
    graph = Graph()
    nodes = [
        graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=frame.time_base or _CLOCK,
        )
    ]
    turn = round(frame.rotation) if frame.rotation is not None else 0
    if turn in _TURNS:
        nodes.append(graph.add(*_TURNS[turn]))
    elif abs(turn) == 180:
        nodes += [graph.add("hflip"), graph.add("vflip")]
    width, height = size_of(frame)
    nodes.append(graph.add("scale", f"{width}:{height}"))
    nodes.append(graph.add("format", "yuv420p"))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


def size_of(frame: VideoFrame) -> tuple[int, int]:
    """Width and height as shown: turned, even, within full HD."""
    width, height = frame.width, frame.height
    if round(frame.rotation or 0) % 180:
        width, height = height, width
    scale = min(1.0, (MAX_PIXELS / (width * height)) ** 0.5)
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


class _Sounds:
    """Samples in stereo or mono at a rate that players know."""

    def __init__(
        self, out: OutputContainer, stream: AudioStream, codec: str, limits: MovieLimits
    ) -> None:
        context = stream.codec_context
        rate = context.sample_rate if context.sample_rate in (44_100, 48_000) else 48_000
        layout = "mono" if context.channels == 1 else "stereo"
        self._out = out
        made = out.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(made, AudioStream)
        self._made = made
        self._made.bit_rate = 128_000 if codec == "aac" else 160_000
        self._resampler = AudioResampler("fltp", layout, rate)
        self._left = limits.max_seconds * rate
        self._samples = 0

    def put(self, frame: av.AudioFrame) -> None:
        # its own count of samples: the times in damaged files go backwards
        frame.pts = None
        for ready in self._resampler.resample(frame):
            self._write(ready)

    def finish(self) -> None:
        for ready in self._resampler.resample(None):
            self._write(ready)
        if not self._samples:
            raise Unprocessable("No sound of this file could be read")
        self._out.mux(self._made.encode(None))

    def _write(self, frame: av.AudioFrame) -> None:
        self._left -= frame.samples
        if self._left < 0:
            raise Unprocessable("This is too long")
        frame.pts = self._samples
        frame.time_base = Fraction(1, frame.sample_rate)
        self._samples += frame.samples
        self._out.mux(self._made.encode(frame))
