"""What the curves' document computes, and what of it is measured."""

from bench.replicas import Point, document

CURVE = {
    1: [Point(1000, 0.0004), Point(1200, 0.0005), Point(900, 0.0006)],
    2: [Point(1800, 0.0005), Point(2400, 0.0007), Point(1500, 0.0006)],
}


def test_a_core_for_each_is_computed_from_what_the_processes_took() -> None:
    told = document(dict.fromkeys(("api", "relay", "views", "reactions"), CURVE), {"date": "today"})
    assert "| `api`, commands | 1 | 1,000 | 1.00 × | 500 µs | 2,000 |" in told
    assert "| `api`, commands | 2 | 1,800 | 1.80 × | 600 µs | 3,333 |" in told
    assert "- date: today" in told


def test_more_relays_than_the_one_that_leads_carry_no_more() -> None:
    told = document(dict.fromkeys(("api", "relay", "views", "reactions"), CURVE), {})
    assert "| `relay`, events carried | 2 | 1,800 | 1.80 × | 600 µs | 1,667 |" in told
