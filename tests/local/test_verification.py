"""What can't be verified is told, never passed over."""

from pathlib import Path

from contracts.catalogue import SERVICES
from deploy.local.stack import Stack
from deploy.local.verification import verify


async def test_a_service_that_cannot_be_verified_is_a_fault(tmp_path: Path) -> None:
    admin = {"bootstrap_servers": "127.0.0.1:1", "security_protocol": "PLAINTEXT"}
    nowhere = Stack(tmp_path, "2026", dsn="postgresql://127.0.0.1:1/nothing", admin=admin)
    told: list[int] = []
    found = await verify(nowhere, told.append)
    assert (found.events, found.views) == (0, 0)
    for service, fault in zip(SERVICES, found.faults, strict=True):
        log = tmp_path / "log" / f"audit-{service}.log"
        assert fault.startswith(f"{service} could not be verified: ")
        assert "Connection refused" in fault
        assert str(log) in fault
    assert told == [0, 1, 2, 3, 4, 5]
