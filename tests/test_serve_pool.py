"""The pool of workers: what takes too long or is not wanted any more is gone, and the others do not notice."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial, wraps
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from sengraph.errors import InputError, UsageError
from sengraph.serve import messages
from sengraph.serve import pool as pools
from sengraph.serve.messages import Request
from sengraph.serve.pool import Answer, BrokenOff, Busy, Pool, TimedOut
from sengraph.versions import next_version

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="processes are looked at as Linux shows them"
)

CONFIG = {"respond": "tests.serve_helpers:respond"}
ROOT = Path(__file__).parents[1]
SOON = 1.0
"""Seconds after its limit by which a worker has to be gone."""


def run(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test in an event loop of its own; what it leaves open is a warning, and so an error."""

    @wraps(test)
    def running(*arguments: Any, **named: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 60))

    return running


@asynccontextmanager
async def started(*, workers: int = 2, config: dict[str, Any] | None = None, **named: Any) -> AsyncIterator[Pool]:
    """Run a pool whose workers answer as `serve_helpers` does."""
    pool = Pool(workers, config=CONFIG | (config or {}), **named)
    await pool.start()
    try:
        await until(lambda: len(pool.processes()) == workers)
        yield pool
    finally:
        await pool.stop(grace=0)


def request(path: str, query: str = "", body: bytes = b"") -> Request:
    return Request("GET", path, query, {}, body, "http://127.0.0.1:7878/")


async def ask(
    pool: Pool, path: str, query: str = "", body: bytes = b"", timeout: float | None = None
) -> tuple[Answer, bytes]:
    """Return an answer whole."""
    async with pool.answer(request(path, query, body), timeout=timeout) as answer:
        return answer, b"".join([part async for part in answer.parts()])


async def body(pool: Pool, path: str, query: str = "", body: bytes = b"", timeout: float | None = None) -> bytes:
    return (await ask(pool, path, query, body, timeout))[1]


