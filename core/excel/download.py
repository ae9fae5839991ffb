"""엑셀을 내려보내는 응답 하나. 목록, 현황, 자료 왕복, 관리자 화면이 모두 이것을 쓴다."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

from django.http import FileResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(write: Callable[[Any], None], name: str) -> FileResponse:
    """write 가 쓴 엑셀을 내려보낸다. 임시 파일은 응답이 닫는다. 파일 이름의 빗금(4/4분기)은 붙임표로 바꾼다."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name.replace("/", "-"), content_type=XLSX)
