"""What the HTTP benches share: a server process with a floor beside the real routes, and a client with 16 connections."""

import asyncio
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from app.access.work import Ground
from app.db.engine import make_engine
from app.db.revisions import upgrade
from app.settings import Settings
from app.start import set_up_logs
from app.vault.keys import KeyRing
from app.vault.linkage import Linkage

CONNECTIONS, SECONDS, ROUNDS = 16, 2.0, 3
PASSPHRASE = "a calm and patient table"


def fresh_ground(folder: Path) -> Ground:
    settings = Settings(
        data_dir=folder, linkage_dir=Path(tempfile.mkdtemp(dir="/dev/shm")), argon2_memory_kib=8, argon2_passes=1
    )
    return opened(settings)


def opened(settings: Settings) -> Ground:
    upgrade(settings.database_url)
    linkage = Linkage(settings.linkage_dir, idle=timedelta(hours=1), absolute=timedelta(hours=12))
    engine = make_engine(settings.database_url, connections=settings.handler_threads + 2)
    return Ground(settings, engine, KeyRing(bytes(range(32))), linkage)


def serve(make_app: Callable[[], FastAPI], port: int) -> multiprocessing.Process:
    """The server in a process of its own, so that the client's work is not counted as the server's."""
    process = multiprocessing.Process(target=_run, args=(make_app, port), daemon=True)
    process.start()
    for _try in range(200):
        try:
            asyncio.run(_get_once(port, "/healthz"))
        except OSError:
            time.sleep(0.05)
        else:
            break
    return process


def _run(make_app: Callable[[], FastAPI], port: int) -> None:
    set_up_logs("error")
    uvicorn.run(make_app(), port=port, log_config=None, access_log=False, server_header=False)


async def _get_once(port: int, path: str) -> None:
    await _exchange(
        *await asyncio.open_connection("127.0.0.1", port), f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    )


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head.split()[1])


async def _connection(
    port: int, make_request: Callable[[], bytes], until: float, expected: int, taken: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        status = await _exchange(reader, writer, make_request())
        taken.append(time.perf_counter() - began)
        if status != expected:
            raise SystemExit(f"expected {expected}, got {status}")
    writer.close()


def load(port: int, make_request: Callable[[], bytes], *, expected: int = 200) -> list[float]:
    """Seconds of every answer in one round of 16 connections."""
    taken: list[float] = []

    async def run() -> None:
        until = time.perf_counter() + SECONDS
        await asyncio.gather(*(_connection(port, make_request, until, expected, taken) for _c in range(CONNECTIONS)))

    asyncio.run(run())
    return taken


def compare(name: str, port: int, ours: Callable[[], bytes], floor: Callable[[], bytes], *, expected: int) -> None:
    """Interleaved rounds of ours and the floor; prints the median ratio of throughput and our p99/p50."""
    load(port, ours, expected=expected)  # warm
    ratios, tails, rates = [], [], []
    for _round in range(ROUNDS):
        mine, bare = load(port, ours, expected=expected), load(port, floor, expected=expected)
        ratios.append(len(mine) / len(bare))
        ordered = sorted(mine)
        tails.append(ordered[int(len(ordered) * 0.99)] / ordered[len(ordered) // 2])
        rates.append(len(mine) / SECONDS)
    print(
        f"{name}: {statistics.median(ratios):.2f} of the floor's throughput, {statistics.median(rates):.0f}/s, "
        f"p99 {statistics.median(tails):.1f} x p50"
    )