async def until(holds: Callable[[], bool], seconds: float = 30) -> float:
    """Wait until something holds, and return how long that took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it did not come to that"
        await asyncio.sleep(0.005)
    return time.monotonic() - begun


def alive(*pids: int) -> list[int]:
    """Return those processes that are there and have not ended."""
    return [pid for pid in pids if state(pid) not in ("", "Z", "X")]


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def descriptors() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


# ---------------------------------------------------------------------- answers


@run
async def test_an_answer_comes_as_it_was_given():
    """Status, headers and body are those of the function that answers, and a short body has its length."""
    async with started() as pool:
        answer, found = await ask(pool, "/echo", "a=%C3%A9&b", b"\x00\xff")
        assert (answer.status, answer.length, found) == (200, 2, b"\x00\xff")
        assert answer.headers == {"content-type": "text/plain", "x-query": "a=%C3%A9&b"}


@run
async def test_a_query_is_answered_from_the_packaged_graph():
    """A worker has the packaged graph and its questions open when no store is named."""
    async with started() as pool:
        text = b"SELECT ?v { ?v a sen:Modality } ORDER BY ?v LIMIT 1"
        assert (await body(pool, "/query", body=text)).split() == [
            b"v", b"https://w3id.org/sengraph/ontology#modality-has-responsibility"
        ]  # fmt: skip


@run
async def test_requests_are_answered_side_by_side():
    """As many requests as there are workers are answered at a time, each by a process of its own."""
    async with started() as pool:
        found = await asyncio.gather(*[body(pool, "/sleep", "0.2") for _ in range(2)])
        assert sorted(map(int, found)) == pool.processes()


@run
async def test_requests_wait_their_turn():
    """Those that wait are answered in the order in which they came."""
    order = []
    async with started(workers=1) as pool:

        async def one(number: int) -> None:
            await body(pool, "/sleep", "0.01")
            order.append(number)

        await asyncio.gather(*map(one, range(10)))
        assert order == [*range(10)]


@run
async def test_too_many_requests_are_refused():
    """No more than so many requests wait; one more is refused at once, and those that wait are answered."""
    async with started(workers=1, waiting=2) as pool:
        waiting = [asyncio.create_task(body(pool, "/sleep", "0.3")) for _ in range(3)]
        await until(lambda: pool.statistics().waiting == 2)
        with pytest.raises(Busy, match="too many"):
            await body(pool, "/echo")
        await asyncio.gather(*waiting)
        now = pool.statistics()
        assert (now.busy, now.waiting, now.requests, now.refused) == (0, 0, 3, 1)


@run
async def test_nobody_waits_for_ever():
    """A request that no worker was free for in time is refused, and leaves the queue."""
    async with started(workers=1, patience=0.1) as pool:
        busy = asyncio.create_task(body(pool, "/sleep", "0.3"))
        await until(lambda: pool.statistics().busy == 1)
        with pytest.raises(Busy, match="in time"):
            await body(pool, "/echo")
        assert pool.statistics().waiting == 0
        await busy
        assert await body(pool, "/echo", body=b"now") == b"now"


@run
async def test_who_waits_can_leave():
    """A request that is not wanted any more while it waits costs no worker and keeps none."""
    async with started(workers=1) as pool:
        busy = asyncio.create_task(body(pool, "/sleep", "0.3"))
        leaving = [asyncio.create_task(body(pool, "/echo")) for _ in range(5)]
        await until(lambda: pool.statistics().waiting == 5)
        for task in leaving:
            task.cancel()
        await busy
        assert await body(pool, "/echo", body=b"free") == b"free"
        assert (pool.statistics().restarts, pool.statistics().waiting) == (0, 0)


@run
async def test_a_worker_is_not_lost_to_who_leaves_as_it_is_called():
    """A request that is cancelled in the moment in which a worker is free for it passes the worker on."""
    async with started(workers=1) as pool:
        for _ in range(20):
            first = asyncio.create_task(body(pool, "/sleep", "0.02"))
            second = asyncio.create_task(body(pool, "/echo"))
            due = partial(lambda begun: pool.statistics().waiting == 1 or begun.done(), first)
            await until(due)  # on a busy machine the second comes when the first is done
            while pool.statistics().waiting:
                await asyncio.sleep(0)
            second.cancel()
            await asyncio.wait([first, second])
        assert await body(pool, "/echo", body=b"here") == b"here"
        assert pool.statistics().busy == 0


# ---------------------------------------------------------------------- what takes too long


@run
async def test_a_query_of_death_is_gone_at_its_limit():
    """A query that never ends is gone with its process within a second of its limit, and another one is there."""
    async with started() as pool:
        before = pool.processes()
        begun = time.monotonic()
        with pytest.raises(TimedOut):
            await body(pool, "/death", timeout=0.5)
        await until(lambda: len(alive(*before)) == 1)
        assert 0.5 <= time.monotonic() - begun < 0.5 + SOON
        await until(lambda: len(pool.processes()) == 2)
        assert len(set(pool.processes()) - set(before)) == 1
        assert (pool.statistics().killed, pool.statistics().restarts) == ({"timeout": 1}, 1)


@run
async def test_an_answer_that_does_not_end_is_gone_at_its_limit():
    """The limit holds for the end of an answer too, after its head and a part of its body have come."""
    async with started() as pool:
        before = pool.processes()
        async with pool.answer(request("/large", "3+death"), timeout=0.7) as answer:
            assert (answer.status, answer.length) == (200, None)
            with pytest.raises(TimedOut):
                [part async for part in answer.parts()]
        await until(lambda: len(alive(*before)) == 1, SOON)


@run
async def test_who_reads_slowly_does_not_keep_a_worker_beyond_the_limit():
    """A long answer that nobody reads on is gone at its limit."""
    async with started() as pool:
        before = pool.processes()
        async with pool.answer(request("/large", "50"), timeout=0.5):
            await until(lambda: len(alive(*before)) == 1, 0.5 + SOON)


@run
async def test_who_reads_a_short_answer_slowly_keeps_no_worker():
    """A worker whose answer is short is free while the answer is still read."""
    async with started(workers=1) as pool, pool.answer(request("/echo", body=b"x" * 1_000_000)) as answer:
        assert pool.statistics().busy == 0
        assert await body(pool, "/echo", body=b"other") == b"other"
        assert len(b"".join([part async for part in answer.parts()])) == 1_000_000


@run
async def test_a_worker_that_says_nothing_is_gone_at_its_limit():
    """A worker that sleeps is no better than one that works."""
    async with started(workers=1) as pool:
        (before,) = pool.processes()
        with pytest.raises(TimedOut):
            await body(pool, "/sleep", "60", timeout=0.2)
        await until(lambda: not alive(before), SOON)
        assert await body(pool, "/echo", body=b"back") == b"back"


@run
async def test_others_are_answered_while_queries_of_death_come_and_go():
    """Of fifty requests with ten queries of death among them, the other forty are answered, and all workers are back."""
    async with started(timeout=0.3, patience=50) as pool:
        deadly = [ask(pool, "/death") for _ in range(10)]
        normal = [body(pool, "/query", body=b"SELECT (COUNT(*) AS ?n) { ?s a sen:Modality }") for _ in range(40)]
        mixed = [deadly.pop() if i % 5 == 4 else normal.pop() for i in range(50)]
        outcomes = await asyncio.gather(*mixed, return_exceptions=True)
        assert [isinstance(o, TimedOut) if i % 5 == 4 else o == b"n\r\n5\r\n" for i, o in enumerate(outcomes)] == [
            True
        ] * 50
        await until(lambda: pool.statistics().ready == 2)
        now = pool.statistics()
        assert (now.busy, now.requests, now.refused, now.killed, now.restarts) == (0, 50, 0, {"timeout": 10}, 10)


@run
async def test_slow_answers_do_not_keep_others_waiting(monkeypatch):
    """Workers that are slow go on with a low priority, and others answer in their place; in the end there are as before."""
    monkeypatch.setattr(pools, "QUICK", 0.2)
    async with started(slow=3, patience=30) as pool:
        before = pool.processes()
        deadly = [asyncio.create_task(body(pool, "/death", timeout=50)) for _ in range(3)]
        lasting = asyncio.create_task(body(pool, "/sleep", "2"))
        await until(lambda: pool.statistics().slow == 3)
        assert await body(pool, "/echo", body=b"quick") == b"quick"
        assert (pool.statistics().busy, {os.getpriority(os.PRIO_PROCESS, pid) for pid in before}) == (4, {10})
        deadly.pop().cancel()
        await until(lambda: pool.statistics().slow == 3, 1.5)  # the fourth, which has its place now
        answered = int(await lasting)
        await until(lambda: not alive(answered), SOON)
        for task in deadly:
            task.cancel()
        await until(lambda: pool.statistics()[1:5] == (2, 0, 0, 0))
        assert pool.statistics().killed == {"client": 3}
        assert await body(pool, "/echo", body=b"still") == b"still"


@run
async def test_a_worker_ends_itself_when_nobody_else_does(monkeypatch):
    """A worker whose server does not kill it ends by itself, some seconds after its limit."""
    async with started(workers=1) as pool:
        (before,) = pool.processes()
        await body(pool, "/hasten", "0.1")
        content = messages.pack_request(request("/death"), 2, 0.2)
        monkeypatch.setattr(messages, "pack_request", lambda *_: content)
        with pytest.raises(BrokenOff) as told:
            await body(pool, "/death", timeout=50)
        assert told.value.detail == "SIGALRM"
        assert not alive(before)


# ---------------------------------------------------------------------- who leaves, and who dies


@run
async def test_a_client_that_leaves_takes_its_query_along():
    """The query of a request that is not wanted any more is gone within a second."""
    async with started() as pool:
        before = pool.processes()
        asking = asyncio.create_task(body(pool, "/death"))
        await until(lambda: pool.statistics().busy == 1)
        await asyncio.sleep(0.1)
        asking.cancel()
        await until(lambda: len(alive(*before)) == 1, SOON)
        await until(lambda: pool.statistics().ready == 2)
        assert pool.statistics().killed == {"client": 1}


@run
async def test_a_client_that_leaves_in_the_middle_ends_the_answer():
    """Who leaves before the end of a long answer ends it; the next request is answered by another process."""
    async with started(workers=1) as pool:
        (before,) = pool.processes()
        async with pool.answer(request("/large", "50")) as answer:
            async for _ in answer.parts():
                break
        await until(lambda: not alive(before), SOON)
        assert await body(pool, "/echo", body=b"next") == b"next"


@run
async def test_a_crash_is_told_and_mended():
    """A worker that crashes fails its own request, with the signal in the server's log, and another one is there."""
    async with started() as pool:
        with pytest.raises(BrokenOff, match="its process ended") as told:
            await body(pool, "/crash")
        assert (told.value.status, told.value.detail) == (500, "SIGSEGV")
        await until(lambda: pool.statistics().ready == 2)
        assert pool.statistics().killed == {"died": 1}


