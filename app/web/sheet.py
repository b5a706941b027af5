"""One stylesheet from many small files, put together once."""

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parents[2] / "static"
LAYERS = ("reset", "tokens", "layout", "components", "print")


@cache
def stylesheet() -> tuple[bytes, str]:
    """(bytes, digest): `@layer` order first, then every file of each layer in alphabetical order."""
    parts = [f"@layer {', '.join(LAYERS)};"]
    for layer in LAYERS:
        folder = STATIC / "css" / layer
        files = sorted(folder.glob("*.css")) if folder.is_dir() else [STATIC / "css" / f"{layer}.css"]
        parts += [f"@layer {layer} {{\n{file.read_text()}\n}}" for file in files]
    sheet = "\n".join(parts).encode()
    return sheet, hashlib.sha256(sheet).hexdigest()[:12]
