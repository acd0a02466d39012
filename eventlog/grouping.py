"""Passes calls on in groups, so that many share one round trip and one commit.

At most two groups are in flight: while the database has the one, the callers that it has answered
give their next calls for the other. No two calls in flight share a key, so that those of a group
can be judged together and those of a key keep their order.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

Call = TypeVar("Call")
Answer = TypeVar("Answer")
Key = TypeVar("Key", bound=Hashable)

LEAST_GROUP, MAX_GROUP = 16, 1000
"""Calls in one group, if so many wait. The most bounds how long the head row stays locked."""


@dataclass(eq=False, slots=True)
class _Waiting(Generic[Call, Answer]):
    call: Call
    keys: frozenset[str]
    answer: asyncio.Future[Answer] = field(repr=False)


class Grouping(Generic[Call, Answer]):
    """Groups the calls that wait, and gives each caller its own answer.

    flush    takes a group and returns an answer or an exception for each call, in order. When it
             raises, it is asked again for each call alone, so that one call that it cannot take
             fails by itself
    for_all  what flush raises where that would be of no use: it is every caller's answer
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Call]], Awaitable[Sequence[Answer | Exception]]],
        for_all: type[Exception],
    ) -> None:
        self._flush = flush
        self._for_all = for_all
        self._waiting: deque[_Waiting[Call, Answer]] = deque()
        self._due = False
        self._groups: set[asyncio.Task[None]] = set()
        """Those in flight; `_sent` calls in all, whose keys are `_held`."""
        self._sent = 0
        self._held: set[str] = set()

    async def give(self, call: Call, *keys: str) -> Answer:
        """Wait for the call's answer. It is passed on also if the caller goes away meanwhile."""
        return await self.put(call, *keys)

    def put(self, call: Call, *keys: str) -> asyncio.Future[Answer]:
        """The call's answer to come: who has thousands of calls needs no task for each."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(call, frozenset(keys), answer))
        self._send_soon()
        return answer

    async def close(self) -> None:
        """Finish what waits or is in flight."""
        while self._waiting or self._groups:
            await asyncio.sleep(0.01)

    def _send_soon(self) -> None:
        """Schedule a send at the end of this event-loop turn, so that calls given in it join the
        group."""
        if self._waiting and not self._due and self._may_send():
            self._due = True
            asyncio.get_running_loop().call_soon(self._send)

    def _may_send(self) -> bool:
        """At most two groups are in flight. Do not start a second one less than half as large: its
        commit would not pay."""
        return len(self._groups) < 2 and 2 * len(self._waiting) >= self._sent

    def _send(self) -> None:
        self._due = False
        while self._may_send() and (group := self._take_group()):
            task = asyncio.create_task(self._answer(group), name="append")
            task.add_done_callback(partial(self._answered, group))
            self._groups.add(task)
            self._sent += len(group)

    def _answered(
        self, group: Sequence[_Waiting[Call, Answer]], task: "asyncio.Task[None]"
    ) -> None:
        self._groups.discard(task)
        self._sent -= len(group)
        for each in group:
            self._held -= each.keys
        self._send_soon()

    def _take_group(self) -> list[_Waiting[Call, Answer]]:
        """Half of the calls without an answer, up to the first one that shares a key with a call in
        flight."""
        group: list[_Waiting[Call, Answer]] = []
        half = (len(self._waiting) + self._sent + 1) // 2
        most = min(MAX_GROUP, max(LEAST_GROUP, half))
        while self._waiting and len(group) < most:
            if self._waiting[0].keys & self._held:
                break
            self._held |= self._waiting[0].keys
            group.append(self._waiting.popleft())
        return group

    async def _answer(self, group: Sequence[_Waiting[Call, Answer]]) -> None:
        try:
            self._give(group, await self._flush([each.call for each in group]))
        except Exception as error:  # the callers learn of it; the grouping lives on
            if len(group) == 1 or isinstance(error, self._for_all):
                self._give(group, [error] * len(group))
            else:
                await self._answer_singly(group)

    async def _answer_singly(self, group: Sequence[_Waiting[Call, Answer]]) -> None:
        for number, each in enumerate(group):
            await self._answer([each])
            failure = None if each.answer.cancelled() else each.answer.exception()
            if isinstance(failure, self._for_all):  # which the others would wait out in turn
                self._give(group[number + 1 :], [failure] * (len(group) - number - 1))
                return

    def _give(
        self, group: Sequence[_Waiting[Call, Answer]], answers: Sequence[Answer | Exception]
    ) -> None:
        for each, answer in zip(group, answers, strict=True):
            if each.answer.done():  # the caller has gone away
                continue
            if isinstance(answer, Exception):
                each.answer.set_exception(answer)
            else:
                each.answer.set_result(answer)


def shared(read: Callable[[], Awaitable[Answer]]) -> Callable[[], Awaitable[Answer]]:
    """A reading that those who ask at once share: none that began before they asked."""

    async def once(group: Sequence[None]) -> Sequence[Answer | Exception]:
        return [await read()] * len(group)

    grouping = Grouping[None, Answer](once, for_all=Exception)
    return lambda: grouping.give(None)


def gathered(
    read: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Answer]]],
) -> Callable[[Key], Awaitable[Answer | None]]:
    """The reading of one, from a reading of several: those who ask at once, each for one, share it. As with
    `shared`, it begins after they asked."""

    async def of_group(group: Sequence[Key]) -> Sequence[Answer | Exception | None]:
        found = await read([*dict.fromkeys(group)])
        return [found.get(key) for key in group]

    grouping = Grouping[Key, Answer | None](of_group, for_all=Exception)
    return lambda key: grouping.give(key)
