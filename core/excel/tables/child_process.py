"""자식 프로세스에게 파일을 읽히고 결과를 받는다."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, NamedTuple

from core.excel import child
from core.excel.values import Fault, Percent, Shown

logger = logging.getLogger(__name__)

LONGEST_LINE = 64 << 20
_LONGEST_END = 1 << 20


class FileRefused(Exception):
    """파일 전체를 받지 않는다. reason은 까닭, remedy는 할 일이며 모두 한국어 문장이다."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True)
class Limits:
    """파일 하나를 읽는 한도. 크기는 바이트, 시간은 초, cells는 시트가 차지하는 네모의 칸 수이다."""

    file_bytes: int = 20 << 20
    unpacked_bytes: int = 400 << 20
    entries: int = 2_000
    ratio: int = 200
    rows: int = 200_000
    columns: int = 200
    cells: int = 40_000_000
    cell_chars: int = 32_767
    cpu_seconds: int = 20
    wall_seconds: int = 90
    memory_bytes: int = 1536 << 20
    output_bytes: int = 512 << 20


# 엑셀 한 시트에 들어가는 만큼. 명령과 뒤에서 도는 작업이 원장을 읽을 때 쓴다.
WHOLE_SHEET = Limits(
    file_bytes=400 << 20, unpacked_bytes=4 << 30, rows=1_048_575, cells=250_000_000, cpu_seconds=300, wall_seconds=900,
    memory_bytes=6 << 30, output_bytes=4 << 30,
)  # fmt: skip


class SheetInfo(NamedTuple):
    """시트 하나. rows는 내용이 있는 행의 수이다."""

    name: str
    hidden: bool
    rows: int


SAVE_AGAIN = "엑셀에서 파일을 열어 ‘Excel 통합 문서(.xlsx)’로 다시 저장해 올려 주세요"
_SPLIT = "필요한 시트와 행만 남기거나 파일을 나누어 올려 주세요"
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR", "SYSTEMROOT")


def ask_child(path: Path, task: str, limits: Limits, sheet: str | None = None) -> IO[bytes]:
    """자식에게 파일을 읽히고 결과가 담긴 임시 파일을 돌려준다. 자식이 죽거나 한도를 넘으면 FileRefused.

    결과를 파이프가 아니라 임시 파일로 받는 까닭은 세 가지이다. 자식이 끝까지 읽은 것을 확인한 뒤에 첫 행을 내줄 수 있고,
    부모가 느리게 읽어도 자식의 시간 한도와 상관이 없으며, 출력 한도를 운영체제가 지켜 준다.
    """
    request = {"task": task, "path": str(Path(path).resolve(strict=True)), "sheet": sheet, "limits": asdict(limits)}
    spool = tempfile.TemporaryFile(prefix="excel-")  # noqa: SIM115 - 돌려준 뒤에 부른 쪽이 닫는다
    try:
        process = subprocess.Popen(  # noqa: S603 - 실행 파일과 인자는 모두 우리가 정한다
            [sys.executable, "-I", child.__file__, json.dumps(request)],
            stdin=subprocess.DEVNULL,
            stdout=spool,
            stderr=subprocess.DEVNULL,
            cwd=Path(child.__file__).anchor,
            env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
        )
        try:
            code = process.wait(timeout=limits.wall_seconds)
        except BaseException as error:
            process.kill()
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise FileRefused("파일을 읽는 데 너무 오래 걸립니다", _SPLIT) from None
            raise
        if code:
            raise _child_died(code)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool


def _child_died(code: int) -> Exception:
    logger.warning("엑셀 읽기 프로세스가 종료 번호 %s(으)로 끝났습니다", code)
    if code == child.EXIT_MISSING_LIBRARY:
        return RuntimeError("엑셀 읽기에 필요한 python-calamine 또는 defusedxml이 설치되어 있지 않습니다")
    if code == child.EXIT_TOO_MUCH_OUTPUT:
        return FileRefused("파일의 내용이 너무 많습니다", _SPLIT)
    if code in (-24, -9):
        return FileRefused("파일을 읽는 데 너무 오래 걸립니다", _SPLIT)
    if code in (child.EXIT_TOO_MUCH_MEMORY, -6):
        return FileRefused("파일이 손상되었거나 시트 범위가 너무 커서 읽지 못했습니다", SAVE_AGAIN)
    return FileRefused("파일이 손상되어 읽지 못했습니다", SAVE_AGAIN)


