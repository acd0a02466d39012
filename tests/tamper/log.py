"""What can be done to a log's own tables."""

from eventlog.checkpoints import Checkpoints
from eventlog.log import EventLog
from tests.eventlog.ledger import MODELS, fill
from tests.eventlog.signing import KEY, OTHER_KEY
from tests.eventlog.test_verify import REHASH
from tests.tamper.ledger import Ledger, Tampering

HASH = "sha256((select hash from event where position = {p} - 1) || int8send({p}) || record)"


async def edit_a_record(it: Ledger) -> str:
    p = it.anywhere()
    byte = it.random.randint(0, 150)
    await it.do(
        f"update event set record = set_byte(record, {byte}, get_byte(record, {byte}) # 1)"
        f" where position = {p}"
    )
    return f"position {p}: "


async def edit_a_record_and_its_hash(it: Ledger) -> str:
    p = it.random.randint(2, it.length - 1)
    await it.do(
        f"update event set record = set_byte(record, 60, get_byte(record, 60) # 1) where position = {p}"
    )
    await it.do(f"update event set hash = {HASH.format(p=p)} where position = {p}")
    return f"position {p + 1}: the hash"


async def drop_an_event(it: Ledger) -> str:
    p = it.anywhere()
    await it.do(f"delete from event where position = {p}")
    return f"position {p}: missing"


async def cut_the_end(it: Ledger) -> str:
    p = it.anywhere()
    await it.do(f"delete from event where position > {p}")
    return f"position {p + 1}: missing"


async def insert_an_event(it: Ledger) -> str:
    p = it.length + 1
    await it.do(
        f"insert into event select {p}, stream, version + 90, type, subject, 'x', 1, recorded, record,"
        f" sha256(hash || int8send({p}) || record), fingerprint from event where position = {p} - 1"
    )
    return f"position {p}: "


async def swap_two_records(it: Ledger) -> str:
    p, q = sorted(it.random.sample(range(1, it.length + 1), 2))
    await it.do(
        "update event a set record = b.record from event b"
        f" where (a.position, b.position) in (({p}, {q}), ({q}, {p}))"
    )
    return f"position {p}: the hash"


async def swap_two_positions(it: Ledger) -> str:
    p, q = sorted(it.random.sample(range(1, it.length + 1), 2))
    for old, new in ((p, -p), (q, p), (-p, q)):
        await it.do(f"update event set position = {new} where position = {old}")
    return f"position {p}: the hash"


async def edit_a_column(it: Ledger) -> str:
    p = it.anywhere()
    column = it.random.choice(["stream = 'account/z'", "subject = 'z'", "version = 99",
                               "command = 'x'", "ordinal = 7",
                               "recorded = recorded + interval '1 microsecond'"])  # fmt: skip
    await it.do(f"update event set {column} where position = {p}")
    return f"position {p}: the columns"


async def rewrite_with_all_hashes(it: Ledger) -> str:
    p = it.random.randint(1, it.signed[-1])
    await it.do(
        "update event set record = convert_to(replace(convert_from(record, 'UTF8'),"
        f" '\"actor\":\"', '\"actor\":\"x'), 'UTF8') where position = {p}; {REHASH}"
    )
    # Every checkpoint from there on is another log's.
    return f"position {min(size for size in it.signed if size >= p)}: the "


async def rewrite_with_checkpoints_of_another_key(it: Ledger) -> str:
    told = await rewrite_with_all_hashes(it)
    await it.do("truncate checkpoint, subtree, publication")
    await Checkpoints(it.owner, OTHER_KEY, it.origin).make()
    return told


async def restore_an_older_backup(it: Ledger) -> str:
    p = it.random.randint(1, it.signed[-1] - 1)
    await it.do(
        f"delete from event where position > {p}; delete from checkpoint where position > {p};"
        f"update head set position = {p}, hash = (select hash from event where position = {p});"
        f"update relay set position = {p}"
    )
    return (
        f"position {min(size for size in it.signed if size > p)}: signed, but the log ends at {p}"
    )


async def exchange_with_another_log(it: Ledger) -> str:
    """All tables of another log of the same agency, whole and sound, with its own checkpoints."""
    await it.do("truncate event, head, checkpoint, subtree, publication")
    await it.do("insert into head values (true, 0, 'epoch', decode(repeat('00', 32), 'hex'))")
    log = EventLog(it.owner, MODELS, agency="bps")
    await fill(log, "xyz", credits=it.length // 3)
    await Checkpoints(it.owner, KEY, f"{it.origin}-other").make()
    await log.close()
    return f"position {it.signed[0]}: the root is not the log's"


TAMPERINGS: tuple[Tampering, ...] = (
    edit_a_record, edit_a_record_and_its_hash, drop_an_event, cut_the_end, insert_an_event,
    swap_two_records, swap_two_positions, edit_a_column, rewrite_with_all_hashes,
    rewrite_with_checkpoints_of_another_key, restore_an_older_backup, exchange_with_another_log,
)  # fmt: skip
