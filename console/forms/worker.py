"""A process that renders forms: started by the renderer, by its path; it imports nothing of ours.

It reads what people have typed, so it has little to lose: no token and no secret, no more memory than
LARGEST, and typst reads no file outside of this folder. On standard input comes one request after
another, on standard output goes one answer for each, both as frames: the length (4 bytes, big endian),
then the content. Of a request it is JSON (`Request` in renderer.py), of an answer one byte, then
the document (`+`, or `.` if no other answer will follow), or why there is none (`-`). It ends with its
standard input, or when it has become FULL: typst keeps some of what it has made.
"""

import json
import resource
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import segno
import typst

FOLDER = Path(__file__).parent
FAMILY = "Source Sans 3"
"""In which the forms are set. What it has no letters for is set in those that typst brings."""
LARGEST, FULL = 1024**3, 512 * 1024**2
"""Bytes of memory. An ordinary SKP leaves it at 150 MB; one as large as planning takes needs 200 MB more."""


def main(folder: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST, LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells all; the renderer ends it
    known = fonts(folder)
    compilers: dict[str, typst.Compiler] = {}
    mark = b"+"
    while mark != b"." and (request := _read(sys.stdin.buffer)):
        asked = json.loads(request)
        name = asked["template"]
        if name not in compilers:
            compilers[name] = compiler(name, known)
        try:
            made = compilers[name].compile(
                format="pdf", sys_inputs=inputs(asked), timestamp=asked["made"]
            )
            assert isinstance(made, bytes)
            mark = b"." if _held() > FULL else b"+"
            answer = mark + made
        except typst.TypstError as error:
            answer = b"-" + str(error).encode()
        sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
        sys.stdout.buffer.flush()


def fonts(folder: str) -> typst.Fonts:
    """Without the machine's own, by which a form would look another way on another machine."""
    known = typst.Fonts(include_system_fonts=False, font_paths=[folder])
    if FAMILY not in known.families():
        sys.exit(f"{folder} does not have {FAMILY}: deploy/local/setup.sh local")
    return known


def compiler(template: str, known: typst.Fonts) -> typst.Compiler:
    return typst.Compiler(FOLDER / template, root=FOLDER, font_paths=known)


def inputs(asked: Mapping[str, str]) -> dict[str, str]:
    """What a template gets: the form as JSON, and as an SVG the code that leads to its address."""
    code = segno.make(asked["address"], error="m", micro=False)
    return {"form": asked["form"], "qr": code.svg_inline(border=2)}


def _held() -> int:
    """Bytes of memory that this process holds."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * resource.getpagesize()


def _read(source: BinaryIO) -> bytes:
    """The next frame; empty at the end."""
    return source.read(int.from_bytes(source.read(4), "big"))


if __name__ == "__main__":
    main(sys.argv[1])
