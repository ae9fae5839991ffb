"""파일을 내려보내는 응답 하나. 목록·현황·자료 왕복·관리자 화면의 엑셀과 보고서가 모두 이것을 쓴다."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

from django.http import FileResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(write: Callable[[Any], None], name: str, content_type: str = XLSX) -> FileResponse:
    """write 가 쓴 파일(엑셀이 아니면 그 형식)을 내려보낸다. 임시 파일은 응답이 닫는다. 파일 이름의 빗금(4/4분기)은 붙임표로 바꾼다."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name.replace("/", "-"), content_type=content_type)
