"""Build what the console serves to browsers: names that change with the content, so that a browser may
keep each file for ever; compressed beforehand; of the icons only those that templates name. And lay
beside it the fonts of the forms.
"""

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, nodes

from console.show import CONSOLE
from console.show.assets import BUILT, MANIFEST, STATIC
from console.show.assets import FONTS as BUILT_FONTS
from deploy.assets.npm import LOCK, MODULES
from deploy.assets.npm import MANIFEST as PACKAGES
from deploy.local import CannotStart, shown

INSTALLED = {
    "source-sans-3.woff2": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
    "bootstrap.css": "bootstrap/dist/css/bootstrap.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
}
"""As the console names it, and where npm has put it."""
FONTS = [
    MODULES / "source-sans" / "OTF" / f"SourceSans3-{style}.otf"
    for style in ("Regular", "Bold", "It")
]
"""For the forms: what browsers are served is no file that a PDF can be made with."""
OUTLINES = MODULES / "@tabler" / "icons" / "icons" / "outline"
SPRITE = "icons.svg"
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)
SOURCE_MAP = re.compile(rb"\s*(?:/\*|//)# sourceMappingURL=\S+?(?:\s*\*/)?\s*$")
"""Names a file that is not served."""


def sources() -> list[Path]:
    """All that the build is made from; what npm installs is told by its lock."""
    how = Path(__file__).parent.glob("*.py")
    return [LOCK, *sorted(how), *sorted(STATIC.iterdir()), *sorted(CONSOLE.rglob("*.html"))]


def is_current() -> bool:
    """Whether what is built is made from what is there."""
    try:
        return bool(json.loads(MANIFEST.read_bytes())["made_from"] == _made_from())
    except (OSError, ValueError, LookupError):
        return False


def build() -> None:
    """Write BUILT anew. Raises CannotStart for an icon that is none."""
    files: dict[str, bytes] = {
        name: SOURCE_MAP.sub(b"", (MODULES / path).read_bytes()) for name, path in INSTALLED.items()
    }
    files |= {SPRITE: sprite(set(icons()))}
    files |= {file.name: file.read_bytes() for file in STATIC.iterdir()}
    new = BUILT.with_name("built.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    served: dict[str, str] = {}
    for name in sorted(files, key=lambda name: name.endswith(".css")):  # styles name the font
        body = _with_served_names(files[name], served) if name.endswith(".css") else files[name]
        served[name] = _write(new, name, body)
    fonts = new / BUILT_FONTS.name
    fonts.mkdir()
    for font in FONTS:
        shutil.copy(font, fonts)
    told = {"made_from": _made_from(), "files": served, "licences": list(licences())}
    (new / MANIFEST.name).write_text(json.dumps(told, ensure_ascii=False, indent=1))
    shutil.rmtree(BUILT, ignore_errors=True)
    new.rename(BUILT)


def _made_from() -> str:
    found = hashlib.sha256()
    for file in sources():
        found.update(f"{file.name}\0".encode())
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _with_served_names(style: bytes, served: dict[str, str]) -> bytes:
    for name, hashed in served.items():
        style = style.replace(f'url("{name}")'.encode(), f'url("{hashed}")'.encode())
    return style


def _write(folder: Path, name: str, body: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
    (folder / hashed).write_bytes(body)
    compressed = gzip.compress(body, 9, mtime=0)
    if len(compressed) < 0.9 * len(body):  # a font is compressed already
        (folder / f"{hashed}.gz").write_bytes(compressed)
    return hashed


def icons() -> Iterator[str]:
    """The names that templates give to `icon(…)`."""
    parser = Environment(extensions=["jinja2.ext.i18n"])
    for file in sorted(CONSOLE.rglob("*.html")):
        for call in parser.parse(file.read_text()).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "icon":
                yield from _named(call.args[0], f"{shown(file)}:{call.lineno}")


def _named(argument: nodes.Expr, where: str) -> Iterator[str]:
    match argument:
        case nodes.Const(value=str(name)):
            yield name
        case nodes.CondExpr(expr1=one, expr2=nodes.Expr() as other):
            yield from _named(one, where)
            yield from _named(other, where)
        case _:
            raise CannotStart(f"{where}: an icon's name is a text, or a choice of two")


def sprite(names: set[str]) -> bytes:
    """One SVG with a symbol for each icon."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">'
        + "".join(SYMBOL.format(name=name, shapes=_shapes(name)) for name in sorted(names))
        + "</svg>\n"
    ).encode()


def _shapes(name: str) -> str:
    file = OUTLINES / f"{name}.svg"
    if not file.is_file():
        raise CannotStart(f"a template names the icon {name}, which @tabler/icons does not have")
    inside = file.read_text().partition(">")[2].rpartition("</svg>")[0]
    # The first of each outline is an invisible square.
    return "".join(line.strip() for line in inside.splitlines() if 'stroke="none"' not in line)


def licences() -> Iterator[dict[str, Any]]:
    """Of each package that people get something of: its licence, whole."""
    for name in json.loads(PACKAGES.read_text())["dependencies"]:
        about = json.loads((MODULES / name / "package.json").read_text())
        texts = [file.read_text().strip() for file in sorted((MODULES / name).glob("LICEN[CS]E*"))]
        if not texts:
            raise CannotStart(f"{name} comes without the text of its licence")
        yield {
            "name": name,
            "version": about["version"],
            "licence": about["license"],
            "text": "\n\n".join(texts),
        }
