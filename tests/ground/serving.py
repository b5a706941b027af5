"""The product's own server in processes that may be killed: `python -m tests.ground.serving` reads an environment on each line, as
JSON, and forks a child that serves with it as `dipoli serve` does. What takes a second, reading the program in, is done once.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from app.access.work import Ground
from tests.conftest import MASTER

WAIT = 60  # seconds, for a server to be ready


class Server:
    """Serves a loaded ground, whose owner has closed it, on a port of its own."""

    def __init__(self, ground: Ground) -> None:
        key = ground.settings.data_dir / "keys" / "master.key"
        key.parent.mkdir(mode=0o700, exist_ok=True)
        key.write_bytes(MASTER)
        key.chmod(0o400)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = ground.settings.data_dir.parent / f"{ground.settings.data_dir.name}.log"
        self.environment = {
            "DIPOLI_DATA_DIR": str(ground.settings.data_dir),
            "DIPOLI_LINKAGE_DIR": str(ground.settings.linkage_dir),
            "DIPOLI_DATABASE_URL": ground.settings.database_url,
            "DIPOLI_ARGON2_MEMORY_KIB": "8",
            "DIPOLI_ARGON2_PASSES": "1",
            "DIPOLI_LOG_LEVEL": "error",
            "PORT": str(self.port),
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIPOLI_", "HOST", "PORT"))}
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.ground.serving", str(self.log)],
            env=kept | {"PYTHONPATH": str(Path.cwd())},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = 0

    def start(self) -> None:
        """Returns when it is ready. Raises AssertionError with what it said if it never is."""
        assert self.nursery.stdin
        assert self.nursery.stdout
        print(json.dumps(self.environment), file=self.nursery.stdin, flush=True)
        self.pid = int(self.nursery.stdout.readline())
        until = time.monotonic() + WAIT
        while not self._is_ready():
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.01)

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(b"GET /readyz HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n")
                return b" 200 " in line.recv(64)
        except OSError:
            return False

    def kill(self) -> None:
        """As if the machine had stopped: nothing is finished, nothing closed."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> None:
        if self.pid:
            self.kill()
        self.nursery.terminate()
        self.nursery.communicate()


def _nursery(log: str) -> None:
    from app import main  # noqa: F401, PLC0415  # read in once, for every child
    from app.start import serve  # noqa: PLC0415

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they died
    for line in sys.stdin:
        child = os.fork()
        if child:
            print(child, flush=True)
        else:
            _child(json.loads(line), log, serve)


def _child(environment: dict[str, str], log: str, serve: Any) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(environment)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (0, 1, 2):
        os.dup2(said, stream)
    serve(demo=False)
    os._exit(0)


if __name__ == "__main__":
    _nursery(sys.argv[1])
