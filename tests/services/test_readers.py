"""Each view names the events that it takes, and no other: what it does not name it never sees."""

import pytest

from contracts.catalogue import EVENTS
from contracts.topics import topic
from eventlog.views import View
from services.catalogue import SERVICES
from tests.contracts.records import sample

VIEWS = {view.name: view for service in SERVICES.values() for view in service.views}
by_view = pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)


@by_view
def test_a_view_takes_what_its_projection_makes_something_of(view: View) -> None:
    """Of the counts' projection, which makes something of everything, only its own service's."""
    fed = [model for model in EVENTS if topic(model.service) in view.topics]
    assert set(view.takes) == {model for model in fed if list(view.project(sample(model)))}


@by_view
def test_a_view_is_fed_from_the_topics_of_what_it_takes(view: View) -> None:
    assert {topic(model.service) for model in view.takes} == set(view.topics)


READS = {
    **{name: view.takes for name, view in VIEWS.items()},
    # A reaction uses its runtime only when it acts.
    **{
        reaction.name: tuple(reaction.on)
        for service in SERVICES.values()
        for reaction in service.reactions(object())  # type: ignore[arg-type]
    },
}


@pytest.mark.parametrize("name", READS)
def test_who_takes_a_type_takes_every_version_of_it(name: str) -> None:
    """Else what is written in the other would be passed over."""
    names = {model.wire_name() for model in READS[name]}
    assert set(READS[name]) == {model for model in EVENTS if model.wire_name() in names}
