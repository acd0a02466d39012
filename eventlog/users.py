"""A service's user in Kafka: its password, and what it may do there."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka.errors import for_code
from aiokafka.protocol.admin import CreateAclsRequest
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    CompactArray,
    CompactBytes,
    CompactString,
    Int8,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

from eventlog.broker import administering

SCRAM_SHA_512, ITERATIONS = 2, 4096

# https://kafka.apache.org/protocol and the AclOperation, ResourceType and PatternType of its clients
TOPIC, GROUP = 2, 3
LITERAL, PREFIXED = 3, 4
READ, WRITE = 3, 4
ALLOW = 3
ANY_HOST = "*"


async def make_user(
    admin: Mapping[str, Any],
    name: str,
    password: str,
    *,
    writes: Iterable[str],
    reads: Iterable[str],
    groups: str,
) -> None:
    """Let a user write some topics, read them and others, and take part in the consumer groups whose names begin with
    `groups`. It may be done again, and sets the password anew.

    admin  arguments of a client that may do so
    """
    async with administering(admin) as client:
        for _, code, why, _ in (await client._send_request(_Scram(name, password))).results:
            _check(code, why)
        written = sorted(writes)
        allowed = [(GROUP, groups, PREFIXED, READ)]
        allowed += [(TOPIC, topic, LITERAL, WRITE) for topic in written]
        allowed += [(TOPIC, topic, LITERAL, READ) for topic in sorted({*written, *reads})]
        for kind, resource, pattern, operation in allowed:
            rule = CreateAclsRequest(
                kind, resource, pattern, f"User:{name}", ANY_HOST, operation, ALLOW
            )
            for code, why in (await client._send_request(rule)).creation_responses:
                _check(code, why)


def _check(code: int, why: str | None) -> None:
    if code:
        raise for_code(code)(why)


class _ScramResponse(Response):  # type: ignore[misc]
    API_KEY, API_VERSION = 51, 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", CompactString()),
                ("error_code", Int16),
                ("error_message", CompactString()),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _ScramRequest(RequestStruct):  # type: ignore[misc]
    API_KEY, API_VERSION, FLEXIBLE_VERSION = 51, 0, True
    RESPONSE_TYPE = _ScramResponse
    SCHEMA = Schema(
        (
            "deletions",
            CompactArray(("name", CompactString()), ("mechanism", Int8), ("tags", TaggedFields)),
        ),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString()),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Scram(Request[_ScramRequest]):  # type: ignore[misc]
    """AlterUserScramCredentials, which aiokafka does not have. The password itself is not sent."""

    API_KEY = 51

    def __init__(self, name: str, password: str) -> None:
        salt = secrets.token_bytes(16)
        salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
        self._upsertion: tuple[object, ...] = (name, SCRAM_SHA_512, ITERATIONS, salt, salted, {})

    def build(self, request_struct_class: type[_ScramRequest]) -> _ScramRequest:
        return request_struct_class([], [self._upsertion], {})
