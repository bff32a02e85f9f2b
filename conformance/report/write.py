"""Writing reports: whole or not at all."""

import os
import tempfile
from pathlib import Path


def whole(path: Path, text: str) -> None:
    """Write the text beside its place and move it there in one step; OSError where that does not work.

    What UTF-8 cannot hold (lone surrogates) is written as a backslash escape.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
