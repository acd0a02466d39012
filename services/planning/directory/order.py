"""Items so that each comes behind those that it rests on, in groups in which none rests on another."""

from collections.abc import Hashable, Iterable, Mapping, Sequence

from chassis.imports.kind import Item

GROUP = 1000
"""Items that are read, decided and appended together."""


def groups(
    items: Mapping[Hashable, Item], above: Mapping[Hashable, Iterable[Hashable]]
) -> tuple[list[Sequence[Item]], list[Item]]:
    """By what stands above each; and those that stand above themselves in the end."""
    waits = {key: {k for k in above.get(key, ()) if k in items} for key in items}
    below: dict[Hashable, list[Hashable]] = {}
    for key, of in waits.items():
        for each in of:
            below.setdefault(each, []).append(key)
    found: list[Sequence[Item]] = []
    free = [key for key, of in waits.items() if not of]
    while free:
        ordered = [items[key] for key in free]
        found += [ordered[n : n + GROUP] for n in range(0, len(ordered), GROUP)]
        after: list[Hashable] = []
        for key in free:
            del waits[key]
            for each in below.get(key, ()):
                waits[each].discard(key)
                if not waits[each]:
                    after.append(each)
        free = after
    return found, [items[key] for key in waits]
