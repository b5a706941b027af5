"""Whether the time of an answer tells what is hidden from what is not there: for each kind of id, and against itself.

    PYTHONPATH=. python bench/bench_hidden.py

Processor time of the whole process, in milliseconds: what others do on the machine is not counted, what it does to the caches is. The
floor is the same request for a thing that is not there, told apart from itself by chance.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path
from statistics import median

from app.main import create_app
from app.start import issue_token, set_up_logs
from tests.access.test_hidden import Asking, hidden, missing
from tests.access.test_matrix import World
from tests.cast import PASSPHRASE
from tests.conftest import Databases, loaded
from tests.ground.program import Program

ROUNDS = 200


def paces(asking: Asking, row, caller) -> tuple[list[float], list[float], list[float]]:
    """Of hidden, of missing, and of missing once more: one of each in every round, in an order of its own."""
    chance, found = random.Random(7), ([], [], [])
    for number in range(ROUNDS + 10):
        each = [asking.world.things, *(missing(row, asking.world.things, number) for _turn in range(2))]
        for place in chance.sample(range(3), 3):
            began = time.process_time()
            asking.ask(caller, row, each[place])
            if number >= 10:  # the first ones warm up
                found[place].append((time.process_time() - began) * 1000)
    return found


def main() -> None:
    set_up_logs("error")
    loop = asyncio.new_event_loop()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "databases").mkdir()
        with loaded(Databases("sqlite", folder / "databases", None), folder) as ground:
            app = create_app(ground)

            def program(login: str | None = None) -> Program:
                token = issue_token(ground, login, name="bench", days=1, passphrase=PASSPHRASE) if login else None
                return Program(app, loop, token)

            asking = Asking(ground, loop, World(ground, program))
            print(
                f"{'id of':16} {'hidden':>8} {'missing':>8} {'again':>8}  hidden / missing, and missing / missing again"
            )
            for family, asked in hidden(asking).items():
                row, caller = next(((row, caller) for row, caller in asked if caller != "outsider"), asked[0])
                there, absent, again = (median(each) for each in paces(asking, row, caller))
                print(
                    f"{family:16} {there:8.2f} {absent:8.2f} {again:8.2f}  {there / absent:.3f}  {absent / again:.3f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
