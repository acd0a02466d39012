"""Tokens that are signed and yet not what they should be."""

import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from chassis.identity import MAX_TOKEN, IssuerKeys, Verifier
from chassis.problems import Unauthenticated
from law.standing import Actor

KEY = ec.generate_private_key(ec.SECP256R1())
ISSUER = "https://issuer.example"
CLAIMS: dict[str, Any] = {
    "iss": ISSUER, "aud": "kinerja", "sub": "sri", "exp": int(time.time()) + 24 * 3600, "roles": ["personnel"],
}  # fmt: skip


class KnownKeys(IssuerKeys):
    """Has the key already."""

    def __init__(self) -> None:
        super().__init__(ISSUER)
        public = ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        self._keys = {"k": jwt.PyJWK(public | {"kid": "k", "alg": "ES256"})}
        self._fetched = time.monotonic()

    async def _fetch(self) -> None:
        raise AssertionError("the key is known")


class Known(Verifier):
    def __init__(self, claim: str = "sub") -> None:
        super().__init__(ISSUER, "kinerja", claim)
        self.keys = KnownKeys()


def signed(**claims: Any) -> str:
    """Whatever the claims, which PyJWT would not sign all."""
    kept = {name: value for name, value in (CLAIMS | claims).items() if value is not ...}
    return jwt.api_jws.encode(json.dumps(kept).encode(), KEY, "ES256", {"kid": "k", "typ": "JWT"})


async def test_a_good_token() -> None:
    verifier = Known()
    for _ in range(2):
        actor = await verifier.actor(signed())
        assert actor == Actor("sri", frozenset({"personnel"}))


later = int(time.time()) + 24 * 60 * 60
"""Than whenever the suite comes here."""
WRONG: dict[str, tuple[Any, ...]] = {
    "exp": (str(later), f"{later}.5", "tomorrow", [later], {"at": later}, True, None, ..., float("inf"), float("nan"), -1),
    "nbf": (str(later - 2 * 24 * 60 * 60), "now", [0], {}, True, None, float("inf"), later),
    "aud": ("", 1, ["payroll"], {"kinerja": 1}, None, ..., [1], [["kinerja"]], True),
    "sub": ("", 1, ["sri"], {"id": "sri"}, None, ..., True, "a b", "a\n", "a\0", "\ud800", "é", "x" * 256, "service:rewards_followup"),
    "iss": ("", 1, [ISSUER], {}, None, ..., "https://elsewhere.example"),
    "roles": ("personnel", 1, {"personnel": True}, [1], ["personnel", None], [["personnel"]], True),
    "jti": (1, []),
}  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        pytest.param(claim, value, id=f"{claim}-{number}")  # not by the time that it may be
        for claim, values in WRONG.items()
        for number, value in enumerate(values)
    ],
)
async def test_a_claim_of_another_kind(claim: str, value: Any) -> None:
    verifier = Known()
    for _ in range(2):  # nor is it remembered
        with pytest.raises(Unauthenticated):
            await verifier.actor(signed(**{claim: value}))


async def test_no_roles_are_none() -> None:
    without: tuple[Any, ...] = (None, ..., [])
    for roles in without:
        assert (await Known().actor(signed(roles=roles))).roles == frozenset()


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"null", b"7", b"\xff", b"{", b"[" * 5000, b"9" * 5000]
)
async def test_what_is_signed_and_no_claims(payload: bytes) -> None:
    token = jwt.api_jws.encode(payload, KEY, "ES256", {"kid": "k"})
    with pytest.raises(Unauthenticated):
        await Known().actor(token)


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "é", "\udcff", "x" * 60_000, "a.b.c", "\0"]
)
async def test_what_is_no_token(token: str) -> None:
    with pytest.raises(Unauthenticated):
        await Known().actor(token)


async def test_a_token_of_any_length_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError

    long = signed(groups=["x" * MAX_TOKEN])
    monkeypatch.setattr(jwt, "get_unverified_header", never)
    with pytest.raises(Unauthenticated):
        await Known().actor(long)


async def test_a_token_with_many_groups_is_good() -> None:
    groups = [f"/instansi/unit-{n}/jabatan" for n in range(300)]
    assert (await Known().actor(signed(groups=groups))).id == "sri"


@pytest.mark.parametrize(
    "subject", ["auth0|64f0", "sri@dinas.go.id", "_x", "f:4f1c:sri", "https://x/1"]
)
async def test_subjects_of_real_providers(subject: str) -> None:
    assert (await Known().actor(signed(sub=subject))).id == subject


async def test_a_setting_names_the_claim_that_is_the_person() -> None:
    verifier = Known("preferred_username")
    actor = await verifier.actor(signed(sub="auth0|1", preferred_username="198001012005011001"))
    assert actor.id == "198001012005011001"
    for missing in ({}, {"preferred_username": 7}, {"preferred_username": ""}):
        with pytest.raises(Unauthenticated):
            await verifier.actor(signed(**missing))
