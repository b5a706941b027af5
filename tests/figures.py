"""A test writes down what it counted, for the page of promises: only where DIPOLI_FIGURES names a file (`make promises`)."""

import json
import os
from pathlib import Path

from app.core import clock


def figure(promise: str, **counts: float | str) -> None:
    """Keep what was measured for a promise; the suite may run in several processes, so each writes lines of its own."""
    folder = os.environ.get("DIPOLI_FIGURES")
    if folder:
        line = json.dumps({"promise": promise, "on": clock.today().isoformat(), "counts": counts})
        with Path(folder, f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(f"{line}\n")
