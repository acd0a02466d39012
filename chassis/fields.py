"""The kinds of values that people send: checked, and written in one way, before anything sees them.

Text is kept in Unicode's composed form (NFC), so that one name has one spelling. What shows nothing,
or turns the direction of what stands around it, is refused: it could make one name look like another.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

from fastapi import Path
from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    UrlConstraints,
)
from pydantic_core import PydanticCustomError

_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$"
"""No control characters but tabs and line breaks; no bidirectional embeddings, overrides and isolates.
(Marks such as U+200F turn nothing but a space.)"""

_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters, marks and symbols that show nothing: what Unicode ignores by default, and empty Braille."""

_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_UNPRINTED = {*_INVISIBLE, "Zs"}


class Body(BaseModel):
    """A command's body: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _text(value: str) -> str:
    if not re.match(_TEXT, value):
        raise PydanticCustomError(
            "text_control",
            "Text should hold no control characters and none that turn the direction of writing",
        )
    value = unicodedata.normalize("NFC", value)
    if not any(_shows(character) for character in value):
        raise PydanticCustomError("text_invisible", "Text should have something to read")
    return value


def _name(value: str) -> str:
    value = unicodedata.normalize("NFC", value)
    if any(unicodedata.category(each) in _INVISIBLE for each in value) or _BLANK.search(value):
        raise PydanticCustomError("name_invisible", "A name should have visible characters only")
    if not any(each.isalnum() for each in value):
        raise PydanticCustomError("name_invisible", "A name should have a letter or a digit")
    return " ".join(value.split())


def _shows(character: str) -> bool:
    return unicodedata.category(character) not in _UNPRINTED and not _BLANK.match(character)


def _day(value: Any) -> Any:
    # Pydantic would take numbers, and text of digits, for seconds since 1970.
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise PydanticCustomError("day", "A date should be written YYYY-MM-DD")


def _without_password(link: AnyHttpUrl) -> AnyHttpUrl:
    if link.username is not None or link.password is not None:
        raise PydanticCustomError("link_password", "A link should hold no user name or password")
    return link


def searchable(text: str) -> str:
    """The form to search in and with: without case, accents, or differences of width."""
    # Marks again behind the folding, which can bring some of its own (İ).
    folded = _unmarked(unicodedata.normalize("NFKD", text)).casefold()
    return unicodedata.normalize("NFC", _unmarked(unicodedata.normalize("NFKD", folded)))


def _unmarked(text: str) -> str:
    return "".join(each for each in text if not unicodedata.combining(each))


# Paragraphs.
Text: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(_text),
    Field(json_schema_extra={"pattern": _TEXT}),
]
# One line, of a person, a unit, a position, a title. Runs of blanks are one space.
Name: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(_name),
    Field(
        json_schema_extra={
            "pattern": r"^[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*$"
        }
    ),
]
Year: TypeAlias = Annotated[int, Field(ge=1950, lt=2200)]
Day: TypeAlias = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Link: TypeAlias = Annotated[
    AnyHttpUrl, UrlConstraints(max_length=2000), AfterValidator(_without_password)
]

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]

# What identity providers call people: `auth0|123`, `f:realm:sri`, an e-mail address, `_x`, a UUID. No
# slash, which a path cannot carry, no comma, space or quote, which part lists of them.
_PERSON = r"_*[A-Za-z0-9][A-Za-z0-9._|@+:~=-]*"
_CODE = r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"
PersonId: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{_PERSON}$", max_length=255)]
# Of one person's assignments; it holds no dot, which parts it from whose it is.
Code: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{_CODE}$")]
AssignmentId: TypeAlias = Annotated[
    str, StringConstraints(pattern=rf"^{_PERSON}\.{_CODE}$", max_length=288)
]

# Longer than an id that people choose: made of a person's, a code and a date.
MadeId: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{_PERSON}$", max_length=300)]

# Where something stands in what holds it, part by part: an agreement's objective, a cell of a matrix.
Place: TypeAlias = Annotated[
    str, StringConstraints(pattern=rf"^{_PERSON}(/{_PERSON}){{1,3}}$", max_length=1000)
]

PathPersonId = Annotated[str, Path(pattern=f"^{_PERSON}$", max_length=255)]
PathId = Annotated[str, Path(pattern=f"^{_PERSON}$", max_length=300)]
