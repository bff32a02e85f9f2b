"""A file that `smart_open.open` opens in an S3 bucket."""

from typing import Any

import smart_open

from streamtck.adapters.library.s3 import InBucket, client_of

BUFFER = 65536
"""Bytes that the reader takes off an answer at a time."""


class S3(InBucket):
    """An object in a bucket."""

    name = "smart_open.s3"
    package = "smart_open"
    boundaries = (BUFFER,)

    def setup(self) -> None:
        super().setup()
        self._client = client_of(self.server.url)
        self.undo.callback(self._client.close)

    def open(self, ref: str, surface: str = "") -> Any:
        given = {"client": self._client, "buffer_size": BUFFER}
        return smart_open.open(f"s3://{self.bucket}/{ref}", "rb", transport_params=given)


s3 = S3()
