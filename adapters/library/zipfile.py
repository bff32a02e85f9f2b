"""A deflated member of a zip archive in memory, opened by `zipfile.ZipFile.open`."""

import io
import zipfile
from typing import IO

from streamtck.adapters.library.archive import Archive


def zipped(before: bytes, content: bytes, after: bytes) -> bytes:
    """A zip archive of three deflated members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in (("before", before), ("member", content), ("after", after)):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _open(archive: zipfile.ZipFile) -> IO[bytes]:
    return archive.open("member")


adapter = Archive(
    "zipfile",
    zipped,
    zipfile.ZipFile,
    _open,
    package="zipfile",
    imports="import zipfile",
    opening='opener = zipfile.ZipFile(source)\nstream = opener.open("member")',
    boundaries=(4096,),
)
