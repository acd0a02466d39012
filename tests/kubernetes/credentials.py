"""Keys, certificates and passwords of one installation."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from jwt.algorithms import ECAlgorithm

from eventlog.keys import SigningKey


def password() -> str:
    return secrets.token_hex(16)


def secret(name: str, **values: str) -> Mapping[str, Any]:
    data = {key.replace("_", "."): value for key, value in values.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": data}


def of_service(service: str) -> Sequence[Mapping[str, Any]]:
    """Those that the chart finds."""
    return [
        secret(f"{service}-signing", key_pem=SigningKey.generate().pem.decode()),
        secret(f"{service}-database", password=password()),
        secret(f"{service}-kafka", password=password()),
    ]


def of_console() -> Sequence[Mapping[str, Any]]:
    return [
        secret("console-database", password=password()),
        secret("console-sealing", keys=Fernet.generate_key().decode()),
        secret("console-client", secret=password()),
    ]


def issuer() -> tuple[str, dict[str, Any]]:
    """A key that signs tokens, and the key set that tells it."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return _pem(key), {"keys": [public | {"kid": "test", "use": "sig", "alg": "ES256"}]}


def certified(hosts: Sequence[str]) -> tuple[str, str]:
    """A certificate for a server of these names with its key, and the authority that issued it; PEM."""
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Kinerja's tests", authority, authority, authority=True)
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    server = _certificate("kafka", own, authority, names)
    return _pem(own) + server, root


def _certificate(
    name: str,
    of: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    *more: x509.ExtensionType,
    authority: bool = False,
) -> str:
    now = datetime.now(UTC)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kinerja's tests")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(of.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    for each in more:
        builder = builder.add_extension(each, critical=False)
    return builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
