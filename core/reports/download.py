"""문서를 한글이나 PDF 로 바로 내려보낸다. 글을 고치거나 굳히려면 보고서(Report)를 만든다."""

from __future__ import annotations

from django.http import FileResponse, Http404

from core.excel.download import attachment
from core.reports.document import Document
from core.reports.hwpx import write_hwpx
from core.reports.pdf import write_pdf

# 꼴: (단추의 글, 쓰는 법, 형식). 엑셀은 목록에서 받는다.
KINDS = {"hwpx": ("한글", write_hwpx, "application/hwp+zip"), "pdf": ("PDF", write_pdf, "application/pdf")}


def document_file(document: Document, kind: str, name: str = "") -> FileResponse:
    """kind(hwpx·pdf)의 파일. 이름을 적지 않으면 문서의 제목이다."""
    if kind not in KINDS:
        raise Http404("그런 꼴의 파일은 없습니다.")
    _title, write, content_type = KINDS[kind]
    return attachment(lambda file: write(document, file), f"{name or document.title}.{kind}", content_type)
