"""사업 한 건을 보고서 모양으로 그릴 조각: 줄, 표, 예산현황, 소요예산."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from core.figures.inline import FigureReader
from core.figures.models import RATE_MODE, RATE_PLACES, ReportedValue, Setting, Settings
from core.formats import MISSING, money, rate, round_rate
from planning.work_plans import outline
from planning.work_plans.models import WorkItem, WorkTable

_LEVELS = {outline.HEADING: "l0", outline.CIRCLE: "l1", outline.DASH: "l2", outline.DOT: "l3", outline.NOTE: "l1", outline.PLAIN: "l1"}


def report_items(items: list[WorkItem], reader: FigureReader | None = None) -> list[dict[str, Any]]:
    """여러 사업의 조각. 질의 세 번에, 글에 든 수치마다 그 수치의 질의. reader 가 없으면 {수치} 를 적은 그대로 보인다."""
    tables = defaultdict[int, dict[str, WorkTable]](dict)
    for table in WorkTable.objects.filter(item__in=items):
        tables[table.item_id][table.name] = table
    settings = Setting.objects.values_on()
    codes = [f"section.{item.number}.rate" for item in items]
    printed = {(one.section, one.code): one.printed for one in ReportedValue.objects.filter(code__in=codes)}
    return [
        {
            "item": item, "purpose": runs(item.purpose, reader),
            "parts": parts(item, tables[item.pk], settings, printed.get((item.code, f"section.{item.number}.rate"), ""), reader),
            "loose": loose_tables(item, tables[item.pk].values()),
        }
        for item in items
    ]  # fmt: skip


def parts(
    item: WorkItem, tables: Mapping[str, WorkTable], settings: Settings, printed: str = "", reader: FigureReader | None = None
) -> list[dict[str, Any]]:
    """본문의 조각을 차례로. kind 는 line·table·budget."""
    found: list[dict[str, Any]] = []
    for line in item.outline:
        if line.mark == outline.TABLE:
            table = tables.get(line.text)
            found.append({"kind": "table", "name": line.text, "table": table, "grid": grid(table, reader)})
        elif line.mark == outline.REQUIRED:
            found.append({"kind": "line", "level": "l0", "mark": outline.HEADING, "runs": [(item.required_text, None)],
                          "right": ""})  # fmt: skip
        elif line.mark == outline.BUDGET:
            heading = {"mark": outline.HEADING, "runs": [(outline.MONEY_SECTIONS[line.mark], None)], "right": "(단위: 천원)"}
            found.append({"kind": "line", "level": "l0", **heading})
            found.append({"kind": "budget", **budget(item, settings), "printed": printed})
        else:
            found.append({"kind": "line", "level": _LEVELS[line.mark], "mark": line.mark, "runs": runs(line.text, reader),
                          "right": line.right})  # fmt: skip
    return found


def grid(table: WorkTable | None, reader: FigureReader | None) -> dict[str, Any]:
    """표의 칸. 칸에 든 {수치} 도 채운다."""
    if table is None:
        return {}
    rows = [
        [replace(cell, lines=tuple("".join(text for text, _reading in runs(line, reader)) for line in cell.lines)) for cell in row]
        for row in table.rows
    ]
    return {"rows": rows, "heading_rows": table.heading_rows}


def runs(text: str, reader: FigureReader | None) -> list[tuple[str, Any]]:
    """글을 (글자, 수치이면 읽은 것)의 낱으로."""
    return list(reader.fill(text)) if reader else [(text, None)]


def budget(item: WorkItem, settings: Settings) -> dict[str, Any]:
    """예산현황의 칸: 예산액과 집행액(재원), 집행률."""
    cells = []
    for kind in ("budget", "spent"):
        total = item.total(kind)
        sources = ", ".join(f"{label} {money(value)}" for label, value in item.amounts(kind))
        cells.append((money(total) if total is not None else MISSING, f"({sources})" if sources else ""))
    places = settings[RATE_PLACES]
    value = item.spent_rate
    text = MISSING if value is None else rate(round_rate(value, places, settings[RATE_MODE]), places)
    return {"cells": cells, "rate": text, "spent_on": item.spent_on}


def loose_tables(item: WorkItem, tables: Iterable[WorkTable]) -> list[WorkTable]:
    """만들었지만 본문에 넣지 않은 표."""
    used = {line.text for line in item.outline if line.mark == outline.TABLE}
    return [table for table in tables if table.name not in used]
