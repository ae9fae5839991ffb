"""받는 파일의 형식. 확장자와 내용이 서로 맞아야 받는다.

브라우저에서 프로그램처럼 움직이는 것(HTML, SVG), 실행 파일, 매크로 문서는 받지 않는다. 형식을 더하거나
빼는 일은 보안 검토가 필요하므로 화면이 아니라 이 표에서 한다.
"""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
from collections.abc import Callable
from typing import IO, Any

_HEAD = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ZIP_END = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_MAX_ZIP_ENTRIES = 10_000
_MAX_ZIP_LIST_BYTES = 4 * 1024 * 1024
_MARKUP = re.compile(r"\s*(<!doctype|<\?xml|<\?php|<(html|head|body|svg|script|iframe|meta)\b|#!)", re.IGNORECASE)
_PROGRAM = re.compile(
    r"\.(exe|dll|com|scr|msi|bat|cmd|ps1|vbs|vbe|jse?|wsf|hta"
    r"|lnk|jar|cpl|reg|sh|pif|msc|wsh|scf|url|chm|appx|msix)$",
    re.IGNORECASE,
)


class Refused(ValueError):
    """받지 않은 파일. 까닭과 할 일을 화면에 그대로 보여 줄 문장으로 담는다."""


def _starts(*marks: bytes) -> Callable[[IO[bytes]], bool]:
    return lambda file: file.read(16).startswith(marks)


def _ole(*streams: str) -> Callable[[IO[bytes]], bool]:
    """옛 오피스와 한글 파일(OLE). 안에 든 흐름의 이름으로 무슨 문서인지 안다."""
    names = [name.encode("utf-16-le") for name in streams]

    def matches(file: IO[bytes]) -> bool:
        if file.read(8) != _OLE:
            return False
        tail = b""
        while chunk := file.read(1 << 20):
            if any(name in tail + chunk for name in names):
                return True
            tail = chunk[-64:]
        return False

    return matches


def _hwp(file: IO[bytes]) -> bool:
    if file.read(32).startswith(b"HWP Document File"):  # 한글 3.0
        return True
    file.seek(0)
    return _ole("HwpSummaryInformation", "FileHeader")(file)


def _gif(file: IO[bytes]) -> bool:
    """머리 다음에 그림 블록이 오는지까지 본다. 머리만 GIF인 스크립트를 막는다."""
    head = file.read(_HEAD)
    if not head.startswith((b"GIF87a", b"GIF89a")) or len(head) < 14:
        return False
    colors = 3 << ((head[10] & 7) + 1) if head[10] & 0x80 else 0
    return head[13 + colors : 14 + colors] in (b"\x21", b"\x2c")


def _text(file: IO[bytes]) -> bool:
    head = file.read(_HEAD)
    encodings = ["utf-16"] if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp949"]
    for encoding in encodings:
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        return "\0" not in text and not _MARKUP.match(text)
    return False


def _zip_names(file: IO[bytes]) -> list[str]:
    """압축 파일에 든 이름들. 목록이 너무 크거나 깨졌으면 풀어 보지 않고 거절한다."""
    if file.read(4) != _ZIP:
        raise Refused("압축 파일이 아닙니다")
    size = file.seek(0, 2)
    file.seek(max(size - 65_557, 0))
    tail = file.read()
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) < at + 22 or _ZIP64_LOCATOR in tail[:at][-20:]:
        raise Refused("압축 파일의 목록을 읽을 수 없습니다")
    entries, list_bytes = struct.unpack_from("<HL", tail, at + 10)
    if entries > _MAX_ZIP_ENTRIES or list_bytes > _MAX_ZIP_LIST_BYTES:
        raise Refused("압축 파일에 든 파일이 너무 많습니다")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise Refused("압축 파일이 깨졌습니다") from problem


def _office(*parts: str) -> Callable[[IO[bytes]], bool]:
    """요즘 오피스와 한글 파일(zip). 그 프로그램의 부분이 있고 매크로가 없어야 한다."""

    def matches(file: IO[bytes]) -> bool:
        names = _zip_names(file)
        if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
            raise Refused("매크로가 든 문서라 받지 않았습니다. 매크로를 빼고 저장해 올려 주세요.")
        return all(any(name.startswith(part) for name in names) for part in parts)

    return matches


def _zip(file: IO[bytes]) -> bool:
    names = _zip_names(file)
    for name in names:
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise Refused(
                "압축을 풀면 다른 폴더에 파일을 쓰게 되어 있어 받지 않았습니다. 파일만 다시 묶어 올려 주세요."
            )
        # 윈도는 이름 끝의 점과 빈칸, 콜론 뒤를 떼고 쓴다.
        if _PROGRAM.search(parts[-1].partition(":")[0].rstrip(". ")):
            raise Refused("압축 파일에 실행 파일이 들어 있어 받지 않았습니다. 문서만 다시 묶어 올려 주세요.")
    return bool(names)


TYPES: dict[str, Callable[[IO[bytes]], bool]] = {
    "pdf": _starts(b"%PDF-"),
    "hwp": _hwp,
    "hwpx": _office("mimetype", "Contents/"),
    "xlsx": _office("[Content_Types].xml", "xl/"),
    "docx": _office("[Content_Types].xml", "word/"),
    "pptx": _office("[Content_Types].xml", "ppt/"),
    "xls": _ole("Workbook", "Book"),
    "doc": _ole("WordDocument"),
    "ppt": _ole("PowerPoint Document"),
    "png": _starts(b"\x89PNG\r\n\x1a\n"),
    "jpg": _starts(b"\xff\xd8\xff"),
    "jpeg": _starts(b"\xff\xd8\xff"),
    "gif": _gif,
    "txt": _text,
    "csv": _text,
    "zip": _zip,
}
ACCEPT = ",".join(f".{extension}" for extension in TYPES)
ALLOWED_TEXT = "PDF, 한글(hwp·hwpx), 엑셀, 워드, 파워포인트, 그림(png·jpg·gif), 글(txt·csv), 압축(zip) 파일"


def check_type(name: str, file: Any) -> None:
    """확장자가 표에 있고 내용이 그 형식인지 본다. 아니면 까닭과 할 일을 담아 Refused 를 낸다."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in TYPES:
        raise Refused(f"받지 않는 형식입니다. {ALLOWED_TEXT}로 올려 주세요.")
    file.seek(0)
    try:
        matches = TYPES[extension](file)
    except Refused as refused:
        sentence = str(refused)
        raise Refused(
            sentence if sentence.endswith(".") else f"{sentence}. 원래 프로그램에서 다시 저장해 올려 주세요."
        ) from None
    finally:
        file.seek(0)
    if not matches:
        raise Refused(
            f"내용이 {extension} 파일이 아닙니다. 문서보안이나 암호가 걸려 있으면 풀고, 아니면 원래 프로그램에서 "
            f"{extension} 형식으로 다시 저장해 올려 주세요."
        )
