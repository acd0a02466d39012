"""Makes SKPs of six results of three indicators as PDF: `python -m bench.printing console|typst`.

A line `SECONDS` in, a JSON array out: documents/s by the clock, and by the second of processor time of all
processes, those that start at the turn's beginning from their start on. `console` goes the console's way, from planning's answer to the document,
CALLERS at once; `typst` is the library alone in as many processes, given the same texts ready for it.
"""

import asyncio
import itertools
import json
import resource
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from statistics import mean

from typst import Compiler

from console.forms import answers, data, worker
from console.forms.renderer import WORKERS, Renderer
from console.show.assets import FONTS

CALLERS = 8
WARM_UP = 1.0
TEMPLATE = "skp.typ"


def answer(number: int) -> answers.SKPForm:
    """No two say the same: typst keeps what it has made."""
    results = [
        {
            "id": f"r{result}",
            "kind": "main" if result < 5 else "additional",
            "text": f"Terselenggaranya layanan kepegawaian {number}.{result} yang tepat waktu dan sesuai ketentuan",
            "serves": f"Meningkatnya kualitas layanan kepegawaian di lingkungan unit {number % 200}",
            "indicators": [
                {
                    "id": f"i{result}.{aspect}",
                    "aspect": aspect,
                    "text": f"Persentase usul {number}.{result} yang diselesaikan tanpa dikembalikan",
                    "target": f"{number % 100}",
                    "unit": "%",
                }
                for aspect in ("quantity", "quality", "time")
            ],
        }
        for result in range(6)
    ]
    expectations = [{"value": "akuntabel", "text": f"Menjawab dalam {number % 30} hari kerja."}]
    annexes = {"resources": ["Dua orang staf"], "accountability": ["Laporan bulanan"]}
    party = {
        "nip": f"19900101{number:010}",
        "name": f"Pegawai {number}",
        "position": "Analis Kepegawaian",
        "level": "Ahli Pertama",
        "kind": "definitive",
        "unit": "Biro Kepegawaian",
    }
    plan = {"results": results, "expectations": expectations, "annexes": annexes}
    skp = {"skp": f"p{number}.a.20260101", "person": f"p{number}", "plan": plan}
    period = {"start": "2026-01-01", "until": "2026-12-31"}
    ground = {"at": "2026-01-20T02:00:00Z", "day": "2026-01-20", "position": number, "version": 3}
    return answers.SKPForm.model_validate(
        {
            "skp": skp | period | {"approach": "quantitative", "status": "approved"},
            "agency": "Kementerian Kesehatan",
            "form": "ja-jf",
            "employee": party,
            "appraiser": party | {"name": f"Atasan {number}"},
            "ground": ground | {"leaf": f"{number:064x}"},
        }
    )


def form(number: int) -> data.SKP:
    return data.skp(answer(number), "https://kinerja.example.go.id")


async def console(seconds: float, numbers: Iterator[int]) -> tuple[float, int]:
    """Documents/s of the console's renderer, and how many it made in all."""
    start = time.perf_counter() + WARM_UP
    end, given, counted = start + seconds, 0, 0

    async def caller(renderer: Renderer) -> None:
        nonlocal given, counted
        while time.perf_counter() < end:
            await renderer.pdf(TEMPLATE, form(next(numbers)))
            given += 1
            counted += start <= time.perf_counter() < end

    async with Renderer() as renderer:
        await asyncio.gather(*(caller(renderer) for _ in range(CALLERS)))
    return counted / seconds, given


def typst(seconds: float, first: int) -> tuple[float, float]:
    """What one process makes with the library alone."""
    compiler = _compiler()
    ready = [form(first + number) for number in range(int(200 * (seconds + WARM_UP)))]
    texts = [(each.model_dump_json(), int(each.made.timestamp())) for each in ready]
    code = worker.inputs({"form": "", "address": "https://kinerja.example.go.id"})
    start, before = time.perf_counter() + WARM_UP, time.process_time()
    given = counted = 0
    for text, made in texts:
        compiler.compile(format="pdf", sys_inputs=code | {"form": text}, timestamp=made)
        given += 1
        if (now := time.perf_counter()) >= start + seconds:
            break
        counted += now >= start
    return counted / seconds, given / (time.process_time() - before)


@cache
def _compiler() -> Compiler:
    return worker.compiler(TEMPLATE, worker.fonts(str(FONTS)))


def processor() -> float:
    """Seconds that this process has taken, and those that have ended beneath it."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def main(way: str) -> None:
    numbers = itertools.count()
    with ProcessPoolExecutor(WORKERS) as processes:
        while line := sys.stdin.readline():
            seconds = float(line)
            if way == "console":
                before = processor()
                rate, given = asyncio.run(console(seconds, numbers))
                answer = rate, given / (processor() - before)
            else:
                firsts = [next(numbers) * 100_000 for _ in range(WORKERS)]
                made = [*processes.map(typst, [seconds] * WORKERS, firsts)]
                answer = sum(rate for rate, _ in made), mean(each for _, each in made)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that the processes end too
    main(sys.argv[1])
