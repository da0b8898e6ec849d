"""Texts that nobody types by accident, and how work grows with their length."""

import time
from collections.abc import Callable

from hypothesis import strategies as st

# Every kind of character, lone surrogates and controls included.
ANY_TEXT = st.text(alphabet=st.characters(), max_size=200)

# One piece of markup per white space; `~` stands for a space inside a piece.
_MARKUP = r"""
<p> </p> <p <b> </b> <a <a> </a> <a~href='https://a.example/'> <a~href=javascript:x> <i/> </i>
<a~href="https://xn--a/"> <a~href='https://a.example/?x=1&copy=2'~class='mention~u-url'~rel=me>
<ul> <ol~start=2~reversed> <li> <li~value=3> </li> </ul> </ol> <blockquote> </blockquote> <pre>
</pre> <div> </div> <h1> </h2> <code> </code> <br> </br> <hr> <ruby> <rt> </rt> <rp> </ruby>
<math> <mi> </math> <svg> <svg/> </svg> <annotation-xml~encoding=text/html> <foreignObject>
<script> </script> <style> </style> <textarea> <title> </title> <!-- --> <!-> <! <? > <table> <td>
<tr> <select> <template> </template> <plaintext> <noscript> <form> <input> <img~src=x> <nobr>
<span~class='invisible~mention~x'> </span> <em~onclick='x'> <mtext> <mglyph> <font~color=red>
</font> <body> <html> <head> <s> <strike> <del> <button> <caption> <frameset> <iframe> </iframe>
<xmp> <b~x=1> <b~x=2> <p~class=quote-inline> &lt; &amp;lt; &#60; &#x3c; &#0; &#13; &nbsp; & &#xD800;
&#99999999999 < </ </3 a b 1 = ' " /
"""
HTML_PARTS = st.sampled_from([part.replace("~", " ") for part in _MARKUP.split()])
TAG_SOUP = st.lists(st.one_of(HTML_PARTS, st.sampled_from([" ", "\n", "\r", "\0"]), ANY_TEXT)).map(
    "".join
)

_TYPED = """
@ada @Ada@oak.example @ada@oak.localhost:8001 ada@oak.example @ # #maths #123 #été ＃maths / ( ) [ ]
https:// http:// https://oak.example https://oak.example/a_(b) https://u:p@oak.example
https://[::1]:1/ https://oak.example/a/long/way/to/go/and/more : . , … 。 <b> & &amp; " ' · _ - 1
"""
TYPED_PARTS = st.sampled_from([*_TYPED.split(), "\u202e", "\u200c", "\u0301", "\ufe0f", "é", "ſ"])
TYPED_TEXT = st.lists(
    st.one_of(TYPED_PARTS, st.sampled_from([" ", "\n", "\n\n", "\r\n", "\0"]), ANY_TEXT)
).map("".join)


def growth(work: Callable[[str], object], unit: str, characters: int = 20_000) -> float:
    """How many times longer four times the text takes: 4 if linear, 16 if quadratic."""
    small = unit * (characters // len(unit))
    return _seconds(work, small * 4) / max(_seconds(work, small), 0.000_5)


def _seconds(work: Callable[[str], object], text: str) -> float:
    """The best of a few runs, as processor time: other work on the machine counts little."""
    spans: list[float] = []
    for _ in range(4):
        start = time.process_time()
        work(text)
        spans.append(time.process_time() - start)
    return min(spans)
