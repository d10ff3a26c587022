"""What something was built of, as one number: it changes with any name or byte, and with nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path


def of_files(*paths: Path, also: str = "") -> str:
    """Of files, and of all files of folders, by their place in the folder."""
    digest = hashlib.sha256(also.encode())
    for path in paths:
        for each in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            name, content = str(each.relative_to(path.parent)).encode(), each.read_bytes()
            digest.update(b"%d %s %d " % (len(name), name, len(content)) + content)
    return digest.hexdigest()