@run
async def test_a_worker_killed_in_the_middle_breaks_its_answer_off():
    """What a worker had begun to answer when somebody killed it is broken off, not ended."""
    async with started(workers=1) as pool:
        (before,) = pool.processes()
        async with pool.answer(request("/large", "50")) as answer:
            os.kill(before, signal.SIGKILL)
            with pytest.raises(BrokenOff):
                [part async for part in answer.parts()]
        assert await body(pool, "/echo", body=b"next") == b"next"


@run
async def test_a_worker_killed_while_it_is_free_is_replaced():
    """A free worker that ends is replaced before anybody asks."""
    async with started() as pool:
        before = pool.processes()
        os.kill(before[0], signal.SIGKILL)
        await until(lambda: len(pool.processes()) == 2 and pool.processes() != before)
        assert pool.statistics().killed == {"died": 1}


@run
async def test_a_fault_of_ours_is_told_and_costs_no_worker():
    """An exception that nobody foresaw fails the request; its place is for the log, and the worker goes on."""
    async with started() as pool:
        with pytest.raises(BrokenOff, match="a fault of the server") as told:
            await body(pool, "/fail")
        assert "nobody foresaw" not in str(told.value)
        assert "ZeroDivisionError: nobody foresaw this" in told.value.detail
        assert (pool.statistics().killed, pool.statistics().restarts) == ({}, 0)


