"""셀 서식 가운데 저장된 수와 보이는 수가 다른 것을 찾는다."""

from __future__ import annotations

import re
import zipfile

from core.excel.opening.zip_checks import small_part

BUILTIN_PERCENT = {9, 10}
_NUMBER_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b([^>]*)>")
_XFS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.S)
_XF = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
QUOTED = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|&quot;.*?&quot;')
_SCALED = re.compile(r"[0#?](,+)(?![0#?,])")


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """XML 속성 글에서 name 의 값. 없으면 None."""
    found = re.search(rb"(?<![\w:])" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", attributes)
    return (found[1] if found[1] is not None else found[2]) if found else None


def scale_of(code: str) -> int:
    """수를 줄여 보이는 서식(`#,##0,`)의 배수. 줄이지 않으면 1."""
    found = _SCALED.search(code)
    return int(1000 ** len(found[1])) if found else 1


def special_styles(archive: zipfile.ZipFile) -> tuple[set[int], dict[int, int]]:
    """백분율 서식의 스타일 번호와, 천 단위를 줄여 보이는 서식의 {스타일 번호: 배수}."""
    data = small_part(archive, "xl/styles.xml")
    percents, scaled = set(BUILTIN_PERCENT), {}
    for found in _NUMBER_FORMAT.finditer(data):
        number, code = attribute(found[1], b"numFmtId"), attribute(found[1], b"formatCode")
        if not number or not code or not number.isdigit():
            continue
        first = QUOTED.sub("", code.decode("utf-8", "replace")).split(";")[0]
        if "%" in first:
            percents.add(int(number))
        elif (scale := scale_of(first)) > 1:
            scaled[int(number)] = scale
    block = _XFS.search(data)
    formats = [int(attribute(found[1], b"numFmtId") or 0) for found in _XF.finditer(block[0])] if block else []
    return (
        {i for i, number in enumerate(formats) if number in percents},
        {i: scaled[number] for i, number in enumerate(formats) if number in scaled},
    )
