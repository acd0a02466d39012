"""What installations need follows from what was measured, and grows with the people."""

import pytest

from bench.capacity import FULL, Costs, Need, document, rows

FOUND = {
    "machine": {"commit": "abc", "processor": "two cores"},
    "commands": {
        "spent": {
            "64": [
                {"PostgreSQL": 0.001, "planning": 0.002},
                {"PostgreSQL": 0.003, "planning": 0.004},
                {"PostgreSQL": 0.002, "planning": 0.003},
            ]
        },
        "at_rest": {"planning": 0.5},
    },
    "verify": {"50": [[1, 1, 1]], "500": [[1, 10, 1], [1, 30, 1], [1, 20, 1]]},
}


def test_costs_are_the_medians_of_the_rounds_and_of_the_largest_log() -> None:
    costs = Costs.of(FOUND)
    assert costs.command == {"PostgreSQL": 0.002, "planning": 0.003}
    assert costs.verified == 20


def test_cores_are_what_commands_take_beside_what_is_taken_at_rest() -> None:
    need = Need(120_000, Costs.of(FOUND))
    assert need.commands == pytest.approx(10)  # a tenth gives three in an hour
    assert need.cores("planning") == pytest.approx(10 * 0.003 + 0.5)
    assert need.cores("PostgreSQL") == pytest.approx(0.02)
    twice = Need(240_000, Costs.of(FOUND))
    assert twice.cores("PostgreSQL") == pytest.approx(0.04)


def test_there_are_two_pods_of_each_service_and_as_many_as_the_cores_fill() -> None:
    few, many = Need(100, Costs.of(FOUND)), Need(50_000_000, Costs.of(FOUND))
    assert few.pods == 10
    assert (many.pods - 1) * FULL < many.of_services <= many.pods * FULL


def test_the_document_says_of_what_it_is_computed() -> None:
    told = document(FOUND)
    assert "nothing in\nthe table is measured" in told
    assert "planning 3.00" in told
    assert all(f"| {line[0]} |" in told for line in rows(Costs.of(FOUND)))
