"""`StreamingBody`, the body of an object that `boto3` got: forward only."""

from typing import Any

from streamtck.adapters.library.s3 import InBucket, client_of


class Body(InBucket):
    """The body of the answer to `get_object`."""

    name = "boto3.StreamingBody"
    package = "boto3"

    def setup(self) -> None:
        super().setup()
        self._client = client_of(self.server.url)
        self.undo.callback(self._client.close)

    def open(self, ref: str, surface: str = "") -> Any:
        return self._client.get_object(Bucket=self.bucket, Key=ref)["Body"]


streaming_body = Body()
