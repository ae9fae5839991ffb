"""파일을 여는 자식 프로세스. 부모(reader)가 이 파일을 직접 실행한다.

깨졌거나 일부러 꾸민 파일은 읽기 라이브러리를 통째로 죽이거나 메모리를 다 쓸 수 있으므로, 파일은 자원 한도를 건 이
프로세스에서만 연다. 매크로와 수식은 실행하지 않는다.
여는 일은 core.excel.opening에 있고, 그곳에서는 장고를 부르지 않는다.

표준 출력에 한 줄에 하나씩 JSON을 쓴다.
- 첫 줄: {"format", "sheet", "sheets", "merged", ...} 또는 {"refused": [까닭, 할 일]}
- 행마다: [행 번호, [칸...], 숨은 행이면 1, CSV의 칸 수(엑셀은 0)]
- 끝 줄: {"end": 내용이 있는 행의 수, "gaps": [[빈 행 다음의 행 번호, 그 줄이 시작하는 바이트 자리]...],
  "totals": [빈 행 없이 합계 행 다음에 오는 글자뿐인 행의 같은 것],
  "notes": [[금액 단위를 적은 칸의 행 번호, 열 번호, 글, 그 행의 찬 칸 수]...],
  "signs": [[들여 쓰거나 글머리를 붙인 칸의 행 번호, 열 번호, 들여 쓴 칸 수, 글머리]...]}
칸은 문자열·수·참거짓·빈 글자이고, JSON에 없는 것은 {"d": 날짜} {"dt": 일시} {"t": 시각} {"p": 백분율 서식의 값}
{"e": 오류 글자} {"f": 수식} {"no": [보이는 글, 까닭, 할 일]} {"long": 글자 수, "s": 앞부분}이다.
"""

from __future__ import annotations

import errno
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

if not __package__:
    # 부모가 `python -I`로 이 파일을 바로 돌리면 프로젝트 폴더가 찾는 길에 없다.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.excel.columns import is_unit_only
from core.excel.opening.csv_text import csv_rows, csv_sheets
from core.excel.opening.file_kind import file_format
from core.excel.opening.hangul import hangul_rows, hangul_sheets
from core.excel.opening.refusal import DAMAGED, SAVE_AS, Refused
from core.excel.opening.web_tables import web_rows, web_sheets
from core.excel.opening.xls_book import xls_rows, xls_sheets
from core.excel.opening.xlsx_book import xlsx_rows, xlsx_sheets
from core.excel.opening.xml_spreadsheet import xml_rows, xml_sheets
from core.excel.totals import total_label

# 부모가 까닭을 알아볼 수 있게 정한 종료 번호
EXIT_DAMAGED = 1
EXIT_MISSING_LIBRARY = 2
EXIT_TOO_MUCH_OUTPUT = 3
EXIT_TOO_MUCH_MEMORY = 4

_MOST_GAPS = 500
_MOST_TOTALS = 200
_MOST_NOTES = 40
_MOST_SIGNS = 5_000
# 들여 쓰거나 글머리를 붙인 글. 뒤에 수가 오면 음수이다.
_BULLETS = "ΟοоОㅇ○◦●◎□■▪▫·ㆍ•∙◆◇▶▷☞–-"
_SIGN = re.compile(rf"(?P<indent>[ \u3000\xa0\t]*)(?P<bullet>[{_BULLETS}]?)[ \u3000\xa0]*[^\s0-9]")
_SIGNED = re.compile(rf'"(?:[ \u3000\xa0]|\\t|[{_BULLETS}][^0-9"])')
# 단위사업의 단위는 금액의 단위가 아니다.
_UNIT_HINT = re.compile("단위(?!사업)")
# 칸 하나가 금액 단위만 알리는 글일 수 있는 줄
_UNIT_CELL = re.compile(
    r'"\s*(?:(?:주|비고|참고)?\s*[0-9]*\s*[)）.:：]*\s*(?:[0-9]+[.)）])?)?'
    r'\s*[※*＊]*\s*(?:[(（\[〔<〈【]|금액|단위|단 위|[^"\s]{1,6}\s*단위)'
)


def _encoded(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"dt": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"t": value.isoformat()}
    if isinstance(value, timedelta):
        return {"t": str(value)}
    raise TypeError(type(value).__name__)


def _without_long_cells(cells: list[Any], longest: int) -> list[Any]:
    return [
        {"long": len(cell), "s": cell[:100]} if isinstance(cell, str) and len(cell) > longest else cell
        for cell in cells
    ]


