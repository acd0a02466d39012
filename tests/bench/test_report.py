"""The benchmark's table tells a goal met from one missed."""

from bench.report import ROWS, Row, percentile, table


def test_ratios_are_by_round_and_goals_are_judged() -> None:
    found = {
        "appends": {
            "Kinerja": {1: [100, 400, 90], 64: [2400, 4000, 1000]},
            "Emmett": {1: [100, 1000, 100], 64: [300, 400, 1000]},
        },
        "commands": {
            "commands": {1: [90, 400], 64: [700, 300]},
            "echo": {1: [300, 1000], 64: [1000, 1000]},
            "spent": {1: [{"Kafka": 0.004, "planning": 0.005}], 64: [{"Kafka": 0.001}]},
            "at_rest": {"Kafka": 0.02, "planning": 0.03},
        },
        "latency": {"whole": [0.010] * 99 + [0.060], "bare": [0.001] * 100},
        "rebuild": {"way": 9000, "rebuild": [[30_000, 50_000]], "bare": [[100_000, 200_000]]},
        "verify": {
            50: [[20, 30, 2**27], [20, 30, 2**27], [20, 30, 2**28]],
            500: [[30, 45, 2**28], [30, 45, 2**27], [30, 45, 2**28]],
        },
        "documents": {"console": [[30, 20], [30, 30]], "typst": [[60, 40], [60, 40]]},
    }
    assert found.keys() == ROWS.keys()
    rows = [row for part, figures in found.items() for row in ROWS[part](figures)]
    judged = {row.what: (row.ratio, row.met) for row in rows if row.goal}
    assert judged == {
        "appends/s, 1 caller": ("0.90 ×", True),
        "appends/s, 64 callers": ("8.0 ×", True),
        "commands/s over HTTP, 1 caller": ("0.35 ×", True),
        "commands/s over HTTP, 64 callers": ("0.50 ×", True),
        "processor time of a command, 1 caller": ("", False),
        "processor time of a command, 64 callers": ("", True),
        "cores taken at rest": ("", True),
        "event → another service's view, 1,000 events/s, p50": ("10.0 ×", True),
        "event → another service's view, 1,000 events/s, p99": ("60.0 ×", False),
        "view rebuild, events/s of processor time": ("0.25 ×", True),
        "verify, most memory, of 500 events": ("2.00 ×", False),
        "SKPs as PDF/s of two cores' processor time": ("0.62 ×", True),
    }


def test_percentiles_are_values_that_occurred() -> None:
    assert [percentile([3, 1, 2, 4], p) for p in (0, 50, 99, 100)] == [1, 3, 4, 4]


def test_the_table_reads_in_a_terminal_and_in_markdown() -> None:
    lines = table([Row("a", "1"), Row("bb", "22", "x 3", "7 ×", "≥ 8 ×", False)]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[1].startswith("|---")
    assert lines[-1].endswith("| no  |")
