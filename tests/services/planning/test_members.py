"""In which order those of a unit are moved."""

from services.planning.members.routes import depth
from services.planning.members.views import Held


def test_each_is_moved_behind_whoever_appraises_them() -> None:
    among = {
        "head.a": Held("head.a", True, "minister.a"),
        "first.a": Held("first.a", False, "head.a"),
        "second.a": Held("second.a", False, "first.a"),
        "alone.a": Held("alone.a", False, None),
    }
    assert [depth(each, among) for each in among] == [0, 1, 2, 0]
    assert depth("elsewhere.a", among) == 0


def test_a_circle_has_an_end() -> None:
    among = {"a.a": Held("a.a", False, "b.a"), "b.a": Held("b.a", False, "a.a")}
    assert depth("a.a", among) == 1
