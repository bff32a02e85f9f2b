"""The reference streams, which obey every clause."""

from typing import ClassVar

from streamtck.adapters.library.memory import InMemory
from streamtck.reference_impl import MemoryStream


class ReferenceMemory(InMemory):
    """`streamtck.reference_impl.MemoryStream` under the Hadoop surface."""

    surfaces: ClassVar[tuple[str, ...]] = ("hadoop",)

    def __init__(self) -> None:
        super().__init__(
            "reference.memory",
            MemoryStream,
            package="streamtck",
            imports="from streamtck.reference_impl import MemoryStream",
            opening="stream = MemoryStream(stored)",
        )


memory = ReferenceMemory()
