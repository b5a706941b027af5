"""Which stories a run tells: two hundred, five thousand in `make test-long`, or those that DIPOLI_TEST_SEEDS names ("200-799").

A long run may be broken off and taken up again: where DIPOLI_TEST_TOLD names a folder, each story that showed no difference is written
down there, under a digest of the product and of the harness, and not told again until either has changed.
"""

import hashlib
import os
from pathlib import Path

LONG = bool(os.environ.get("DIPOLI_TEST_LONG"))
HERE = Path(__file__).parent
PARTS = 40 if LONG else 8  # a part is one test, of which several run at a time


def span() -> range:
    first, _dash, last = os.environ.get("DIPOLI_TEST_SEEDS", "0-4999" if LONG else "0-199").partition("-")
    return range(int(first), int(last or first) + 1)


def seeds_of(part: int, *, every: int = 1) -> range:
    """The part's share: each PARTS-th story, or one in `every` of these."""
    whole = span()
    return whole[part :: PARTS * every]


class Told:
    """The seeds that were told before, on one database."""

    def __init__(self, engine: str) -> None:
        folder = os.environ.get("DIPOLI_TEST_TOLD")
        self.file = Path(folder) / f"{engine}-{_digest()}" if folder else None
        self.seeds = set(map(int, self.file.read_text().split())) if self.file and self.file.exists() else set[int]()

    def add(self, seed: int) -> None:
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a") as lines:  # several processes write, each a short line at a time
                lines.write(f"{seed}\n")


def _digest() -> str:
    files = sorted((*HERE.parents[1].glob("app/**/*.py"), *HERE.parents[1].glob("templates/**/*"), *HERE.glob("*.py")))
    content = (file.read_bytes() for file in files if file.is_file())
    return hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in content)).hexdigest()[:16]
