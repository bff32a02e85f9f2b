"""A deflated member of a zip archive in memory, opened by `zipfile.ZipFile.open`."""

import io
import zipfile
from typing import IO, BinaryIO

from streamtck.adapters.library.memory import InMemory

MEMBER = zipfile.ZipInfo("member")


def _archive(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(MEMBER, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _open(source: BinaryIO) -> IO[bytes]:
    return zipfile.ZipFile(source).open("member")


adapter = InMemory(
    "zipfile",
    _open,
    package="zipfile",
    imports=(
        "import zipfile\n"
        "target = io.BytesIO()\n"
        "archive = zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED)\n"
        "archive.writestr('member', content)\n"
        "archive.close()"
    ),
    encode=_archive,
    encoding="target.getvalue()",
    opening="stream = zipfile.ZipFile(source).open('member')",
    sources=True,
    boundaries=(4096,),
)
