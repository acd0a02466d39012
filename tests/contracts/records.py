"""Records as the log would hold them, and arbitrary valid events."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel, JsonValue

from contracts.catalogue import MODELS
from contracts.event import Event, Origin, Part, Recorded, encode
from contracts.generate import HERE, file_name

ORIGIN = Origin("budi:c1", "budi", datetime(2026, 1, 12, 2, 0, tzinfo=UTC))

SAMPLES = HERE / "samples"


def sample(model: type[Event]) -> Recorded:
    """The golden sample of an event."""
    return Recorded((SAMPLES / file_name(model)).read_bytes(), 1, MODELS)


def closed(body: bytes, recorded: str = "2026-01-12T02:00:01.000001Z") -> bytes:
    """What the log makes of an encoded event: the last attribute, and the brace."""
    return body + b',"recordedtime":"' + recorded.encode() + b'"}'


def recorded(event: Event, origin: Origin = ORIGIN, version: int = 1) -> Recorded:
    body = encode(
        event, origin, agency="demonstration", stream="kind/id", version=version, ordinal=1,
        subject="sri",
    )  # fmt: skip
    return Recorded(closed(body), version, MODELS)


objects: st.SearchStrategy[Any] = st.dictionaries(
    st.text(), st.none() | st.booleans() | st.integers() | st.text()
)
"""JSON objects, whose recursive type Hypothesis does not know."""


def instances(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Any valid instance, every field given; text is any Unicode but lone surrogates."""
    return st.builds(
        model,
        **{
            name: objects if of.annotation == dict[str, JsonValue] else st.from_type(of.annotation)  # type: ignore[arg-type]
            for name, of in model.model_fields.items()
        },
    )


for part in Part.__subclasses__():
    st.register_type_strategy(part, instances(part))
