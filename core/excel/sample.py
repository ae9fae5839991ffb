"""표본의 표(fixtures/sample)를 사람이 엑셀을 올리는 길 그대로 싣는다: 읽고, 견주고, 반영한다. 틀린 줄이 하나라도 있으면 싣지 않는다."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.deadlines.working_days import Calendar
from core.excel.preview import NEW
from core.excel.resource import ExcelResource
from core.history.clearing import SAMPLE_SOURCE

# 싣는 날에서 세는 날짜의 칸: 오늘, 오늘+3, 오늘-40
_FROM_TODAY = re.compile(r"(?<=[,\n])오늘([+-]\d+)?(?=[,\n])")


class SampleRefused(Exception):
    """제품이 받지 않는 줄이나 읽지 않는 열이 표본에 있다."""


def load_sheet(resource: ExcelResource, place: str) -> list[Any]:
    """place(「legal/lawsuits/cases」)의 표를 올려 반영하고, 그 자료를 파일의 차례대로 준다. 새로 생긴 행은 표본이다."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{place.replace('/', ' ')}.csv"
        path.write_text(_text(place), encoding="utf-8")
        with resource.read(path) as reading:
            preview = resource.preview(reading, None)
            unread = [one.text for one in reading.headings if one.index not in reading.match.matched.values()]
    if unread or preview.errors or preview.set_aside:
        raise SampleRefused(f"{place}: {[*unread, *preview.errors, *preview.set_aside][:3]}")
    for row in preview.of(NEW):
        row.instance.is_sample = True
    resource.apply(preview, None, SAMPLE_SOURCE)
    return [row.instance for row in preview.rows]


def sheet_lines(place: str) -> list[dict[str, str]]:
    """엑셀의 약속이 없는 자료의 표: {머리글: 칸의 글}."""
    return list(csv.DictReader(io.StringIO(_text(place))))


def _text(place: str) -> str:
    """시트의 글. 오늘에서 센 날은 근무일로 옮긴다: 앞날은 다음 근무일, 지난날은 앞 근무일이다."""
    today, calendar = timezone.localdate(), Calendar.load().without_unknown()

    def day(found: re.Match[str]) -> str:
        days = int(found[1] or 0)
        on = today + timedelta(days=days)
        return f"{calendar.on_or_after(on) if days > 0 else calendar.on_or_before(on):%Y-%m-%d}"

    path = Path(settings.BASE_DIR) / "fixtures" / "sample" / f"{place}.csv"
    return _FROM_TODAY.sub(day, path.read_text(encoding="utf-8"))
