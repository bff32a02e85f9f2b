"""Streams that obey every clause: the kit's own yardstick, and a start for faulty variants of them."""

from streamtck.reference_impl.datastore import (
    DataStoreError,
    DataStoreStream,
    FileStore,
    InflateError,
    MemoryStore,
    NotSupportedError,
    StreamError,
)
from streamtck.reference_impl.file import LocalFile
from streamtck.reference_impl.inflate import InflatingStream
from streamtck.reference_impl.memory import MemoryStream

__all__ = [
    "DataStoreError",
    "DataStoreStream",
    "FileStore",
    "InflateError",
    "InflatingStream",
    "LocalFile",
    "MemoryStore",
    "MemoryStream",
    "NotSupportedError",
    "StreamError",
]
