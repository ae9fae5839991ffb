"""파일을 받는 문. 정해진 크기를 넘으면 받는 도중에 끊고, 받은 것은 형식과 바이러스를 본다."""

from __future__ import annotations

import subprocess
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from core.documents.file_types import Refused, check_type
from core.formats import file_size

MAX_FILE_BYTES = 50 * 1024 * 1024
_SCAN_SECONDS = 120


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


def check_upload(upload: TemporaryUploadedFile) -> None:
    """크기, 형식, 바이러스를 차례로 본다. 받을 수 없으면 Refused."""
    if not upload.size:
        raise Refused("빈 파일입니다. 내용이 있는지 열어 보고 올려 주세요.")
    if upload.size > MAX_FILE_BYTES:
        raise Refused(f"한 파일은 {file_size(MAX_FILE_BYTES)}까지 받습니다. 나누거나 압축해 올려 주세요.")
    check_type(upload.name or "", upload)
    scan(upload)


def scan(upload: TemporaryUploadedFile) -> None:
    """기관의 백신(VIRUS_SCANNER)에 파일 경로를 넘긴다. 끝값이 0이 아니면 받지 않고, 검사를 못 해도 받지 않는다."""
    if not settings.VIRUS_SCANNER:
        return
    # 명령은 서버 설정에서만 오고, 경로는 우리가 만든 임시 파일이다.
    command = [*settings.VIRUS_SCANNER, upload.temporary_file_path()]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=_SCAN_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise Refused("바이러스 검사를 하지 못해 받지 않았습니다. 전산 담당에 알려 주세요.") from problem
    if answer.returncode:
        raise Refused("백신이 위험하다고 알린 파일이라 받지 않았습니다. 내 컴퓨터를 검사하고 전산 담당에 알려 주세요.")
