"""The chart's tests, for which `make test KUBERNETES=1` builds helm."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kubernetes.installation import Installation

collect_ignore_glob = [] if os.environ.get("KUBERNETES") else ["test_*.py"]


@pytest.fixture(scope="session")
def installation() -> "Iterator[Installation]":
    """The chart in a namespace of the cluster that KUBECONFIG names; CLUSTER=1 says that there must be one."""
    if not os.environ.get("KUBECONFIG"):
        if os.environ.get("CLUSTER"):
            pytest.fail("KUBECONFIG names no cluster")
        pytest.skip("KUBECONFIG names no cluster")
    from tests.kubernetes.installation import installed  # with libraries of KUBERNETES=1 alone

    with installed() as found:
        yield found


@pytest.fixture(scope="session")
def lived(installation: "Installation") -> None:
    """With the year of `test_installed`, whose people the tests are about."""
    installation.live()
