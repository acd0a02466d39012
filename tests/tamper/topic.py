"""What can be done to the topic that carries a log."""

from contracts.topics import PARTITIONS
from tests.tamper.ledger import Ledger, Tampering


async def put_a_null_on_the_topic(it: Ledger) -> str:
    return await it.put(it.random.choice(await it.carried()), value=None)


async def put_a_record_in_a_wrong_partition(it: Ledger) -> str:
    record = it.random.choice(await it.carried())
    return await it.put(record, partition=(record.partition + it.random.randint(1, 5)) % PARTITIONS)


async def put_a_record_under_a_wrong_key(it: Ledger) -> str:
    return await it.put(it.random.choice(await it.carried()), key=b"somebody")


async def put_an_edited_record(it: Ledger) -> str:
    record = it.random.choice(await it.carried())
    return await it.put(record, value=record.value.replace(b"someone", b"nobody!"))


async def put_what_is_no_record(it: Ledger) -> str:
    record = it.random.choice(await it.carried())
    return await it.put(record, value=it.random.randbytes(100))


async def put_a_record_with_null_headers(it: Ledger) -> str:
    record = it.random.choice(await it.carried())
    nulls: list[tuple[str, bytes | None]] = [(name, None) for name, _ in record.headers]
    return await it.put(record, headers=nulls)


async def drop_a_record_of_the_topic(it: Ledger) -> str:
    p = it.random.randint(1, it.length)
    await it.copy(lambda record: int(dict(record.headers)["position"]) != p)
    return f"{it.topic} lacks position {p}"


async def cut_the_end_of_the_topic(it: Ledger) -> str:
    p = it.anywhere()
    await it.copy(lambda record: int(dict(record.headers)["position"]) <= p)
    return f"{it.topic} lacks position {p + 1}"


TAMPERINGS: tuple[Tampering, ...] = (
    put_a_null_on_the_topic, put_a_record_in_a_wrong_partition, put_a_record_under_a_wrong_key,
    put_an_edited_record, put_what_is_no_record, put_a_record_with_null_headers,
    drop_a_record_of_the_topic, cut_the_end_of_the_topic,
)  # fmt: skip
