"""A proxy that opens what passes through it, as large offices have: it answers for every host with a
certificate of its own authority. Here every answer is 404."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class InspectingProxy:
    """`authority`: the file of its authority's certificate. `opened`: the hosts it has read along."""

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "authority.pem"
        self.opened: list[str] = []
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Office")])
        certificate = self._certificate(self._name, self._key.public_key(), None)
        self.authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                guest, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._open, args=[guest], daemon=True).start()

    def _open(self, guest: socket.socket) -> None:
        with guest:
            if not (asked := guest.recv(65536).decode()):
                return  # a client that tried its connection only
            host = asked.split()[1].rpartition(":")[0]
            guest.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._for_host(host))
            try:
                with context.wrap_socket(guest, server_side=True) as opened:
                    if opened.recv(65536):
                        self.opened.append(host)
                    opened.sendall(NOT_FOUND)
            except OSError:
                pass  # who does not trust it hangs up

    def _for_host(self, host: str) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = self._certificate(name, key.public_key(), host)
        file = self._folder / f"{threading.get_ident()}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )  # fmt: skip
        return file

    def _certificate(
        self, name: x509.Name, key: ec.EllipticCurvePublicKey, host: str | None
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), True)
        )
        if host:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
        return made.sign(self._key, hashes.SHA256())
