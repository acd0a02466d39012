"""The processes that render: they die, stand still and are asked too much, and documents are made again."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from console.forms import worker
from console.forms.renderer import ENVIRONMENT, Busy, Renderer, Unrendered
from tests.console.forms.samples import SAMPLES, answer, form, plan

FORM = SAMPLES["aspects-short"]


def pid(renderer: Renderer, number: int = 0) -> int:
    process = renderer.workers[number].process
    assert process
    return process.pid


def stand_still(renderer: Renderer) -> None:
    os.kill(pid(renderer), signal.SIGSTOP)


@pytest.fixture
def alone(built: None) -> Renderer:
    """One worker."""
    return Renderer(1)


async def test_a_worker_that_dies_in_between_is_replaced(alone: Renderer) -> None:
    async with alone:
        before = pid(alone)
        document = await alone.pdf("skp.typ", FORM)
        os.kill(before, signal.SIGKILL)
        assert alone.workers[0].process
        await alone.workers[0].process.wait()
        assert await alone.pdf("skp.typ", FORM) == document
        assert pid(alone) != before


async def test_a_worker_that_dies_at_work_costs_that_document_alone(alone: Renderer) -> None:
    async with alone:
        stand_still(alone)
        asked = asyncio.create_task(alone.pdf("skp.typ", FORM))
        await asyncio.sleep(0)
        os.kill(pid(alone), signal.SIGKILL)
        with pytest.raises(Unrendered, match="has died"):
            await asked
        assert await alone.pdf("skp.typ", FORM)


async def test_what_takes_too_long_is_ended(alone: Renderer) -> None:
    async with alone:
        stood, alone.deadline = pid(alone), 0.2
        stand_still(alone)
        with pytest.raises(Unrendered, match="not within"):
            await alone.pdf("skp.typ", FORM)
        assert not Path(f"/proc/{stood}").exists()
        alone.deadline = 60
        assert await alone.pdf("skp.typ", FORM)


async def test_who_gets_no_worker_in_time_is_told_so(alone: Renderer) -> None:
    async with alone:
        stand_still(alone)
        first = asyncio.create_task(alone.pdf("skp.typ", FORM))
        await asyncio.sleep(0)
        alone.deadline = 0.2
        with pytest.raises(Busy):
            await alone.pdf("skp.typ", FORM)
        os.kill(pid(alone), signal.SIGCONT)
        assert await first


async def test_nobody_gets_the_document_of_whoever_stopped_waiting(alone: Renderer) -> None:
    async with alone:
        stand_still(alone)
        given_up = asyncio.create_task(alone.pdf("skp.typ", SAMPLES["sentences-long"]))
        await asyncio.sleep(0.1)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        document = await alone.pdf("skp.typ", FORM)
        async with Renderer(1) as another:
            assert document == await another.pdf("skp.typ", FORM)


async def test_a_template_that_fails_says_why_and_costs_no_process(alone: Renderer) -> None:
    async with alone:
        before = pid(alone)
        with pytest.raises(Unrendered, match="does not contain key"):
            await alone.pdf("skp.typ", FORM.model_copy(update={"layout": "none"}))
        assert await alone.pdf("skp.typ", FORM)
        assert pid(alone) == before


async def test_a_form_that_takes_too_much_memory_costs_its_process_alone(alone: Renderer) -> None:
    """Ten times as large as planning takes."""
    told = plan(50, 50)
    for result in told["results"]:
        for indicator in result["indicators"]:
            indicator["text"] = f"{indicator['id']} dengan kata yang sangat banyak " * 40
    alone.deadline = 120
    async with alone:
        with pytest.raises(Unrendered, match="has died"):
            await alone.pdf("skp.typ", form(answer(told)))
        assert await alone.pdf("skp.typ", FORM)


async def test_a_worker_knows_nothing_of_the_console(
    alone: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISSUER_SECRET", "known to the tests")
    async with alone:
        await alone.pdf("skp.typ", FORM)
        told = Path(f"/proc/{pid(alone)}/environ").read_bytes()
        assert (
            dict(each.split("=", 1) for each in told.decode().strip("\0").split("\0"))
            == ENVIRONMENT
        )
        opened = {os.readlink(each) for each in Path(f"/proc/{pid(alone)}/fd").iterdir()}
        assert not [name for name in opened if name.startswith("socket:")]


async def test_workers_end_with_the_console(alone: Renderer) -> None:
    async with alone:
        left = pid(alone)
    assert not Path(f"/proc/{left}").exists()


async def test_many_at_once_each_get_their_own(renderer: Renderer) -> None:
    names = [*SAMPLES] * 3
    documents = await asyncio.gather(*(renderer.pdf("skp.typ", SAMPLES[name]) for name in names))
    found = dict(zip(names, documents, strict=True))
    assert len(set(documents)) == len(SAMPLES)
    assert [found[name] for name in names] == documents


def test_without_its_font_nothing_is_rendered(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="Source Sans 3"):
        worker.fonts(str(tmp_path))
