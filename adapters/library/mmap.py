"""`mmap.mmap` over a file in a temporary folder, mapped for reading."""

import inspect
import mmap

from streamtck.adapters.callables import CallableAdapter


def open_subject(path: str) -> mmap.mmap:
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


adapter = CallableAdapter(open_subject, "mmap", f"import mmap\n{inspect.getsource(open_subject)}", "path")
adapter.package = "mmap"
adapter.boundaries = (mmap.PAGESIZE,)