@pytest.mark.parametrize(("kind", "status"), [("usage", 400), ("limit", 503)])
@run
async def test_an_error_while_the_body_is_written_has_its_status(kind, status):
    """Where no head was sent yet, an error of ours is told with the status that it means."""
    async with started() as pool:
        with pytest.raises(BrokenOff, match="^told why$") as told:
            await body(pool, "/refuse", kind)
        assert told.value.status == status


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to a limit on data")
@run
async def test_memory_has_a_limit():
    """A worker that wants more memory than it may have fails its own request, and another one is there."""
    async with started(config={"memory": 256 << 20}) as pool:
        assert await body(pool, "/query", body=b"SELECT (COUNT(*) AS ?n) { ?s a sen:Modality }") == b"n\r\n5\r\n"
        with pytest.raises(BrokenOff, match="more memory than it may have"):
            await body(pool, "/devour")
        hungry = b"SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?b ?d ?e { ?a ?b ?c . ?d ?e ?f } }"
        with pytest.raises(BrokenOff, match="more memory than it may have"):
            await body(pool, "/query", body=hungry)
        await until(lambda: pool.statistics().ready == 2)
        assert sum(pool.statistics().killed.values()) == 2


# ---------------------------------------------------------------------- limits


@pytest.mark.parametrize(("limit", "most"), [({"rows": 3}, "3 rows"), ({"size": 100}, "100 bytes")])
@run
async def test_an_answer_beyond_its_limits_is_refused(limit, most):
    """An answer with too many rows or bytes is refused as too large, with what to do; one within them is given."""
    async with started(config=limit) as pool:
        text = b"SELECT ?s { ?s a sen:Modality }"
        with pytest.raises(BrokenOff, match=f"more than {most}: ask for less") as told:
            await body(pool, "/query", body=text)
        assert told.value.status == 413
        assert (await body(pool, "/query", body=text + b" LIMIT 1")).count(b"\r\n") == 2
        assert pool.statistics().killed == {}


@run
async def test_a_long_answer_beyond_its_limits_is_broken_off():
    """An answer that turns out to be too large after its head was sent is broken off; its worker is free again."""
    async with started(workers=1, config={"size": 3 << 20}) as pool:
        async with pool.answer(request("/large", "50")) as answer:
            with pytest.raises(BrokenOff, match="more than 3,145,728 bytes"):
                [part async for part in answer.parts()]
        assert (await body(pool, "/echo", body=b"on"), pool.statistics().restarts) == (b"on", 0)


