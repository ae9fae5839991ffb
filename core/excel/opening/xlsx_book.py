"""xlsx 통합 문서의 시트를 읽는다."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.excel.opening.calamine_rows import workbook_rows
from core.excel.opening.looks import workbook_looks
from core.excel.opening.number_formats import attribute, special_styles
from core.excel.opening.refusal import DAMAGED, Refused, chosen_sheet
from core.excel.opening.sheet_facts import SheetFacts, opening_note
from core.excel.opening.sheet_scan import scan_sheet
from core.excel.opening.zip_checks import open_archive, part_named, small_part, workbook_sheets, xml_chunks


def check_shared_strings(archive: zipfile.ZipFile) -> bool:
    """공유 문자열의 개수가 거짓이면 받지 않는다(Refused). 라이브러리가 그만큼 자리를 잡다 죽는다. 부분마다 모양이 다른 글이 있으면 참."""
    part = part_named(archive, "xl/sharedStrings.xml")
    if not part:
        return False
    first, rich, tail = True, False, b""
    for chunk in xml_chunks(archive, part):
        count = re.search(rb"<(?:\w+:)?sst\b([^>]*)>", chunk) if first else None
        first = False
        # 적힌 개수만큼 미리 자리를 잡는 라이브러리가 죽지 않도록, 부분의 길이보다 큰 개수는 믿지 않는다.
        if count and int(attribute(count[1], b"uniqueCount") or 0) > archive.getinfo(part).file_size:
            raise Refused(DAMAGED)
        rich = rich or b"rPr" in chunk or b"rPr" in tail + chunk[:2]
        tail = chunk[-2:]
    return rich


def _not_calculated(archive: zipfile.ZipFile) -> bool:
    """열 때 모두 계산하라고 적힌 파일인지. 프로그램이 적고 엑셀이 아직 열지 않아 수식의 저장값(0)을 믿을 수 없다."""
    return bool(re.search(rb"<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad\s*=\s*[\"'](?:1|true)", small_part(archive, "xl/workbook.xml")))


def xlsx_rows(path: Path, wanted: str | None, limits: dict[str, Any]) -> tuple[dict[str, Any], Iterator[list[Any]]]:
    """xlsx 시트 하나의 알림과 행들."""
    with open_archive(path, limits) as archive:
        sheets = workbook_sheets(archive)
        looks = workbook_looks(archive, rich=check_shared_strings(archive))
        shapes, stale = special_styles(archive), _not_calculated(archive)
        facts = SheetFacts()
        chosen = None
        for name, state, part in sheets:
            if name == wanted or (wanted is None and state == "visible"):
                chosen = name
                facts = scan_sheet(archive, part, limits, shapes, stale, looks)
                if facts.rows or wanted is not None:
                    break
        macro = any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())
    chosen = chosen_sheet(chosen, wanted)
    note = opening_note("xlsx", chosen, [(name, state != "visible") for name, state, _ in sheets])
    note |= {
        "macro": macro,
        "hidden_columns": facts.hidden_columns,
        "scaled": list(facts.scaled.items()),
        "factors": [(place, sorted(found)) for place, found in facts.factors.items()],
        "indents": facts.indents,
        "formulas": facts.formulas,
        "external": facts.external,
    }
    return note, workbook_rows(path, note, facts)



def xlsx_sheets(path: Path, limits: dict[str, Any]) -> list[list[Any]]:
    """시트의 [이름, 숨김, 내용이 있는 행 수]"""
    roomy = limits | {"rows": 1_048_576, "columns": 16_384, "cells": 1 << 40}
    with open_archive(path, limits) as archive:
        return [
            [name, state != "visible", scan_sheet(archive, part, roomy, {}, False).rows]
            for name, state, part in workbook_sheets(archive)
        ]
