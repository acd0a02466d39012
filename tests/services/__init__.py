"""Decisions alone: no server, no clock."""

import pytest

pytest.register_assert_rewrite("tests.services.scenario")