# ---------------------------------------------------------------------- what comes over the socket


def head(**changes: Any) -> bytes:
    """Return the head of an answer of no bytes to the first request of a worker, with changes."""
    return messages.json_frame(messages.HEAD, **({"number": 1, "status": 200, "headers": {}, "length": 0} | changes))


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x00\x00\x01?x",
        b"\xff\xff\xff\xffB",
        b"\x00\x00\x00\x05R12345",
        b"\x00\x00\x00\x03Habc",
        b"\x00\x00\x00\x02H{}",
        head(status=7),
        head(headers={"a": 1}),
        head(length=-1),
        head(length=1 << 30),
        head(number=0),
        head(number=2),
        messages.frame(messages.BODY, b"before the head"),
        messages.json_frame(messages.END, number=1),
        messages.frame(messages.BROKE, b"[1]"),
        head(length=5) + messages.json_frame(messages.END, number=1),
        head() + messages.frame(messages.END, b"7"),
    ],
)
@run
async def test_what_is_no_message_ends_the_worker(sent):
    """A worker that sends what is no answer is killed, its request fails, and the next one is answered."""
    async with started(workers=1) as pool:
        (before,) = pool.processes()
        with pytest.raises(BrokenOff, match="a fault of the server") as told:
            await body(pool, "/raw", "9", body=sent, timeout=20)
        assert "a worker sent" in told.value.detail
        await until(lambda: not alive(before), SOON)
        assert await body(pool, "/echo", body=b"next") == b"next"
        assert pool.statistics().killed == {"malformed": 1}


@run
async def test_half_a_frame_is_no_answer():
    """A worker that stops in the middle of a frame is gone at its limit."""
    async with started(workers=1) as pool:
        with pytest.raises(TimedOut):
            await body(pool, "/raw", "9", body=b"\x00\x00\x10\x00H{", timeout=0.3)


@run
async def test_what_nobody_asked_for_is_not_taken_for_the_next_answer():
    """A worker that sends one answer more than it was asked for gives it to nobody, whenever it comes."""
    for seconds in (0, 0.3):
        async with started(workers=1) as pool:
            whole = head() + messages.json_frame(messages.END, number=1)
            assert await body(pool, "/raw", "0.1", body=whole) == b""
            await asyncio.sleep(seconds)
            try:
                assert await body(pool, "/echo", body=b"mine") == b"mine"
            except BrokenOff as told:
                assert "what is about request 1, not 2" in told.detail
            await until(lambda: pool.statistics().killed == {"malformed": 1})


def test_requests_go_over_the_socket_unchanged():
    """A request is the same after it was packed and unpacked."""
    given = Request("POST", "/a b/é", "q=%C3%A9&x=", {"accept": 'a, "b"'}, b"\x00\xff" * 1000, "http://h/")
    packed = messages.pack_request(given, 7, 1.5)
    length, kind = messages.lengths(packed[: messages.HEADER.size])
    assert (length, kind) == (len(packed) - messages.HEADER.size, messages.REQUEST)
    assert messages.unpack_request(packed[messages.HEADER.size :]) == (given, 7, 1.5)


@pytest.mark.parametrize(
    "payload", [b"", b"\x00\x00\x00\x02[]", b"\xff\xff\xff\xff{}", b"\x00\x00\x00\x01x", b"\x00\x00\x00\x04null"]
)
def test_what_is_no_request_is_told(payload):
    """A worker tells a request from anything else."""
    with pytest.raises(messages.Malformed):
        messages.unpack_request(payload)


# ---------------------------------------------------------------------- much of it


@run
async def test_a_large_answer_is_passed_on_as_it_is_read():
    """Of fifty megabytes the server holds little, however slowly they are read, and the worker waits."""
    async with started(workers=1, slow=0) as pool:  # one that takes long is not to be replaced here
        (worker,) = pool.processes()
        gc.collect()
        before, size, largest = resident(), 0, 0
        async with pool.answer(request("/large", "50")) as answer:
            await asyncio.sleep(0.3)
            assert state(worker) == "S"
            async for part in answer.parts():
                size += len(part)
                largest = max(largest, resident() - before)
                if size % (8 << 20) < len(part):
                    await asyncio.sleep(0.02)
        assert size == 50 << 20
        assert largest < 8 << 20
        assert pool.processes() == [worker]


