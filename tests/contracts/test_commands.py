"""No two commands have one name, whatever people, providers and rows are called."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.commands import actor_of, of_person, of_reaction, part

# Names that hold what parts a name.
names = st.text(st.sampled_from("ab:%/|@. r3Ap"), max_size=8)
commands = st.one_of(
    st.tuples(st.just("person"), names, names),
    st.tuples(st.just("part"), names, names, names),
    st.tuples(st.just("reaction"), names, names, names),
)


def name(command: tuple[str, ...]) -> str:
    kind, *words = command
    match kind:
        case "person":
            return of_person(*words)
        case "part":
            return part(of_person(words[0], words[1]), words[2])
        case _:
            return of_reaction(*words)


@given(commands, commands)
def test_two_commands_have_two_names(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (name(one) == name(other)) == (one == other)


@given(names, names)
def test_whose_a_command_is_can_be_read(actor: str, key: str) -> None:
    assert actor_of(of_person(actor, key)) == actor_of(part(of_person(actor, "other"), key))


def test_a_reaction_s_name_grows_by_one_cause_only() -> None:
    first = of_reaction("rewards_followup", of_person("boss", "k") + "/1")
    assert first == "r:rewards_followup::p:boss:k/1"
