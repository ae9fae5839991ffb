"""xlsx 압축을 풀기 전에 위험한 파일을 거르고, 부분을 조각으로 푼다."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.excel.opening.refusal import DAMAGED, Refused

_CHUNK = 1 << 20
_DOTDOT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:")
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_OTHER_ZIPS = (
    ("xl/workbook.bin", "바이너리 통합 문서(.xlsb)입니다"),
    ("content.xml", "오픈도큐먼트(.ods) 파일입니다"),
    ("word/document.xml", "워드 문서입니다"),
    ("ppt/presentation.xml", "파워포인트 문서입니다"),
    ("Contents/header.xml", "한글 문서(.hwpx)입니다"),
    ("Index/Document.iwa", "Numbers 파일입니다"),
)


def open_archive(path: Path, limits: dict[str, Any]) -> zipfile.ZipFile:
    """엑셀 파일(.xlsx)을 위험한 것이 없는지 보고 연다."""
    archive = checked_archive(path, limits)
    names = archive.namelist()
    if not part_named(archive, "xl/workbook.xml"):
        for name, reason in _OTHER_ZIPS:
            if name in names:
                raise Refused(reason)
        inside = [name for name in names if name.lower().endswith((".xlsx", ".xls", ".xlsm", ".csv"))]
        if inside:
            raise Refused(f"엑셀이나 CSV 파일 {len(inside):,}개를 묶은 압축 파일입니다", "압축을 풀어 파일을 하나씩 올려 주세요")
        raise Refused("엑셀 파일이 아닌 압축 파일입니다", "엑셀(.xlsx, .xls)이나 CSV 파일을 올려 주세요")
    return archive


def checked_archive(path: Path, limits: dict[str, Any]) -> zipfile.ZipFile:
    """압축을 풀기 전에 목록만 보고 위험한 파일을 거른다."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused("파일이 끝까지 저장되지 않았거나 손상되었습니다") from None
    entries = archive.infolist()
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 65_600))
        endings = stream.read().count(b"PK\x05\x06")
    names = [entry.filename for entry in entries]
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > limits["entries"]:
        raise Refused(f"압축 안의 파일이 {limits['entries']:,}개를 넘습니다")
    if total > limits["unpacked_bytes"] or (total > 10 << 20 and total > packed * limits["ratio"]):
        raise Refused(
            f"압축을 풀면 너무 큰 파일입니다({total >> 20:,}MB)", "필요한 시트와 행만 남기고 다시 저장해 올려 주세요"
        )
    if len({_plain(name) for name in names}) != len(names) or endings != 1:
        raise Refused("같은 이름의 내용이 두 번 들어 있는 비정상 파일입니다")
    if any(_DOTDOT.search(entry.filename) or stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise Refused("파일 안에 허용하지 않는 경로가 들어 있습니다")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("암호가 걸려 있습니다", "암호를 풀고 다시 저장해 주세요")
    return archive


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower()


def part_named(archive: zipfile.ZipFile, part: str) -> str:
    """그 이름의 부분이 압축에 적힌 이름. 대문자나 역슬래시(\\)로 적은 프로그램이 있다. 없으면 빈 글자."""
    names = archive.namelist()
    return part if part in names else next((name for name in names if _plain(name) == part.lower()), "")


def xml_chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """한 부분을 조각으로 풀어 가며 위험한 XML을 거른다. 길이와 CRC가 목록과 다르면 zipfile이 오류를 낸다."""
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not tail and (chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in chunk[:4]):
                raise Refused("엑셀이 쓰지 않는 글자 형식으로 저장되어 있습니다")
            if len(chunk.translate(None, _CONTROL)) != len(chunk):
                raise Refused("파일 안에 제어 문자가 섞여 있습니다")
            if b"<!" in tail + chunk and _ENTITY.search(tail + chunk):
                raise Refused("허용하지 않는 문서 형식 선언(DOCTYPE)이 들어 있습니다")
            tail = chunk[-9:]
            yield chunk


def small_part(archive: zipfile.ZipFile, part: str) -> bytes:
    """통째로 읽어도 되는 작은 부분. 없으면 빈 값, 지나치게 크면 받지 않는다(Refused)."""
    part = part_named(archive, part)
    if not part:
        return b""
    if archive.getinfo(part).file_size > 20 << 20:
        raise Refused(DAMAGED)
    return b"".join(xml_chunks(archive, part))


def workbook_sheets(archive: zipfile.ZipFile) -> list[tuple[str, str, str]]:
    """시트의 (이름, 상태, 부분 경로). 상태는 visible, hidden, veryHidden. 차트 시트는 뺀다."""
    from defusedxml import ElementTree

    links = {}
    for node in ElementTree.fromstring(small_part(archive, "xl/_rels/workbook.xml.rels")):
        target = node.get("Target", "")
        target = target.replace("\\", "/")
        full = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        links[node.get("Id")] = (node.get("Type", "").rpartition("/")[2], full)
    sheets = []
    for node in ElementTree.fromstring(small_part(archive, "xl/workbook.xml")).iter():
        if node.tag.rpartition("}")[2] != "sheet":
            continue
        link = next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == "id" and "}" in key), "")
        kind, part = links.get(link, ("", ""))
        if kind == "worksheet":
            part = part_named(archive, part)
            if not part:
                raise Refused(DAMAGED)
            sheets.append((node.get("name", ""), node.get("state", "visible"), part))
    if not sheets:
        raise Refused("시트가 하나도 없는 파일입니다")
    return sheets
