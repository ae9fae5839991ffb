"""열 맞추기: 파일의 어느 열이 우리의 어느 항목인가. 한 번 맞춘 것은 파일의 모양마다 기억한다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone

from core.excel.columns import Column, heading_key
from core.excel.models import HeadingSynonym, ImportBatch, RememberedMapping, layout_of
from core.excel.reader import Reading
from core.excel.values import UNITS


def with_synonyms(model: str, columns: Iterable[Column]) -> list[Column]:
    """관리자가 정한 같은 말(HeadingSynonym)을 더한 열. 코드에 적어 둔 같은 말은 그대로 통한다.

    model 은 「budget.executionrow」 같은 모델의 이름이다. 열은 이름(detail_program)이나 머리글(세부사업)로 적혀 있다.
    """
    added: dict[str, list[str]] = defaultdict(list)
    for field, text in HeadingSynonym.objects.filter(model=model).values_list("field", "text"):
        added[heading_key(field)].append(text)
    return [
        replace(column, synonyms=(*column.synonyms, *added.get(heading_key(column.name), ()),
                                  *added.get(heading_key(column.title), ())))
        for column in columns
    ]  # fmt: skip


def _layout(reading: Reading, user: Any) -> str:
    """파일의 모양. 같은 일을 하는 사람(역할, 팀, 부서)끼리만 기억을 나눈다.

    남이 잘못 맞춘 열과 단위가 다른 부서의 파일에 묻지 않고 쓰이면, 금액이 천 배가 되어도 모른다.
    """
    who = f"{user.role} {user.team} {user.department_id}" if user else ""
    return layout_of([who, *(heading.text for heading in reading.headings)])


def remembered(model: str, reading: Reading, user: Any) -> RememberedMapping | None:
    """같은 모양의 파일에 쓴 열 맞춤."""
    return RememberedMapping.objects.filter(model=model, layout=_layout(reading, user)).first()


def remember(batch: ImportBatch, reading: Reading) -> None:
    """이 모양의 파일에 쓴 열 맞춤을 기억한다. 머리글이 없는 표는 다음에도 같은 차례라는 보장이 없어 기억하지 않는다."""
    if batch.headless:
        return
    RememberedMapping.objects.update_or_create(
        model=batch.model, layout=_layout(reading, batch.owner),
        defaults={"mapping": batch.mapping, "unit": batch.unit, "saved_at": timezone.now()},
    )  # fmt: skip


def is_certain(reading: Reading, columns: list[Column]) -> bool:
    """사람에게 물어볼 것이 없는 파일인가: 모든 열이 이름 그대로이고 남는 열이 없고 단위가 적혀 있다."""
    match = reading.match
    amounts = [column.name for column in columns if column.kind == "amount" and column.name in match.matched]
    units_known = all(match.matched[name] in match.units for name in amounts)
    extra = [index for index in match.extra if reading.headings[index].text]
    exact = all(how == "exact" for how in match.how.values())
    return exact and units_known and not (extra or match.duplicated or match.missing_required)


def choose(batch: ImportBatch, columns: list[Column], headings: Mapping[int, str], posted: Any) -> list[str]:
    """사람이 고른 열과 단위를 batch 에 적는다. 잘못 고른 것이 있으면 적지 않고 문장으로 알린다."""
    known = {column.name: column for column in columns}
    chosen = {index: name for index, name in picked(headings, posted).items() if name in known}
    names = list(chosen.values())
    twice = sorted({known[name].title for name in names if names.count(name) > 1})
    errors = [f"「{title}」에 두 열을 골랐습니다. 하나만 골라 주세요." for title in twice]
    errors += [
        f"꼭 있어야 하는 「{column.title}」 열을 고르지 않았습니다. 파일의 어느 열인지 골라 주세요."
        for column in columns if column.required and column.name not in names
    ]  # fmt: skip
    if not errors:
        # 고르지 않은 항목은 None 으로 적어, 이름이 같아도 읽지 않게 한다.
        batch.mapping = dict.fromkeys(known) | {name: headings[index] for index, name in chosen.items()}
        unit = posted.get("unit", "")
        batch.unit = int(unit) if unit.isdecimal() and int(unit) in UNITS.values() else None
    return errors


# 「첫 줄은 자료」의 값
NO_HEADING = "none"


def picked(headings: Mapping[int, str], posted: Any) -> dict[int, str]:
    """화면에서 고른 {열 번호: 항목}."""
    return {index: posted.get(f"col_{index}", "") for index in headings}


def heading_line(reading: Reading) -> str:
    """머리글로 본 줄: 「3행: 부서 · 사업 · 예산」"""
    texts = " · ".join(heading.text for heading in reading.headings if heading.text)
    return f"{reading.heading_rows[0] if reading.heading_rows else 1}행: {texts}"


def page(reading: Reading, columns: list[Column], chosen: Mapping[int, str] | None) -> dict[str, Any]:
    """열 맞추기 화면에 적을 것."""
    by_place = {place: name for name, place in reading.match.matched.items()}
    names = by_place if chosen is None else chosen
    return {
        "columns": columns,
        "rows": [
            {"index": heading.index, "letter": heading.letter, "text": heading.text,
             "samples": reading.samples.get(heading.index, []), "picked": names.get(heading.index, "")}
            for heading in reading.headings if heading.text or heading.index in by_place
        ],
        "nearest": [(c.title, reading.match.nearest.get(c.name, "")) for c in reading.match.missing_required],
        "first_line": heading_line(reading) if reading.doubts_heading else "",
        "sheets": [name for name, hidden in reading.sheets if not hidden],
        "sheet": reading.sheet,
        "has_amount": any(column.kind == "amount" for column in columns),
        "units": list(UNITS.items()),
        "unit_found": reading.unit,
        "warnings": reading.warnings,
    }  # fmt: skip
