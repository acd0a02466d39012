"""What can be done to a log's checkpoints: those that it keeps, and those that were published."""

from contracts.topics import CHECKPOINTS
from eventlog.checkpoints import Checkpoints
from tests.eventlog.signing import OTHER_KEY
from tests.tamper.ledger import Ledger, Tampering

LACKS = f"{CHECKPOINTS} lacks the checkpoint of position"
UNKEPT = "published, but the log does not keep it"


async def forge_a_checkpoint(it: Ledger) -> str:
    size = it.length
    await Checkpoints(it.owner, OTHER_KEY, it.origin).make()
    return f"position {size}: signed by no known key"


async def edit_a_checkpoint(it: Ledger) -> str:
    size = it.random.choice(it.signed)
    note: str = await it.owner.fetchval("select note from checkpoint where position = $1", size)
    at = it.random.randrange(len(it.origin), len(note) - 2)
    other = "A" if note[at] != "A" else "B"
    await it.do(
        "update checkpoint set note = $2 where position = $1",
        size,
        note[:at] + other + note[at + 1 :],
    )
    return f"position {size}: "


async def move_a_checkpoint(it: Ledger) -> str:
    first, second = it.two()
    note = await it.owner.fetchval("select note from checkpoint where position = $1", first)
    await it.do("update checkpoint set note = $2 where position = $1", second, note)
    return f"position {second}: a checkpoint of position {first}"


async def drop_a_checkpoint(it: Ledger) -> str:
    size = it.random.choice(it.signed)
    await it.do("delete from checkpoint where position = $1", size)
    return f"position {size}: {UNKEPT}"


async def cut_the_checkpoints(it: Ledger) -> str:
    """As if the log had been signed so far, or never."""
    nth = it.random.randrange(len(it.signed))
    await it.do("delete from checkpoint where position >= $1", it.signed[nth])
    before = it.signed[nth - 1] if nth else 0
    await it.do("update publication set position = $1", before)
    return f"position {it.signed[nth]}: {UNKEPT}"


async def swap_two_checkpoints(it: Ledger) -> str:
    first, second = it.two()
    await it.do(
        "update checkpoint a set note = b.note from checkpoint b"
        " where (a.position, b.position) in (($1, $2), ($2, $1))",
        first,
        second,
    )
    return f"position {first}: a checkpoint of position {second}"


async def drop_a_checkpoint_of_the_topic(it: Ledger) -> str:
    size = it.random.choice(it.signed)
    await it.publish_instead([each for each in it.signed if each != size])
    return f"{LACKS} {size}"


async def cut_the_checkpoints_of_the_topic(it: Ledger) -> str:
    """At its beginning, as retention does, or at its end, as a broker does that lost power."""
    nth = it.random.randrange(1, len(it.signed))
    left, gone = it.signed[nth:], it.signed[:nth]
    if it.random.random() < 0.5:
        left, gone = gone, left
    await it.publish_instead(left)
    return f"{LACKS} {gone[0]}"


async def empty_the_topic_of_checkpoints(it: Ledger) -> str:
    await it.publish_instead([])
    return f"{LACKS} {it.signed[0]}"


async def swap_two_checkpoints_of_the_topic(it: Ledger) -> str:
    first, second = it.two()
    swapped = {first: second, second: first}
    await it.publish_instead([swapped.get(each, each) for each in it.signed])
    return f"{LACKS} {first} in front of"


async def drop_a_file(it: Ledger) -> str:
    file = it.file(it.random.choice(it.signed))
    file.unlink()
    return f"{file} is missing"


async def cut_the_folder(it: Ledger) -> str:
    """All of it, or all behind one."""
    gone = [it.file(size) for size in it.signed[it.random.randrange(len(it.signed)) :]]
    for file in gone:
        file.unlink()
    return f"{gone[0]} is missing"


async def swap_two_files(it: Ledger) -> str:
    first, second = map(it.file, it.two())
    other = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(other)
    return f"{first} is not the checkpoint"


async def edit_a_file(it: Ledger) -> str:
    file = it.file(it.random.choice(it.signed))
    note = bytearray(file.read_bytes())
    note[it.random.randrange(len(note))] ^= 1
    file.write_bytes(note)
    return f"{file} is not the checkpoint"


TAMPERINGS: tuple[Tampering, ...] = (
    forge_a_checkpoint, edit_a_checkpoint, move_a_checkpoint, drop_a_checkpoint,
    cut_the_checkpoints, swap_two_checkpoints, drop_a_checkpoint_of_the_topic,
    cut_the_checkpoints_of_the_topic, empty_the_topic_of_checkpoints,
    swap_two_checkpoints_of_the_topic, drop_a_file, cut_the_folder, swap_two_files, edit_a_file,
)  # fmt: skip