def resident() -> int:
    """Return how much memory this process has in use, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@run
async def test_nothing_leaks():
    """After 500 requests and 50 kills there are as many descriptors and child processes as before."""
    async with started() as pool:
        await body(pool, "/echo")
        before = descriptors()
        for number in range(50):
            await asyncio.gather(*[body(pool, "/echo") for _ in range(10)])
            if number % 2:
                asking = asyncio.create_task(body(pool, "/sleep", "60"))
                await until(lambda: pool.statistics().busy == 1)
                asking.cancel()
                await asyncio.wait([asking])
            else:
                os.kill(pool.processes()[0], signal.SIGKILL)
            await until(lambda wanted=number + 1: pool.statistics().restarts == wanted and pool.statistics().ready == 2)
        assert pool.statistics().requests == 526
        await until(lambda: len(children()) == 2)
        assert descriptors() == before
        left = pool.processes()
    assert (alive(*left), children()) == ([], [])
    assert descriptors() < before


def children() -> list[int]:
    """Return the workers among the child processes of this one, ended ones included that nobody has put away."""
    found = []
    for pid in map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()):
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes()  # of one that has ended it is empty
            if b"sengraph.serve.worker" in words or not words:
                found.append(pid)
    return found


# ---------------------------------------------------------------------- start and stop


@run
async def test_a_pool_that_cannot_start_says_why():
    """Where the data cannot be opened, what the worker says of it is raised, and nothing is left."""
    for config, error in (({"store": "/nowhere"}, InputError), ({"graphs": ["http://e/none"]}, UsageError)):
        with pytest.raises(error, match="/nowhere holds no store|no graph 'http://e/none'"):
            async with started(config=config):
                pass
    for config, text in (
        ({"respond": "tests.serve_helpers:nothing"}, "could not start: AttributeError"),
        ({"unknown": 1}, "could not start: TypeError"),
        ({"memory": 1 << 20}, "ended before it had opened|could not start: MemoryError"),
    ):
        with pytest.raises(BrokenOff, match=text):
            async with started(config=config):
                pass
    with pytest.raises(BrokenOff, match="not ready in 0.01 seconds"):
        async with started(start=0.01):
            pass
    assert children() == []


@run
async def test_a_worker_that_dies_at_its_start_is_not_started_without_a_pause(monkeypatch, tmp_path):
    """Workers that die again and again before they are ready are started again, but ever more rarely."""
    monkeypatch.setattr(pools, "PAUSES", (0.0, 0.2, 60.0))
    store = tmp_path / "store"
    write(store, 1)
    async with started(workers=1, config={"store": str(store)}) as pool:
        store.rename(tmp_path / "elsewhere")
        await body(pool, "/echo")
        os.kill(pool.processes()[0], signal.SIGKILL)
        await until(lambda: pool.statistics().killed == {"died": 1, "start": 2})
        await asyncio.sleep(0.5)
        now = pool.statistics()
        assert (now.ready, now.killed, now.restarts) == (0, {"died": 1, "start": 2}, 3)


@run
async def test_a_stop_lets_answers_end():
    """What is being answered when the server stops is answered; what waits or comes later is refused."""
    async with started(workers=1) as pool:
        asking = asyncio.create_task(body(pool, "/sleep", "0.3"))
        await until(lambda: pool.statistics().busy == 1)
        waiting = asyncio.create_task(body(pool, "/echo"))
        await until(lambda: pool.statistics().waiting == 1)
        stopping = asyncio.create_task(pool.stop(grace=20))
        with pytest.raises(Busy, match="about to end"):
            await waiting
        with pytest.raises(Busy, match="about to end"):
            await body(pool, "/echo")
        assert int(await asking) > 0
        await stopping
        assert children() == []


@run
async def test_a_stop_does_not_wait_for_ever():
    """What does not end within its grace is broken off when the server stops."""
    async with started() as pool:
        asking = asyncio.create_task(body(pool, "/death"))
        await until(lambda: pool.statistics().busy == 1)
        await pool.stop(grace=0.1)
        with pytest.raises(BrokenOff, match="the server ended") as told:
            await asking
        assert told.value.status == 503
        assert children() == []


SERVER = """
import asyncio, sys
from tests.test_serve_pool import *

