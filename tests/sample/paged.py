"""Files of fixed pages, read one page at a time."""

import io


class PagedFile(io.RawIOBase):
    """A read-only binary file over `pages`, each of `size` bytes but the last."""

    def __init__(self, pages: list[bytes], size: int) -> None:
        super().__init__()
        self._pages, self._size = pages, size
        self._length = sum(map(len, pages))
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self._require_open()
        page, start = divmod(self._position, self._size)
        data = self._pages[page][start : start + len(buffer)] if page < len(self._pages) else b""
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._require_open()
        if whence not in (io.SEEK_SET, io.SEEK_CUR, io.SEEK_END):
            raise ValueError(f"whence is {whence}, expected 0, 1 or 2")
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(start + offset, 0)
        return self._position

    def tell(self) -> int:
        self._require_open()
        return self._position

    def _require_open(self) -> None:
        if self.closed:
            raise ValueError("the file is closed")


def open_paged(content: bytes, size: int = 4096) -> PagedFile:
    """The file that has this content."""
    return PagedFile([content[at : at + size] for at in range(0, len(content), size)], size)
