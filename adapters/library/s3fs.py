"""`s3fs.S3File`: an object in an S3 bucket, fetched in blocks."""

from typing import Any

import s3fs
from aiobotocore.session import AioSession
from fsspec.asyn import sync

from streamtck.adapters.library.fsspec import CAT_FILE
from streamtck.adapters.library.s3 import CONFIG, KEY, REGION, SECRET, SETTINGS, InBucket
from streamtck.adapters.library.servers import EventLoop

BLOCK = 65536
"""Block size in bytes that the file system is given; its own 50 MiB are more than the kit stores."""


class File(InBucket):
    """An object in a bucket, opened by `s3fs`."""

    name = "s3fs"
    package = "s3fs"
    boundaries = (BLOCK,)
    spellings = CAT_FILE
    from_the_end = ("pread_bytes",)

    def setup(self) -> None:
        super().setup()
        clients = EventLoop()
        self.undo.callback(clients.close)
        self._files = s3fs.S3FileSystem(
            key=KEY,
            secret=SECRET,
            endpoint_url=self.server.url,
            client_kwargs={"region_name": REGION},
            config_kwargs=CONFIG,
            session=AioSession(SETTINGS),
            default_block_size=BLOCK,
            use_listings_cache=False,
            skip_instance_cache=True,
            loop=clients.loop,
        )
        self.undo.callback(lambda: sync(clients.loop, self._files.s3.close))

    def open(self, ref: str, surface: str = "") -> Any:
        return self._files.open(f"{self.bucket}/{ref}", "rb")


adapter = File()
