"""인쇄물: 심의 안건(1건 1장), 심의 결과, 용역 결과 활용 현황. 한글과 PDF 로 나간다."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from budget.research_projects.dashboard import ResearchYear
from budget.research_projects.models import SimilarJob, Status
from core.formats import MISSING, date_plain, money, rate
from core.reports.document import Block, Cell, Document, Line, PageBreak, Table, TitleBox, heading, plain

DIVISION = "기획예산과"


def _box(title: str, board: ResearchYear, key: str = "title") -> TitleBox:
    return TitleBox(key, title, f"{board.year}년 예산", DIVISION, date_plain(timezone.localdate()))


def _text(value: object) -> Cell:
    text = str(value) if value not in (None, "") else MISSING
    lines = tuple(plain(line) for line in text.splitlines())
    return Cell(plain(text), lines=lines if len(lines) > 1 else ())


def _amount(won: int | None) -> Cell:
    return Cell(plain(money(won)), align="right", value=None if won is None else won // 1000)


def _document(title: str, board: ResearchYear, blocks: list[Block], *, landscape: bool = False) -> Document:
    name = f"{board.year}년 {title}"
    return Document(name, tuple(blocks), header=name, landscape=landscape, properties={"date": timezone.localdate().isoformat()})


def agenda_papers(board: ResearchYear) -> Document:
    """심의할 차례인 용역마다 한 장. 없으면 심의를 마친 용역의 것이다."""
    ready = [one for one in board.rows if one.status in (Status.RECEIVED, Status.REVIEW)]
    rows, blocks = ready or board.judged, list[Block]()
    for order, one in enumerate(rows, start=1):
        if blocks:
            blocks.append(PageBreak(f"break-{one.pk}"))
        similar = "\n".join(_similar(row) for row in one.similar_jobs.all())
        facts = (
            ("용역명", one.title), ("부서", one.departments_text), ("목적 및 필요성", one.purpose), ("연구 대상", one.subject),
            ("용역기간", f"{one.months}개월" if one.months else ""), ("수행 방식", one.get_method_display()),
            ("요구액", f"{money(one.requested_amount)}천원"), ("산출근거", one.basis), ("유사 용역", one.prior_search),
            ("비슷한 용역 검토", similar), ("활용계획", one.use_plan),
        )  # fmt: skip
        blocks += [
            _box(f"학술용역 심의 안건 제{order}호", board, f"title-{one.pk}"),
            Table(f"paper-{one.pk}", tuple((heading(label), _text(value)) for label, value in facts), 0, (1, 4), one.title),
            Line(f"check-{one.pk}", "□", plain("살필 것: 중복성(지난 용역과 겹침) / 시급성(올해 해야 함) / 활용성(누가 어디에 씀)")),
            Line(f"opinion-{one.pk}", "□", plain("심의 의견: 적정 / 조건부 / 재심의 / 부적정")),
        ]
    nothing = [_box("학술용역 심의 안건", board), Line("none", "○", plain("심의할 용역이 없습니다."))]
    return _document("학술용역 심의 안건", board, blocks or nothing)


def _similar(row: SimilarJob) -> str:
    score = f"{row.score}%" if row.score is not None else MISSING
    return f"{row.title}({row.year or MISSING}) {score} {row.get_judgement_display() or '판단 전'} {row.reason}".strip()


def _rates(board: ResearchYear, which: slice) -> list[Line]:
    """「○ 심의 통과율 90.0% (통과 ÷ 심의 = 9 ÷ 10)」의 줄."""
    return [
        Line(f"rate-{one.code}", "○", plain(f"{one.title} {rate(one.rate)}% ({one.how})")) for one in board.measures[which]
    ]  # fmt: skip


def results(board: ResearchYear) -> Document:
    """심의 결과: 통과율·감액률과 용역마다의 의결."""
    head = tuple(heading(title) for title in ("연번", "부서", "용역명", "요구액", "심의 금액", "심의 결과", "심의 의견·조건"))
    body = tuple(
        (Cell(plain(str(one.number or MISSING)), align="center"), _text(one.departments_text), _text(one.title),
         _amount(one.requested_amount), _amount(one.approved_amount), Cell(plain(str(one.get_decision_display())), align="center"),
         _text(one.review_note))
        for one in board.rows if one.decision
    )  # fmt: skip
    table = Table("results", (head, *body), 1, (1, 2, 5, 2, 2, 2, 5), "심의 결과", "단위: 천원")
    blocks: list[Block] = [_box("학술용역 심의 결과", board), Line("sum", "□", plain("총괄")), *_rates(board, slice(2))]
    return _document("학술용역 심의 결과", board, [*blocks, Line("list", "□", plain("용역별 심의 결과")), table], landscape=True)


def uses(board: ResearchYear) -> Document:
    """용역 결과 활용 현황: 결과물과 공개 여부, 6개월·12개월 점검과 그 증거."""
    head = tuple(heading(title) for title in ("부서", "용역명", "계약액", "결과물", "공개여부", "활용 점검"))
    body = tuple(
        (_text(one.departments_text), _text(one.title), _amount(one.contract.contract_amount if one.contract else None),
         _text(one.contract.product if one.contract else ""),
         _text(f"{one.contract.get_disclosure_display()} {one.contract.withheld_reason}".strip() if one.contract else ""),
         _text("\n".join(f"{row.get_after_display()} {row.get_result_display()} {row.evidence_line}" for row in one.use_checks.all())))
        for one in board.done
    )  # fmt: skip
    table = Table("uses", (head, *body), 1, (2, 4, 2, 3, 3, 6), "활용 현황", "단위: 천원")
    blocks = [_box("용역 결과 활용 현황", board), *_rates(board, slice(2, None)), table]
    return _document("용역 결과 활용 현황", board, blocks, landscape=True)


PRINTS: dict[str, tuple[str, Callable[[ResearchYear], Document]]] = {
    "agenda": ("심의 안건", agenda_papers), "results": ("심의 결과", results), "uses": ("활용 현황", uses),
}  # fmt: skip
