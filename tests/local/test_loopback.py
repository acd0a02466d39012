"""What belongs to the demonstration refuses to start where others could reach it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.settings import Settings
from deploy.local.issuer import IssuerSettings

HERE = "http://127.0.0.1:8019"
ELSEWHERE = "https://login.agency.example"


def service(**other: Any) -> Settings:
    return Settings(
        **{"database_url": "x", "kafka_bootstrap_servers": "x", "oidc_issuer": HERE,
           "signing_key": "x", **other}
    )  # fmt: skip


def issuer(**other: Any) -> IssuerSettings:
    return IssuerSettings(
        **{
            "oidc_issuer": HERE,
            "issuer_secret": "s",
            "issuer_key": Path("k"),
            "oidc_client_secret": "c",
            "console_url": HERE,
            "planning_url": HERE,
            **other,
        }
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_the_demonstration_on_one_machine(host: str) -> None:
    address = f"http://[{host}]:1" if ":" in host else f"http://{host}:1"
    service(simulated_time=True, host=host, oidc_issuer=address)
    issuer(host=host, oidc_issuer=address)


@pytest.mark.parametrize(
    "open_to_others",
    [
        {"host": "0.0.0.0"}, {"host": "::"}, {"host": "10.0.0.7"}, {"host": "agency.example"},
        {"host": ""}, {"oidc_issuer": ELSEWHERE}, {"oidc_issuer": "http://127.0.0.1.example"},
        {"oidc_issuer": "127.0.0.1"},
    ],
)  # fmt: skip
def test_it_refuses_to_be_reached_by_others(open_to_others: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="simulated_time is for the demonstration"):
        service(simulated_time=True, **open_to_others)
    with pytest.raises(ValidationError, match="local issuer is for the demonstration"):
        issuer(**open_to_others)
    # In earnest it is reached by others.
    service(**open_to_others)


def test_a_container_says_where_its_issuer_is_published() -> None:
    issuer(host="0.0.0.0", published_host="127.0.0.1")
    with pytest.raises(ValidationError, match="loopback"):
        issuer(host="0.0.0.0", published_host="agency.example")


def test_a_service_ends_before_it_listens() -> None:
    environment = {
        "DATABASE_URL": "x", "KAFKA_BOOTSTRAP_SERVERS": "x", "OIDC_ISSUER": HERE,
        "SIGNING_KEY": "x", "HOST": "0.0.0.0", "SIMULATED_TIME": "true",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "services.planning"],
        env={**os.environ, **environment}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "host must be a loopback address, not '0.0.0.0'" in done.stderr
