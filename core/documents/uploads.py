"""파일을 받는 문. 정해진 크기를 넘으면 받는 도중에 끊는다."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler


class SizeLimitedUploadHandler(TemporaryFileUploadHandler):
    """장고는 올리는 파일의 크기를 막지 않으므로, 요청 전체에서 받은 양을 세어 넘치면 연결을 끊는다."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.MAX_UPLOAD_BYTES:
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)
