"""인쇄물: 사업내역서 한 장, 공개과제 목록, 사업내역서의 엑셀."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from core.excel.writer import ColumnOut, SheetOut
from core.formats import MISSING, date_plain, money
from core.reports.document import MARKS, Block, Cell, Document, Line, Table, TitleBox, heading, plain
from planning.named_policies.models import NamedPolicy, PolicyPerson

TITLE, LIST_TITLE = "정책실명제 사업내역서", "정책실명제 공개과제 목록"
SOURCES = (("국비", "national_amount"), ("시비", "city_amount"), ("구비", "own_amount"))


def money_text(policy: NamedPolicy) -> str:
    """「1,200,000천원(국비 400,000, 구비 800,000)」. 적지 않았으면 「-」."""
    if policy.total_amount is None:
        return MISSING
    parts = [f"{label} {money(amount)}" for label, name in SOURCES if (amount := getattr(policy, name)) is not None]
    return f"{money(policy.total_amount)}천원" + (f"({', '.join(parts)})" if parts else "")


def approval_line(people: Iterable[PolicyPerson]) -> str:
    """「기안 홍길동 > 검토 … > 협조 … > 결정 …」. 바뀐 담당은 이어 적는다."""
    found: dict[str, list[str]] = {part: [] for part in PolicyPerson.Part.values}
    for one in people:
        found[one.part].append(f"{one.grade} {one.name}".strip())
    labels = dict(PolicyPerson.Part.choices)
    return " > ".join(f"{labels[part]} {', '.join(names)}" for part, names in found.items() if names) or MISSING


def people_of(policy: NamedPolicy) -> list[Any]:
    """관련자: 기안, 검토, 협조, 결정의 차례. 한 역할 안에서는 먼저 맡은 사람부터."""
    order = list(PolicyPerson.Part.values)
    return sorted(policy.people.all(), key=lambda one: (order.index(one.part), one.starts_on or date.min, one.pk))


def _lines(key: str, title: str, text: str) -> list[Block]:
    """□ 제목과 그 아래의 글. 줄 앞의 ○ - · ※ 는 그대로 두고, 없으면 ○ 로 적는다."""
    found: list[Block] = [Line(key, "□", plain(title))]
    for at, raw in enumerate(filter(None, (line.strip() for line in (text or MISSING).splitlines()))):
        mark = next((one for one in MARKS if raw.startswith(one) and raw != one), None)
        text = raw.removeprefix(mark).strip() if mark else raw
        found.append(Line(f"{key}-{at}", mark if mark and mark != "□" else "○", plain(text)))
    return found


def _row(*cells: str) -> tuple[Cell, ...]:
    return tuple(Cell(plain(text), align="center") for text in cells)


def card(policy: NamedPolicy) -> Document:
    """사업내역서 한 장."""
    latest, people = policy.latest, people_of(policy)
    facts = (
        ("사업명", policy.title, "관리번호", policy.number),
        ("담당부서", str(policy.department), "선정기준", f"{policy.get_ground_display()}({policy.applied_by} 신청)"),
        ("사업기간", policy.period_text, "총사업비", money_text(policy)),
        ("최초 공개일", date_plain(policy.published_on), "최종 수정일", date_plain(latest.on if latest else None)),
    )
    table = tuple((heading(a), Cell(plain(b)), heading(c), Cell(plain(d))) for a, b, c, d in facts)
    head = tuple(heading(one) for one in ("구분", "소속", "직급", "성명", "맡은 기간", "의견"))
    rows = tuple(
        _row(one.get_part_display(), one.organisation, one.grade, one.name, one.term_text, one.opinion or MISSING)
        for one in people
    )
    return Document(TITLE, (
        TitleBox("title", TITLE, "", str(policy.department), date_plain(latest.on if latest else policy.published_on)),
        Table("facts", table, 0, (2, 6, 2, 6), "사업의 개요"),
        *_lines("overview", "사업개요", policy.overview), *_lines("background", "추진배경", policy.background),
        *_lines("progress", "추진경과", latest.progress if latest else ""),
        *_lines("results", "추진실적", latest.results if latest else ""),
        *_lines("approval", "결재선", approval_line(people)), Line("people", "□", plain("관련자")),
        Table("people-table", (head, *(rows or (_row(*[MISSING] * 6),))), 1, (2, 4, 4, 3, 6, 4), "관련자"),
    ), properties={"subject": policy.title})  # fmt: skip


def listing(policies: Sequence[Any], day: date, condition: str = "") -> Document:
    """공개과제 목록. 열은 홈페이지의 사업목록과 같다."""
    titles = ("관리번호", "사업명", "선정기준", "담당부서", "사업기간", "총사업비", "국비", "시비", "구비", "최초 공개일", "최종 수정일")
    rows = [
        (
            *_row(one.number), Cell(plain(one.title)), *_row(one.get_ground_display(), str(one.department), one.period_text),
            *(Cell(plain(money(getattr(one, name))), align="right", value=getattr(one, name))
              for name in ("total_amount", *(name for _, name in SOURCES))),
            *_row(date_plain(one.published_on), date_plain(one.updated_on)),
        )
        for one in policies
    ]  # fmt: skip
    table = Table(
        "list", (tuple(map(heading, titles)), *rows), 1, (4, 7.5, 4, 4.5, 5.5, 5, 4.5, 4.5, 5, 5, 5), LIST_TITLE, "단위: 천원"
    )
    text = f"{date_plain(day)} 기준, {len(policies):,}건" + (f"({condition})" if condition else "")
    return Document(LIST_TITLE, (TitleBox("title", LIST_TITLE, text), table), landscape=True)


def card_sheet(policies: Iterable[Any]) -> SheetOut:
    """사업내역서의 엑셀: 사업마다 한 줄. policies 는 people 을 함께 읽은 것이다."""
    columns = [ColumnOut(title) for title in ("관리번호", "사업명")] + [
        ColumnOut(title, "memo", 40)
        for title in ("사업개요", "추진배경", "추진경과", "추진실적", "결재선(기안 > 검토 > 협조 > 전결)", "관련자(소속·직급·성명·의견)")
    ]
    rows = []
    for policy in policies:
        latest, people = policy.latest, people_of(policy)
        rows.append([
            policy.number, policy.title, policy.overview, policy.background, latest.progress if latest else "",
            latest.results if latest else "", approval_line(people),
            "\n".join(" · ".join(filter(None, (one.organisation, one.grade, one.name, one.opinion))) for one in people),
        ])  # fmt: skip
    return SheetOut("사업내역서", columns, rows, title_lines=[TITLE])
