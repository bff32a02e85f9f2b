"""Writing reports: whole or not at all."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def json_report(path: Path, document: dict[str, Any]) -> None:
    """Write the report beside its place and move it there in one step."""
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
