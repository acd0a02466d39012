"""One event: a frozen model inside one CloudEvents 1.0 JSON document, the *record*.

The record's bytes are what is stored, hashed, carried and archived; nothing re-serialises them.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError, WithJsonSchema
from pydantic_core import from_json, to_json

# Fields of these types are sealed with the person's key once sealing comes; a decision sees
# plain text either way. The mark travels into the JSON Schema, so that a subscriber sees it too.
Personal: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "x-sealed": "personal"})]
FreeText: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "x-sealed": "free-text"})]


class Part(BaseModel):
    """A value inside an event: frozen; unknown fields refused, as in the event itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(BaseModel):
    """What happened, in the past tense. The class name and `version` are its name on the wire.

    Unknown fields are refused when writing and ignored when reading (`read`). `about` names the field
    that holds the subject, which is the key on the topic: whatever is about one person keeps its order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1
    service: ClassVar[str]
    about: ClassVar[str] = "person"

    @property
    def subject(self) -> str:
        """The employee, unit or cycle that the event is about."""
        return str(getattr(self, self.about))

    @classmethod
    @cache
    def wire_name(cls) -> str:
        """What all versions have in common, for example `kinerja.planning.SKPApproved`."""
        return f"kinerja.{cls.service}.{cls.__name__}"

    @classmethod
    @cache
    def wire_type(cls) -> str:
        """The CloudEvents `type`, for example `kinerja.planning.SKPApproved.v1`."""
        return f"{cls.wire_name()}.v{cls.version}"

    @classmethod
    @cache
    def schema_id(cls) -> str:
        """The CloudEvents `dataschema`; the schema is in `contracts/schemas/`."""
        return f"urn:kinerja:schema:{cls.service}:{cls.__name__}:{cls.version}"


class Reading(Event):
    """An auditor has read at `path` what this service holds about the person."""

    about: ClassVar[str] = "person"

    person: str
    by: str
    path: str


class PassedOver(Event):
    """An operator has let a view or reaction of this service go on behind a record that it could not apply:
    `type` is the record's, if it has one that can be read, `error` the kind of what it failed with."""

    about: ClassVar[str] = "subscription"

    subscription: str
    topic: str
    partition: int
    position: int
    offset: int
    type: str | None
    error: str
    why: FreeText
    by: str


class Imported(Event):
    """All rows of a file have been loaded; what came of them shares this event's correlation. `sha256` is
    of the file's bytes, `by` had it loaded."""

    about: ClassVar[str] = "upload"

    upload: str
    kind: str
    name: FreeText
    sha256: str
    rows: int
    by: str


class MalformedRecord(ValueError):
    """The bytes are not a record, or its data not what its type says."""


class UnknownType(MalformedRecord):
    """The record's event type, or the version of it, is not known to this program."""


class Origin(NamedTuple):
    """Why an event was written: who gave which command, and what led to it.

    command      id of the command; the same command again gets its first answer
    actor        opaque id of whoever decided
    at           when it was decided (business time, aware)
    cause        id of the event that led here, or empty
    correlation  id that everything from the first request to the last effect shares
    basis        versions of facts outside its own stream that it rests on, `service:stream@version`
    fingerprint  of what the command says; kept beside the record, not in it
    """

    command: str
    actor: str
    at: datetime
    cause: str = ""
    correlation: str = ""
    basis: tuple[str, ...] = ()
    fingerprint: bytes = b""


def encode(
    event: Event,
    origin: Origin,
    *,
    agency: str,
    stream: str,
    version: int,
    ordinal: int,
    subject: str,
) -> bytes:
    """The record up to its last attribute, `recordedtime`.

    The log stamps that under its lock, so that it never runs backwards, and closes the object.
    """
    document = {
        "specversion": "1.0",
        "id": f"{origin.command}/{ordinal}",
        "source": f"/{agency}/{event.service}",
        "type": event.wire_type(),
        "subject": subject,
        "time": origin.at,
        "datacontenttype": "application/json",
        "dataschema": event.schema_id(),
        "stream": stream,
        "version": version,
        "command": origin.command,
        "actor": origin.actor,
        "cause": origin.cause,
        "correlation": origin.correlation or origin.command,
        "basis": " ".join(origin.basis),
        "data": event,
    }
    return to_json(document)[:-1]


class Recorded:
    """An event as the log holds it: its record, its position, and its attributes.

    `event` is validated when first asked for, so that a reader pays only for what it uses. Of a type
    that is not among `models` there are the attributes alone, which is enough to pass it over.
    """

    __slots__ = ("_at", "_event", "_model", "_recorded", "document", "position", "record")

    def __init__(self, record: bytes, position: int, models: dict[str, type[Event]]) -> None:
        try:
            document = from_json(record, cache_strings="keys")
            model = models.get(document["type"])
            document["subject"], document["data"]
            if model is None and not isinstance(document["type"], str):
                raise TypeError("its type is no text")
            if not isinstance(document["stream"], str) or type(document["version"]) is not int:
                raise TypeError("its stream is no text, or its version no number")
        except KeyError as error:
            raise MalformedRecord(f"missing attribute: {error}") from None
        except (ValueError, TypeError) as error:
            raise MalformedRecord(f"not a JSON object: {error}") from None
        self.document: dict[str, Any] = document
        self._model = model
        self.position = position
        self.record = record
        # Not cached properties: before Python 3.12 each of these takes a lock when first asked for.
        self._event: Event | None = None
        self._at: datetime | None = None
        self._recorded: datetime | None = None

    def is_one_of(self, models: Collection[type[Event]]) -> bool:
        """Whether the event is of one of these. Raises UnknownType if it is of another version of one."""
        if self._model is not None:
            return self._model in models
        name = self.type.rpartition(".v")[0]
        if any(name == model.wire_name() for model in models):
            raise self._unknown()
        return False

    @property
    def model(self) -> type[Event]:
        """The event's class. Raises UnknownType."""
        if self._model is None:
            raise self._unknown()
        return self._model

    def _unknown(self) -> UnknownType:
        return UnknownType(f"{self.type} is of a newer program: this one does not know it")

    @property
    def event(self) -> Event:
        """The typed data; unknown fields are ignored. Raises MalformedRecord."""
        if self._event is None:
            self._event = self._validated()
        return self._event

    def _validated(self) -> Event:
        try:
            return self.model.model_validate(self.document["data"], extra="ignore")
        except ValidationError as error:
            # Field and rule, never the value: this is logged and shown to operators.
            told = (f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors())
            raise MalformedRecord(f"{self.type}: {'; '.join(told)}") from None

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def type(self) -> str:
        return str(self.document["type"])

    @property
    def stream(self) -> str:
        return str(self.document["stream"])

    @property
    def version(self) -> int:
        return int(self.document["version"])

    @property
    def subject(self) -> str:
        return str(self.document["subject"])

    @property
    def actor(self) -> str:
        return str(self.document["actor"])

    @property
    def correlation(self) -> str:
        return str(self.document["correlation"])

    @property
    def service(self) -> str:
        return self.model.service

    @property
    def at(self) -> datetime:
        """When it was decided."""
        if self._at is None:
            self._at = datetime.fromisoformat(self.document["time"])
        return self._at

    @property
    def recorded(self) -> datetime:
        """When the log took it; never runs backwards along positions."""
        if self._recorded is None:
            self._recorded = datetime.fromisoformat(self.document["recordedtime"])
        return self._recorded


def by_wire_type(models: Iterable[type[Event]]) -> dict[str, type[Event]]:
    """Catalogue of models by CloudEvents `type`."""
    return {model.wire_type(): model for model in models}
