"""Streams that obey every clause: the kit's own yardstick, and a start for faulty variants of them."""

from streamtck.reference_impl.memory import MemoryStream

__all__ = ["MemoryStream"]
