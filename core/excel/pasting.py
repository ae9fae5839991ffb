"""붙여넣은 표. 올린 파일과 똑같이 다루므로, 여기서는 파일 하나로 바꾸기만 한다.

엑셀과 한글의 표는 브라우저가 파일 칸에 넣어 보낸다(static/js/paste.js). 스크립트가 없으면 글(탭으로 나눈 칸)로 온다.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from core.documents.file_types import Refused


def with_pasted(request: HttpRequest) -> MultiValueDict[str, Any]:
    """올린 파일들. 파일 대신 글을 붙여넣었으면(pasted) 그 글을 file 로 넣는다. 둘 다 보냈으면 Refused."""
    text = request.POST.get("pasted", "")
    if not text.strip():
        return request.FILES
    if "file" in request.FILES:
        raise Refused("올린 파일과 붙여넣은 글이 함께 있습니다. 하나만 남겨 주세요.")
    now, data = timezone.localtime(), text.encode("utf-8", "replace")
    upload = TemporaryUploadedFile(f"붙여넣은 표 {now:%-m. %-d. %H:%M}.tsv", "text/tab-separated-values", len(data), "utf-8")
    upload.write(data)
    upload.seek(0)
    return MultiValueDict({"file": [upload]})
