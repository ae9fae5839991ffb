"""OLE 파일(옛 xls, hwp)이 무엇인지 가리고 통합 문서 스트림을 꺼낸다."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from core.excel.opening.refusal import DAMAGED, Refused

_END_OF_CHAIN = 0xFFFFFFFA
_STREAM, _ROOT = 2, 5


def is_hangul(data: bytes) -> bool:
    """한글 문서(.hwp)인가. 엑셀에 끼워 넣은 한글 개체가 있어도 통합 문서가 있으면 엑셀이다."""
    entries, _read = _opened(data)
    names = {name for name, _kind, _start, _length in entries}
    return {"fileheader", "docinfo"} <= names and not names & {"workbook", "book"}


def ole_stream(data: bytes) -> bytes:
    """OLE 파일에서 Workbook 스트림을 꺼낸다. 고리를 이루거나 파일 밖을 가리키는 섹터 사슬은 손상으로 본다."""
    entries, read = _opened(data)
    found = [(start, length) for name, kind, start, length in entries if name == "workbook" and kind == _STREAM]
    if not found:
        raise Refused("엑셀 97 이후의 통합 문서가 아닙니다")
    return read(*found[-1])


def _opened(data: bytes) -> tuple[list[tuple[str, int, int, int]], Callable[[int, int], bytes]]:
    """(이름, 종류, 시작, 길이)의 목록과, 시작과 길이로 스트림을 읽는 함수."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    fat_count, directory_start = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    cutoff, mini_fat_start = struct.unpack_from("<I", data, 56)[0], struct.unpack_from("<I", data, 60)[0]
    difat_start = struct.unpack_from("<I", data, 68)[0]
    size = 1 << shift
    if shift not in (9, 12) or mini_shift != 6 or fat_count * size > len(data):
        raise Refused(DAMAGED)
    sectors = len(data) // size + 1

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    def chain(start: int, table: Any) -> Iterator[int]:
        for _ in range(max(sectors, len(table)) + 1):
            if start >= _END_OF_CHAIN:
                return
            yield start
            start = table[start]
        raise Refused(DAMAGED)

    def numbers(raw: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])

    places = list(struct.unpack_from("<109I", data, 76))
    for _ in range(sectors):
        if difat_start >= _END_OF_CHAIN:
            break
        *more, difat_start = numbers(sector(difat_start))
        places += more
    fat = numbers(b"".join(sector(place) for place in places[:fat_count] if place < _END_OF_CHAIN))

    def stream(start: int) -> bytes:
        return b"".join(sector(place) for place in chain(start, fat))

    directory = stream(directory_start)
    entries = []
    for at in range(0, len(directory) - 127, 128):
        name = directory[at : at + max(0, struct.unpack_from("<H", directory, at + 64)[0] - 2)].decode("utf-16-le", "replace")
        entries.append((name.lower(), directory[at + 66], *struct.unpack_from("<II", directory, at + 116)))

    def read(start: int, length: int) -> bytes:
        if length >= cutoff:
            return stream(start)[:length]
        root = b"".join(stream(first) for _name, kind, first, _size in entries if kind == _ROOT)
        mini_fat = numbers(stream(mini_fat_start))
        return b"".join(root[place * 64 : place * 64 + 64] for place in chain(start, mini_fat))[:length]

    return entries, read
