"""파일의 첫 바이트로 종류를 가린다."""

from __future__ import annotations

import re
from pathlib import Path

from core.excel.opening.ole_stream import is_hangul
from core.excel.opening.refusal import Refused

_DRM = (
    b"DRMONE", b"SCDSA00", b"NASCA DRM", b"Fasoo", b"MarkAny", b"DocumentSAFER", b"DOCUMENTSAFER", b"DOCUMENT SAFER", b"Document SAFER",
    b"FSD \x00", b"INISAFENet", b"Wrapsody",
)  # fmt: skip
_SAVE_XLSX, _FIND = "엑셀에서 열어 xlsx로 다시 저장해 올려 주세요", "원본 엑셀 파일을 찾아 올려 주세요"
_PACKED = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"ALZ\x01", b"EGGA", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ")
# 첫 바이트로 아는 다른 파일: (첫 바이트들, 무엇인지, 할 일)
_KNOWN: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    (_PACKED, "압축 파일(7z·RAR·ALZ 따위)입니다", "압축을 풀어 엑셀이나 CSV 파일을 하나씩 올려 주세요"),
    ((b"{\\rtf",), "서식 있는 글(RTF) 문서입니다", "표를 엑셀로 옮겨 xlsx로 저장해 올려 주세요"),
    ((b"%!PS",), "인쇄용(PostScript) 파일입니다", _FIND),
    ((b"SQLite format 3", b"\x00\x01\x00\x00Standard"), "데이터베이스 파일입니다", "표를 엑셀이나 CSV로 내보내 올려 주세요"),
    ((b"ID;P", b"TABLE\r\n0,1"), "옛 표 형식(SYLK·DIF) 파일입니다", _SAVE_XLSX),
    ((b"\x09\x08\x08\x00\x00\x05", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00"), "엑셀 97보다 오래된 파일입니다", _SAVE_XLSX),
    ((b"MZ\x90", b"\x7fELF", b"L\x00\x00\x00\x01\x14\x02"), "프로그램이나 바로 가기 파일입니다", _FIND),
    ((b"[InternetShortcut]",), "인터넷 바로 가기 파일입니다", _FIND),
)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# 브라우저가 저장한 MHTML 은 보낸 사람부터 적는다.
_MAIL = re.compile(rb"(?:From|Subject|Date|To|Snapshot-Content-Location):.*?^MIME-Version:", re.I | re.S | re.M)
_JSON = re.compile(rb"\s*(?:\{\s*\"[^\"]*\"\s*:|\[\s*(?:\{|\[)\s*\")")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|div|style|script|tr)\b", re.I)


def file_format(path: Path) -> str:
    """앞부분의 고유한 바이트로 파일 종류를 정한다. 받지 않는 종류면 Refused.

    'zip', 'xls', 'hangul', 'html', 'mhtml', 'xml', 'csv' 가운데 하나이다.
    확장자는 믿지 않는다. 업무 시스템이 내려 준 .xls는 HTML인 경우가 많다.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise Refused("빈 파일입니다", "내용이 있는 파일인지 확인해 다시 올려 주세요")
    if any(mark in head[:1024] for mark in _DRM):
        raise Refused("문서 보안(DRM)이 걸려 있습니다", "보안을 해제한 파일을 올려 주세요")
    if head.startswith(b"PK"):
        # 한글은 종류를 적은 부분을 압축하지 않고 맨 앞에 둔다.
        return "hangul" if b"mimetypeapplication/hwp+zip" in head[:100] else "zip"
    if head.startswith(_OLE):
        return "hangul" if is_hangul(path.read_bytes()) else "xls"
    if head.lstrip()[:5] == b"%PDF-":
        raise Refused("PDF 파일입니다", "엑셀이나 CSV 파일을 올려 주세요")
    for marks, reason, remedy in _KNOWN:
        if head.startswith(marks):
            raise Refused(reason, remedy)
    wide = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else utf16_guess(head)
    text = (head.decode(wide, "ignore").encode() if wide else head).lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:13].lower() == b"mime-version:" or _MAIL.match(text):
        return "mhtml"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and b"<Workbook" in head:
        return "xml"
    if _HTML.match(text) or (text.startswith(b"<") and _HTML.search(text)):
        return "html"
    if _JSON.match(text):
        raise Refused("JSON 파일입니다", "표를 엑셀이나 CSV로 내보내 올려 주세요")
    if re.match(rb"(?:<\?xml.*?\?>\s*)?<svg\b", text, re.S) or head[8:12] == b"WEBP" or head[4:12] in (b"ftypheic", b"ftypmif1"):
        raise Refused("그림 파일입니다", "엑셀이나 CSV 파일을 올려 주세요")
    if text.startswith(b"<?xml"):
        raise Refused("엑셀 파일이 아니라 XML 문서입니다")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "csv"
    if head.startswith(_PICTURES) and not head[:64].isascii():
        raise Refused("그림 파일입니다", "엑셀이나 CSV 파일을 올려 주세요")
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if odd > len(head) / 50 and utf16_guess(head) is None:
        raise Refused("엑셀이나 CSV 파일이 아닙니다", "엑셀(.xlsx, .xls)이나 CSV 파일을 올려 주세요")
    return "csv"


def utf16_guess(head: bytes) -> str | None:
    """BOM 없는 UTF-16인지 NUL의 자리로 짐작한다. 쉼표와 줄바꿈 때문에 표에는 반드시 한쪽에 NUL이 몰린다."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    # '가'(AC00)처럼 끝 바이트가 0인 한글이 있으므로 한쪽에 훨씬 많이 몰렸는지를 본다.
    if odd > 3 and odd > 5 * even:
        return "utf-16-le"
    if even > 3 and even > 5 * odd:
        return "utf-16-be"
    return None