# 표시 형식 때문에 보이는 것과 저장된 것이 어긋나 짐작할 수 없는 칸
_UNSEEN = {
    "hidden": ("표시 형식 때문에 화면에는 보이지 않는 수입니다", "표시 형식을 ‘숫자’로 바꾸어 값을 확인해 주세요"),
    "sign": ("저장된 값은 음수인데 표시 형식 때문에 화면에는 양수로 보입니다", "표시 형식을 ‘숫자’로 바꾸어 부호를 확인해 주세요"),
    "twice": ("음수에 음수 표시(△)가 겹쳐 보입니다", "표시 형식을 ‘숫자’로 바꾸어 부호를 확인해 주세요"),
}


def _revive(value: dict[str, Any]) -> Any:
    """자식이 보낸 JSON에서 날짜, 백분율, 오류 칸을 되살린다."""
    if "d" in value:
        return date.fromisoformat(value["d"])
    if "dt" in value:
        return datetime.fromisoformat(value["dt"])
    if "t" in value:
        try:
            return time.fromisoformat(value["t"])
        except ValueError:
            return Fault(value["t"], "날짜 없이 시간만 들어 있습니다", "칸 서식을 확인해 다시 적어 주세요")
    if "p" in value:
        return Percent(value["p"])
    if "n" in value:
        return Shown(value["n"], value["x"], value["u"], value["s"])
    if "q" in value:
        return Fault(f"{value['q']:,.15g}", *_UNSEEN[value["why"]])
    if "e" in value:
        return Fault(value["e"], f"엑셀 오류값({value['e']})이 들어 있습니다", "수식을 고치거나 값을 직접 적어 주세요")
    if "no" in value:
        return Fault(*value["no"])
    if "f" in value:
        return Fault("", "수식의 계산 결과가 저장되어 있지 않습니다", "엑셀에서 파일을 열어 저장한 뒤 다시 올려 주세요")
    if "long" in value:
        return Fault(
            value["s"] + "…",
            f"글자가 {value['long']:,}자로 한 칸의 한도(32,767자)를 넘습니다",
            "내용을 줄이거나 나누어 적어 주세요",
        )
    return value


decode_row = json.JSONDecoder(object_hook=_revive).decode


def first_line(spool: IO[bytes]) -> dict[str, Any]:
    """자식이 맨 앞에 적은 말. 읽지 못한다는 말이면 FileRefused 를 낸다."""
    note = json.loads(spool.readline(LONGEST_LINE) or b"{}")
    if "refused" in note:
        raise FileRefused(*note["refused"])
    if "sheets" not in note and "format" not in note:
        raise FileRefused("파일이 손상되어 읽지 못했습니다", SAVE_AGAIN)
    return dict(note)


def list_sheets(path: Path, limits: Limits | None = None) -> list[SheetInfo]:
    """시트 목록을 파일에 있는 차례로 돌려준다. 읽을 수 없는 파일이면 FileRefused."""
    with ask_child(path, "sheets", limits or Limits()) as spool:
        return [SheetInfo(*item) for item in first_line(spool)["sheets"]]


def last_line(spool: IO[bytes]) -> dict[str, Any]:
    """끝 줄에 적힌 행의 수(end), 빈 행 다음 자리들(gaps), 합계 행 다음 자리들(totals), 금액 단위를 적은 칸들(notes),
    들여 쓰거나 글머리를 붙인 칸들(signs).

    읽다가 거절했으면 끝 줄이 그 까닭이고, 끝 줄이 없으면 자식이 다 쓰지 못한 것이다.
    """
    end = spool.seek(0, os.SEEK_END)
    spool.seek(max(0, end - _LONGEST_END))
    line = spool.read().rstrip(b"\n").rpartition(b"\n")[2]
    if line.startswith(b'{"refused":'):
        raise FileRefused(*json.loads(line)["refused"])
    if not re.fullmatch(rb'\{"end":\d+,"gaps":[\[\]\d,]*,"totals":[\[\]\d,]*,"notes":\[.*\],"signs":\[.*\]\}', line, re.S):
        raise FileRefused("파일이 손상되어 읽지 못했습니다", SAVE_AGAIN)
    return dict(json.loads(line))
