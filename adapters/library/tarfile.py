"""A member of a tar archive in memory, opened by `tarfile.TarFile.extractfile`."""

import io
import tarfile
from typing import IO

from streamtck.adapters.library.archive import Archive


def tarred(before: bytes, content: bytes, after: bytes) -> bytes:
    """A tar archive of three members, not compressed."""
    target = io.BytesIO()
    with tarfile.TarFile(fileobj=target, mode="w") as archive:
        for name, data in (("before", before), ("member", content), ("after", after)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return target.getvalue()


def _open(archive: tarfile.TarFile) -> IO[bytes] | None:
    return archive.extractfile("member")


adapter = Archive(
    "tarfile",
    tarred,
    lambda source: tarfile.TarFile(fileobj=source),
    _open,
    package="tarfile",
    imports="import tarfile",
    opening='opener = tarfile.TarFile(fileobj=source)\nstream = opener.extractfile("member")',
    boundaries=(tarfile.BLOCKSIZE, io.DEFAULT_BUFFER_SIZE),
)
