"""시험에 쓰는 보고서 한 권: 2023 주요업무보고와 같은 짜임. 글은 report2023.txt, 표는 여기에 적는다."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path

from core.reports.document import (
    Approval,
    Block,
    Cell,
    Chapter,
    Contents,
    Document,
    ItemHeading,
    Line,
    PageBreak,
    Purpose,
    Run,
    Section,
    Table,
    TitleBox,
    plain,
)

_TEXT = (Path(__file__).parent / "report2023.txt").read_text(encoding="utf-8")


def head(text: str, colspan: int = 1, rowspan: int = 1) -> Cell:
    """머리글 칸. 줄은 | 로 나눈다."""
    lines = tuple(plain(line) for line in text.split("|"))
    return Cell(lines=lines, colspan=colspan, rowspan=rowspan, align="center", is_heading=True)


def words(text: str, colspan: int = 1, rowspan: int = 1, align: str = "left", bold: bool = False) -> Cell:
    """글 칸."""
    lines = tuple(plain(line) for line in text.split("|"))
    return Cell(lines=lines, colspan=colspan, rowspan=rowspan, align=align, bold=bold)


def number(text: str, figure: str = "", url: str = "", bold: bool = False) -> Cell:
    """수 칸: △2, 1,234, 67.9, -"""
    bare = text.replace(",", "").replace("△", "-")
    value = None if text in ("-", "") else (Decimal(bare) if "." in bare else int(bare))
    return Cell((Run(text, figure=figure, url=url),), align="right", value=value, bold=bold)


def numbers(text: str) -> tuple[Cell, ...]:
    """빈칸으로 나눈 수 칸들."""
    return tuple(number(word) for word in text.split())


TEAMS = {
    "기획조정팀": "구정 주요업무계획 수립 및 관리|주요 간부·정책회의 운영|요청사항 관리|공약사업 관리 및 평가|계절별 종합대책|정책실명제 관리|주간·월중 주요업무 보고자료 작성|정부·서울시 등 외부기관 협업 추진",
    "예산팀": "예산편성 및 집행관리|주요 투자사업 중점관리|중기지방재정계획 수립|지방보조금 관리|기금운영 관리|예산 전용·변경, 예비비 승인|주민참여예산제 운영|학술용역심의위원회 운영",
    "평가팀": "구정운영 4개년 계획 수립 및 관리|성과관리 및 목표관리 운영|지자체 합동평가 및 대외기관 평가 총괄관리|시설관리공단 운영 지원|민간위탁 사업 관리|통계조사 실시 및 통계연보 발간|구민창안·공무원제안 지정제안 공모제 운영|행정 우수사례 및 지식행정 운영|출자출연기관 경영평가",
    "의회법무팀": "자치법규 정비|조례규칙심의회 운영|소송사무 관리|무료법률상담 운영|법률고문 운영 및 관리|법률자문 및 지원|규제개혁|고시·공고 심사|의회협력지원|구의원 질문사항 처리|행정사무감사 사전 준비 및 수감 지원",
}


def organisation() -> Table:
    """조직: 과 – 팀 – 업무."""
    return Table(
        "i-1-table",
        rows=(
            (head("기획예산과 - ( 4 )개팀", colspan=4),),
            tuple(head(team) for team in TEAMS),
            tuple(words("|".join(f"- {duty}" for duty in duties.split("|"))) for duties in TEAMS.values()),
        ),
        heading_rows=2,
        caption="조직",
    )


def staffing() -> Table:
    """인력: 두 줄 머리글, △ 와 -."""
    return Table(
        "i-2-table",
        rows=(
            (
                head("구 분", rowspan=2),
                head("계", rowspan=2),
                head("일 반 직", colspan=6),
                head("관리운영직", colspan=4),
                head("별정직․임기제", colspan=4),
            ),
            tuple(head(f"{grade}급") for grade in (4, 5, 6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9)),
            (words("정 원", align="center"), *numbers("25 - 1 8 11 3 2 - - - - - - - -")),
            (words("현 원", align="center"), *numbers("27 - 1 9 9 5 2 - - - - 1 - - -")),
            (words("과부족", align="center"), *numbers("2 - - 1 △2 2 - - - - - 1 - - -")),
        ),
        heading_rows=2,
        caption="인력",
    )


def budget_status() -> Table:
    """단위사업별 예산."""
    rows = [
        ("계", "2,086,618 1,087,113 52.1"),
        ("구정 운영 정책|조정 및 지원", "333,545 226,719 67.9"),
        ("구민 중심의|건전하고 투명한|재정 운용", "830,644 335,371 40.3"),
        ("구정의 성과관리", "106,635 50,235 47.1"),
        ("신뢰받는 법무행정", "630,372 378,933 60.1"),
        ("기본경비", "185,422 95,855 51.6"),
    ]
    return Table(
        "i-4-table",
        rows=(
            (head("단위사업명"), head("예 산 액"), head("집 행 액"), head("집행률(%)|(10.31.기준)")),
            *((words(name, align="center"), *numbers(values)) for name, values in rows),
        ),
        widths=(3, 2, 2, 2),
        caption="예산 현황",
        unit="(단위: 천원)",
    )


def supplementary() -> Table:
    """추가경정예산: 합친 머리글, 표 아래의 단위."""
    return Table(
        "supplementary",
        rows=(
            (
                head("회계구분", rowspan=2),
                head("계", rowspan=2),
                head("본예산", rowspan=2),
                head("추경", colspan=3),
                head("간주처리", rowspan=2),
            ),
            (head("소계"), head("1차"), head("2차")),
            (
                words("계", align="center", bold=True),
                *numbers("1,036,722 829,320 161,548 160,909 639 45,854"),
            ),
            (words("일반회계", align="center"), *numbers("1,000,638 797,450 157,531 156,892 639 45,657")),
            (words("특별회계", align="center"), *numbers("36,084 31,870 4,017 4,017 - 197")),
        ),
        heading_rows=2,
        caption="추가경정예산 편성",
        unit="(단위: 백만원 / 23.11.06.기준)",
    )


def evaluation() -> Table:
    """평가: 세로로 합친 칸과 여러 줄 칸."""
    return Table(
        "evaluation",
        rows=(
            (head("구 분", colspan=2), head("평가대상"), head("평가내용"), head("평가시기")),
            (
                words("내부평가", align="center"),
                words("성과관리", align="center"),
                words("구 본청 및 보건소|37개 부서", align="center"),
                words("성과관리 주요사업의|목표달성도 관리 및 평가"),
                words("반기별", align="center"),
            ),
            (
                words("외부평가", rowspan=2, align="center"),
                words("지자체합동평가", align="center"),
                words("17개 시·도|(시·군·구 실적 포함)", align="center"),
                words("6대 국정목표, 106개 지표|(국가위임사무 및 국가주요시책)"),
                words("'24.1.~4.|(실적: '23.1.~12.)", align="center"),
            ),
            (
                words("외부기관평가", align="center"),
                words("17개 시도,|226개 시군구", align="center"),
                words("중앙부처, 서울시, 언론사, 학회 등|주관 외부기관평가 참여"),
                words("'23.1.~12.", align="center"),
            ),
        ),
        caption="평가 개요",
    )


def lawsuits() -> Table:
    """소송: 두 줄 머리글과 여러 줄 머리 칸."""
    return Table(
        "lawsuits",
        rows=(
            (
                head("구 분", rowspan=2),
                head("계|(A+B)", rowspan=2),
                head("신 규", rowspan=2),
                head("진행중|(A)", rowspan=2),
                head("확 정(종 결)", colspan=4),
            ),
            (head("소 계|(B)"), head("승 소|(소취하 등)"), head("패 소|(일부인용)"), head("승소율|(%)")),
            (
                words("계", align="center", bold=True),
                number("191", figure="lawsuits.total", url="/legal/lawsuits/?year=2023", bold=True),
                *numbers("108 127 64 57 7 89"),
            ),
            (words("행정", align="center"), *numbers("67 33 45 22 20 2 91")),
            (words("민사", align="center"), *numbers("54 15 44 10 10 0 100")),
            (words("심판", align="center"), *numbers("70 60 38 32 27 5 84")),
        ),
        heading_rows=2,
        caption="소송 수행",
    )


def budget_of_item(key: str, budget: str, executed: str, rate: str) -> Table:
    """사업 한 건의 예산현황."""
    return Table(
        key,
        rows=(
            (head("예 산 액"), head("집 행 액"), head("집행률(%)")),
            tuple(
                words(text, align="center")
                for text in (f"{budget}|(구비 {budget})", f"{executed}|(구비 {executed})", rate)
            ),
        ),
        caption="예산현황",
    )


TABLES = {"supplementary": supplementary, "evaluation": evaluation, "lawsuits": lawsuits}


def _first_chapter() -> list[Block]:
    facility = Table(
        "i-3-table",
        rows=(
            tuple(head(text) for text in ("구분", "명 칭", "현 황", "비 고")),
            (
                words("장비", align="center"),
                words("행정차량", align="center"),
                words("○ 차종: 아이오닉5(중형 승용)"),
                words(""),
            ),
        ),
        widths=(1, 2, 4, 1),
        caption="주요시설 및 장비",
    )
    return [
        Chapter("i", "Ⅰ", "일반현황"),
        Section("i-1", "1", "조 직"),
        organisation(),
        Section("i-2", "2", "인 력"),
        staffing(),
        PageBreak("i-break"),
        Section("i-3", "3", "주요시설 및 장비"),
        facility,
        Section("i-4", "4", "예 산 현 황"),
        budget_status(),
    ]


@cache
def report2023() -> Document:
    """2023 주요업무보고와 같은 짜임의 한 권."""
    blocks: list[Block] = [
        TitleBox(
            "cover",
            "2023년 주요업무보고",
            "추진실적 및 2024년 추진계획",
            "서울특별시 영등포구 기획예산과",
            "2023. 11.",
            is_cover=True,
        ),
        PageBreak("cover-break"),
        *_first_chapter(),
    ]
    keys = (f"b{number}" for number in count(1))
    after_heading = False
    for source in _TEXT.splitlines():
        key = next(keys)
        if source.startswith("# "):
            mark, title = source[2:].split(". ", 1)
            blocks += [PageBreak(f"{key}-break"), Chapter(key, mark, title)]
            after_heading = True
        elif source == "@contents":
            blocks.append(Contents(key))
            after_heading = False
        elif source.startswith("## "):
            if not after_heading:
                blocks.append(PageBreak(f"{key}-break"))
            blocks.append(ItemHeading(key, *source[3:].split(" | ")))
            after_heading = False
        elif source.startswith("> "):
            blocks.append(Purpose(key, plain(source[2:])))
        elif source.startswith("@budget "):
            blocks.append(budget_of_item(key, *source.split()[1:]))
        elif source.startswith("@table "):
            blocks.append(TABLES[source.split()[1]]())
        else:
            text, right = re.fullmatch(r". (.*?)(?: (\(단위: [^)]*\)))?", source).groups()
            blocks.append(Line(key, source[0], _with_figure(text), right or ""))
    return Document(
        "2023년 주요업무보고",
        tuple(blocks),
        header="2023년 주요업무보고 / 기획예산과",
        first_page=0,
        properties={"author": "기획예산과", "subject": "추진실적 및 2024년 추진계획", "date": "2023-11-06"},
    )


def _with_figure(text: str) -> tuple[Run, ...]:
    """‘총 108건’의 108 은 행을 여는 수치이다."""
    before, found, after = text.partition("108건")
    if not found:
        return plain(text)
    return (Run(before), Run("108", figure="laws.total", url="/legal/laws/?year=2023"), Run("건" + after))


def approval_sheet() -> Document:
    """결재란과 제목 상자가 있는 한 장."""
    return Document(
        "예산 집행 현황",
        (
            Approval("approval"),
            TitleBox("title", "예산 집행 현황", "2023 회계연도 · 2023. 10. 31. 기준", date_text="2023. 11. 6."),
            Line("a", "□", plain("단위사업별 집행 현황")),
            budget_status(),
            Line("b", "※", plain("끝수 처리로 합계가 맞지 않을 수 있음")),
        ),
    )
