"""CSV의 인코딩과 구분 글자를 알아내고 행으로 나눈다."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.excel.opening.file_kind import utf16_guess
from core.excel.opening.refusal import Refused, check_size
from core.excel.opening.sheet_facts import opening_note


def decoded(data: bytes) -> tuple[str, str]:
    """글자와 인코딩 이름. 몇 글자만 깨졌으면 U+FFFD로 남겨 그 행이 오류로 보이게 한다."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name
    guess = utf16_guess(data[:4096])
    for name in (guess,) if guess else ("utf-8", "cp949"):
        try:
            return (_one_byte_blanks(data) if name == "cp949" else data).decode(name), name
        except UnicodeDecodeError:
            continue
    tries = [(data.decode("utf-8", "replace"), "utf-8"), (_one_byte_blanks(data).decode("cp949", "replace"), "cp949")]
    text, name = min(tries, key=lambda pair: pair[0].count("\ufffd"))
    if text.count("\ufffd") > len(text) / 20:
        raise Refused("글자를 알아볼 수 없는 파일입니다", "CSV를 UTF-8로 다시 저장해 올려 주세요")
    return text, name


# cp949 의 두 바이트 글자이거나, 웹에서 붙여 넣은 한 바이트 빈칸(0xA0). 그대로 풀면 다음 글자와 붙어 딴 글자가 된다.
_CP949 = re.compile(rb"([\x81-\x9f\xa1-\xfe][\x41-\x5a\x61-\x7a\x81-\xfe])|\xa0")


def _one_byte_blanks(data: bytes) -> bytes:
    return _CP949.sub(lambda found: found[1] or b" ", data) if b"\xa0" in data else data


# 옛 시스템이 붙인 파일 끝 표시(Ctrl-Z)와, 이어 붙인 파일의 줄 머리에 남은 BOM
_JOINTS = re.compile("[\x1a\ufeff]+(?=[\r\n]|$)|(?<=[\r\n])[\x1a\ufeff]+")
# 앞의 0 을 지키려고 수식처럼 적은 글: ="00401", =T("00401"), ="00401"&""
_AS_FORMULA = re.compile(r'=(?:T\()?(?P<marks>""|")(?P<text>[^"]*)(?P=marks)\)?(?:&"")?', re.I)


def _plain(cell: str) -> str:
    """수식처럼 적은 글이면 그 글."""
    if cell[:1] == "=" and (found := _AS_FORMULA.fullmatch(cell.strip())):
        return found["text"]
    return cell


def _is_tabbed(text: str) -> bool:
    """줄의 절반 넘게 글 사이에 탭이 있는가. 금액의 자릿점이 쉼표로 나눈 칸보다 많을 수 있어 탭을 먼저 본다."""
    lines = [line for line in text[:65536].splitlines()[:50] if line.strip()]
    return sum("\t" in line.strip() for line in lines) * 2 > len(lines)


def _delimiter(text: str) -> str:
    """탭이 줄마다 있으면 탭, 아니면 쉼표, 세미콜론, 탭, 세로줄 가운데 앞쪽 행들을 가장 고르게 여러 칸으로 나누는 것."""
    if re.match(r"sep=.[\r\n]", text):
        return text[4]
    if _is_tabbed(text):
        return "\t"
    sample = io.StringIO(text[:65536], newline="")
    best, best_score = ",", 0
    for mark in ",\t;|":
        sample.seek(0)
        widths: Counter[int] = Counter()
        try:
            for record, _ in zip(csv.reader(sample, delimiter=mark, skipinitialspace=True), range(50), strict=False):
                if len(record) > 1:
                    widths[len(record)] += 1
        except csv.Error:
            continue
        score = max((count * min(width, 20) for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = mark, score
    return best


def csv_sheets(path: Path, limits: dict[str, Any]) -> list[list[Any]]:
    """시트 하나로 본 [이름, 숨김, 내용이 있는 행 수]"""
    return [["CSV", False, sum(1 for _ in csv_rows(path, None, limits)[1])]]


def csv_rows(path: Path, _sheet: str | None, limits: dict[str, Any]) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """CSV의 알림과 행들. 시트는 없다. 행 번호는 엑셀에서 열었을 때의 번호(레코드 차례)이다."""
    text, encoding = decoded(path.read_bytes())
    text = _JOINTS.sub("", text)
    mark = _delimiter(text)
    # 빈칸 뒤의 따옴표가 없으면 앞의 빈칸은 들여쓰기일 수 있어 남긴다.
    spaced = re.search(rf'(?:^|{re.escape(mark)}) +"', text, re.M) is not None
    csv.field_size_limit(1 << 22)

    def rows() -> Iterator[list[Any]]:
        number = content = 0
        records = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True, skipinitialspace=spaced)
        while True:
            number += 1
            try:
                record = [_plain(cell) for cell in next(records)]
            except StopIteration:
                return
            except csv.Error:
                raise Refused(
                    f"{number}행의 따옴표(\")가 맞지 않아 칸을 나눌 수 없습니다",
                    "엑셀에서 파일을 열어 그 행을 고친 뒤 CSV로 다시 저장해 주세요",
                ) from None
            width = len(record)
            while record and not record[-1].strip():
                record.pop()
            if not record:
                continue
            content += 1
            check_size(content, len(record), number, limits)
            yield [number, record, 0, width]

    return opening_note("csv", "CSV", [("CSV", False)]) | {"encoding": encoding, "delimiter": mark}, rows()