def send(note: dict[str, Any], rows: Iterator[list[Any]], limits: dict[str, Any], out: Any) -> None:
    """알림 한 줄과 행들, 끝 줄을 쓴다."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_encoded).encode
    if note["format"] != "csv":
        next(rows)
    # 부모가 표가 시작할 만한 곳만 다시 볼 수 있게 자리를 세면서 바이트로 쓴다.
    out.flush()
    write = out.buffer.write
    offset = write((encode(note) + "\n").encode("utf-8", "replace"))
    content = 0
    longest = limits["cell_chars"]
    gaps: list[list[int]] = []
    totals: list[list[int]] = []
    notes: list[list[Any]] = []
    signs: list[list[Any]] = []
    previous = -1
    after_total = False
    for row in rows:
        content += 1
        line = encode(row)
        if len(line) > longest:
            row[1] = _without_long_cells(row[1], longest)
            line = encode(row)
        if row[0] != previous + 1 and len(gaps) < _MOST_GAPS:
            gaps.append([row[0], offset])
        elif after_total and len(totals) < _MOST_TOTALS and _only_texts(row[1]):
            totals.append([row[0], offset])
        # 글자를 통째로 찾는 것이 칸마다 보는 것보다 훨씬 빠르다. 대부분의 행은 여기서 끝난다.
        hinted = "원)" in line or "원]" in line or ("단위" in line and _UNIT_HINT.search(line))
        if hinted and len(notes) < _MOST_NOTES and _UNIT_CELL.search(line):
            notes.extend(_unit_notes(row))
        if len(signs) < _MOST_SIGNS and _SIGNED.search(line):
            signs.extend(_signs(row))
        after_total = _is_total(row[1])
        previous = row[0]
        offset += write((line + "\n").encode("utf-8", "replace"))
    write((encode({"end": content, "gaps": gaps, "totals": totals, "notes": notes[:_MOST_NOTES], "signs": signs}) + "\n").encode())


def _is_total(cells: list[Any]) -> bool:
    """‘계’, ‘합계’ 따위만 적은 칸으로 시작하는 행인가."""
    first = next((cell for cell in cells if cell != ""), "")
    found = total_label(first) if isinstance(first, str) and len(first) < 20 else None
    return bool(found and found[1])


def _unit_notes(row: list[Any]) -> Iterator[list[Any]]:
    filled = sum(cell != "" for cell in row[1])
    for place, cell in enumerate(row[1]):
        if isinstance(cell, str) and len(cell) < 100 and is_unit_only(cell):
            yield [row[0], place, cell, filled]


def _signs(row: list[Any]) -> Iterator[list[Any]]:
    """[행, 열, 들여 쓴 칸 수, 글머리]"""
    for place, cell in enumerate(row[1]):
        if isinstance(cell, str) and (found := _SIGN.match(cell)) and found.end() > 1:
            yield [row[0], place, len(found["indent"]), found["bullet"]]


def _only_texts(cells: list[Any]) -> bool:
    return all(isinstance(cell, str) for cell in cells)


# 파일의 종류(file_format)마다 시트의 목록을 내는 법과 시트 하나의 행을 내는 법
_READERS: dict[str, tuple[Callable[..., list[list[Any]]], Callable[..., tuple[dict[str, Any], Iterator[list[Any]]]]]] = {
    "csv": (csv_sheets, csv_rows),
    "html": (partial(web_sheets, "html"), partial(web_rows, "html")),
    "mhtml": (partial(web_sheets, "mhtml"), partial(web_rows, "mhtml")),
    "xml": (xml_sheets, xml_rows),
    "hangul": (hangul_sheets, hangul_rows),
    "zip": (xlsx_sheets, xlsx_rows),
    "xls": (xls_sheets, xls_rows),
}


def run(request: dict[str, Any], out: Any) -> None:
    """부탁 하나를 처리한다. request: {"task": "rows"|"sheets", "path", "sheet", "limits"}"""
    path, limits, wanted = Path(request["path"]), request["limits"], request.get("sheet")
    size = path.stat().st_size
    if size > limits["file_bytes"]:
        raise Refused(
            f"파일이 {limits['file_bytes'] >> 20}MB를 넘습니다", "필요한 시트와 행만 남기고 다시 저장해 올려 주세요"
        )
    list_sheets, open_rows = _READERS[file_format(path)]
    if request["task"] == "sheets":
        out.write(json.dumps({"sheets": list_sheets(path, limits)}, ensure_ascii=False) + "\n")
        return
    note, rows = open_rows(path, wanted, limits)
    send(note, rows, limits, out)


def _set_limits(limits: dict[str, Any]) -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["output_bytes"], limits["output_bytes"]))


def main() -> int:
    """argv[1]의 JSON 부탁을 처리하고 종료 번호를 돌려준다."""
    request = json.loads(sys.argv[1])
    _set_limits(request["limits"])
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="\n")
    try:
        with out:
            try:
                run(request, out)
            except Refused as refusal:
                out.write(json.dumps({"refused": [refusal.reason, refusal.remedy]}, ensure_ascii=False) + "\n")
            except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, IndexError, UnicodeError):
                out.write(json.dumps({"refused": [DAMAGED, SAVE_AS]}, ensure_ascii=False) + "\n")
    except ModuleNotFoundError:
        return EXIT_MISSING_LIBRARY
    except OSError as error:
        return EXIT_TOO_MUCH_OUTPUT if error.errno == errno.EFBIG else EXIT_DAMAGED
    except (MemoryError, ImportError):
        # 메모리가 모자라면 라이브러리를 싣는 데서부터 실패한다.
        return EXIT_TOO_MUCH_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
