"""A test writes down what it counted, for the page of promises: only where DIPOLI_FIGURES names a folder (`make promises`).

`python -m tests.figures FOLDER` then adds the counts up, promise by promise, and writes app/promises/figures.json.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.promises.register import FIGURES, PROMISES
from app.promises.service import MEASURED


def figure(promise: str, **counts: int) -> None:
    """Keep what was counted for a promise. A suite may run in several processes, so each writes a file of its own."""
    folder = os.environ.get("DIPOLI_FIGURES")
    if folder:
        line = json.dumps({"promise": promise, "counts": counts})
        with Path(folder, f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(f"{line}\n")


def added_up(folder: Path) -> dict[str, dict[str, int]]:
    """Promise to its counts, each the sum over all tests and both databases. Raises KeyError for a name that has no words."""
    found: dict[str, dict[str, int]] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            mine = found.setdefault(told["promise"], {})
            for name, value in told["counts"].items():
                assert FIGURES[name.partition(":")[0]]
                mine[name] = mine.get(name, 0) + value
    return found


def main(folder: str) -> None:
    day = datetime.now(UTC).date().isoformat()
    found = added_up(Path(folder))
    data: dict[str, Any] = {p.code: {"on": day, "counts": found[p.code]} for p in PROMISES if p.code in found}
    MEASURED.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(f"{MEASURED}: {len(data)} of {len(PROMISES)} promises have figures")


if __name__ == "__main__":
    main(sys.argv[1])
