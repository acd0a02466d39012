"""Any accepted history, replayed from its records, comes to the state that was kept in memory."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from contracts.catalogue import EVENTS, IMPORTED, PASSED_OVER, READINGS
from contracts.event import Event, Recorded
from law.refusal import Forbidden, Refused
from tests.contracts.records import recorded
from tests.services.appraisal import histories as appraisal
from tests.services.evaluation import histories as evaluation
from tests.services.history import Decide, Stream
from tests.services.monitoring import histories as monitoring
from tests.services.planning import histories as planning
from tests.services.rewards import histories as rewards

STREAMS: list[Stream] = [
    stream
    for service in (planning, monitoring, appraisal, rewards, evaluation)
    for stream in service.STREAMS
]


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.aggregate.kind)
def test_any_accepted_history_replays_to_the_same_state(stream: Stream) -> None:
    seen: set[type[Event]] = set()

    @settings(max_examples=60)
    @given(stream.histories())
    def replays(commands: Sequence[Decide]) -> None:
        state, log = None, list[Recorded]()
        for decide in commands:
            try:
                decided = decide(state)
            except (Refused, Forbidden):
                continue
            for event in [decided] if isinstance(decided, Event) else decided:
                state = stream.aggregate.evolve(state, event)
                log.append(recorded(event, version=len(log) + 1))
        assert stream.aggregate.fold(log) == (state, len(log))
        seen.update(type(each.event) for each in log)

    replays()
    assert seen == set(stream.events), "the histories must reach every event"


def test_every_event_is_in_some_history() -> None:
    assert {event for stream in STREAMS for event in stream.events} == (
        set(EVENTS)
        - {
            *READINGS.values(),
            *PASSED_OVER.values(),
            *IMPORTED.values(),
        }  # no aggregate of the service decides these
    )