async def serve():
    async with started() as pool:
        asking = asyncio.create_task(body(pool, "/death"))
        await until(lambda: pool.statistics().busy == 1)
        print(*pool.processes(), flush=True)
        await asking

asyncio.run(serve())
"""


def test_no_worker_survives_the_server():
    """When the server is killed, its workers are gone within a second, one that runs a query of death among them."""
    with subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        workers = [*map(int, server.stdout.readline().split())]
        time.sleep(0.2)
        assert len(alive(*workers)) == 2
        server.kill()
        begun = time.monotonic()
        while alive(*workers):
            assert time.monotonic() - begun < SOON
            time.sleep(0.01)


@run
async def test_a_worker_has_nothing_but_its_own(monkeypatch):
    """A worker has one socket, no other descriptor of the server, no secrets, and leaves signals to the server."""
    monkeypatch.setenv("SENGRAPH_TOKEN", "secret")
    async with started() as pool:
        with Path(__file__).open():
            os.kill(pool.processes()[0], signal.SIGKILL)
            await until(lambda: pool.statistics().restarts == 1 and pool.statistics().ready == 2)
        await body(pool, "/echo")
        told = json.loads(await body(pool, "/look"))
        kinds = [link.partition(":")[0] for link in told["descriptors"]]
        assert (kinds.count("socket"), set(kinds) - {"/dev/null"}) == (1, {"socket"})
        assert "SENGRAPH_TOKEN" not in told["environment"]
        assert (told["interrupt"], told["terminate"]) == (str(signal.SIG_IGN), str(signal.SIG_DFL))
        os.kill(told["pid"], signal.SIGINT)
        assert json.loads(await body(pool, "/look"))["pid"] in pool.processes()


# ---------------------------------------------------------------------- a store that changes


def write(folder: Path, count: int) -> None:
    """Make the next version of a store, with so many triples."""
    with next_version(folder) as writing:
        for number in range(count):
            thing = ox.NamedNode(f"http://example.org/{number}")
            writing.new.add(ox.Quad(thing, thing, thing))


@run
async def test_a_new_version_is_taken_up_by_every_worker(tmp_path):
    """Workers answer from the version that is current, under one name for it, and let the old one go."""
    write(tmp_path / "store", 3)
    async with started(config={"store": str(tmp_path / "store")}) as pool:
        first = [json.loads(found) for found in await asyncio.gather(*[body(pool, "/look") for _ in range(2)])]
        write(tmp_path / "store", 5)
        second = [json.loads(found) for found in await asyncio.gather(*[body(pool, "/look") for _ in range(2)])]
        write(tmp_path / "store", 5)
        third = json.loads(await body(pool, "/look"))
        assert [told["triples"] for told in (*first, *second, third)] == [3, 3, 5, 5, 5]
        versions = [told["version"] for told in (*first, *second, third)]
        assert versions[0] == versions[1] != versions[2] == versions[3] != versions[4]
        assert (pool.statistics().version, pool.statistics().restarts) == (versions[4], 0)
        assert not (tmp_path / "store" / "v000001").exists()


@run
async def test_a_version_that_cannot_be_opened_is_not_taken_up(tmp_path):
    """When the current version is damaged, the old one goes on answering, and the statistics say why."""
    store = tmp_path / "store"
    write(store, 3)
    async with started(workers=1, config={"store": str(store)}) as pool:
        (store / "v000002").mkdir()
        (store / "current.new").symlink_to("v000002")
        (store / "current.new").replace(store / "current")
        assert json.loads(await body(pool, "/look"))["triples"] == 3
        assert "cannot be read, it may be damaged" in pool.statistics().fault
        (store / "current").unlink()
        (store / "v000002").rmdir()
        write(store, 4)
        assert json.loads(await body(pool, "/look"))["triples"] == 4
        assert pool.statistics().fault == ""
