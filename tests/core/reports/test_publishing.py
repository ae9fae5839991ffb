"""보고서: 초안의 수치는 살아 있고, 발간하면 굳고, 정정호로만 바로잡는다."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.access import Role, Team
from core.figures.figure import Figure, FigureValue, rows_mark
from core.figures.inline import Placeholder, codes, parts
from core.notices.models import Notice
from core.org.models import Department
from core.reports import publishing
from core.reports.compare import differences, with_changes
from core.reports.document import Block, Cell, Document, Line, Run, Table, as_string, plain
from core.reports.models import Report
from core.reports.publishing import Desk
from core.reports.serial import from_json, to_json
from core.reports.template import Check, Context, Library, Part, Template
from tests.factories import DepartmentFactory, StaffFactory

AS_OF = date(2023, 11, 6)


def count(kind: str, as_of: date | None) -> FigureValue:
    rows = Department.objects.filter(kind=kind)
    return FigureValue(
        rows.count() or None, as_of, "computed", f"/org/departments/?kind={kind}", "부서", mark=rows_mark(rows)
    )


def build(context: Context) -> Document:
    """줄 둘과 표 하나의 작은 보고서."""
    blocks: list[Block] = [
        Line("title", "□", plain("조직")),
        Line("divisions", "○", context.text("과: 총 {test.division}개")),
    ]
    if context.has("table"):
        row = (Cell(plain("동")), Cell((context.figure("test.town"),), align="right", value=3))
        blocks.append(
            Table(
                "towns", ((Cell(plain("구분"), is_heading=True), Cell(plain("수"), is_heading=True)), row), caption="동"
            )
        )
    return Document(f"{context.year}년 조직", tuple(blocks))


def checks(context: Context) -> list[Check]:
    return [Check(True, "늘 맞는 검산")]


def library(version: int = 1) -> Library:
    figures = [
        Figure("test.division", "과의 수", "개", "과를 센 수.", partial(count, "division"), version),
        Figure("test.town", "동의 수", "개", "동을 센 수.", partial(count, "dong")),
    ]
    template = Template("test", "{year}년 조직", Team.LEGAL, "해마다", (Part("table", "표"),), build, checks)
    return Library((template,), {one.code: one for one in figures})


@pytest.fixture
def divisions(db: None) -> list[Department]:
    DepartmentFactory.create_batch(2, kind="dong")
    return DepartmentFactory.create_batch(3, kind="division")


@pytest.fixture
def draft(divisions: list[Department]) -> Report:
    return publishing.start(Report(template="test", year=2023, start_on=date(2023, 1, 1), as_of=AS_OF), library())


def text(report: Report, found: Library | None = None) -> str:
    document = Desk(report, found or library()).document
    return "\n".join(as_string(one.text) for one in document.blocks if isinstance(one, Line))


def test_a_draft_takes_its_title_and_team_from_the_template(draft: Report) -> None:
    assert (draft.title, draft.team, draft.status) == ("2023년 조직", Team.LEGAL, Report.Status.DRAFT)


def test_changing_one_row_changes_exactly_the_figures_that_use_it(draft: Report, divisions: list[Department]) -> None:
    assert Desk(draft, library()).changes() == []
    divisions[0].delete()
    changed = Desk(draft, library()).changes()
    assert [(one.reading.code, one.old_text, one.new_text, one.why) for one in changed] == [
        ("test.division", "3", "2", "값이 바뀜")
    ]
    assert "총 2개" in text(draft)


def test_the_same_value_from_other_rows_is_told_too(draft: Report, divisions: list[Department]) -> None:
    divisions[0].name = "이름을 바꾼 과"
    divisions[0].save()
    assert [one.why for one in Desk(draft, library()).changes()] == ["값은 같고 행이 바뀜"]
    assert [one.why for one in Desk(draft, library(version=2)).changes()] == ["뜻이 바뀜"]


def test_drafts_that_use_a_changed_figure_are_marked_and_told_once(draft: Report, divisions: list[Department]) -> None:
    owner = StaffFactory(role=Role.TEAM, team=Team.LEGAL)
    divisions[0].delete()
    for _again in range(2):
        assert publishing.check_drafts(library()) == 1
    draft.refresh_from_db()
    assert draft.changed_count == 1
    assert Notice.objects.filter(recipient=owner, title__contains="수치 1개").count() == 1
    publishing.acknowledge(Desk(draft, library()))
    assert publishing.check_drafts(library()) == 0


def test_an_issued_report_never_changes(draft: Report, divisions: list[Department]) -> None:
    publishing.issue(draft, StaffFactory(role=Role.TEAM, team=Team.LEGAL), library())
    before = to_json(Desk(draft, library()).document)
    divisions[0].delete()
    draft.refresh_from_db()
    assert to_json(Desk(draft, library()).document) == before
    assert "총 3개" in text(draft)
    assert list(draft.figures.values_list("code", "text", "value")) == [
        ("test.division", "3", Decimal(3)),
        ("test.town", "2", Decimal(2)),
    ]
    assert Desk(draft, library()).changes() == []
    with pytest.raises(ValidationError, match="이미 발간"):
        publishing.issue(draft, None, library())
    with pytest.raises(ValidationError, match="지우지 않습니다"):
        draft.delete()


@pytest.mark.parametrize(("role", "team", "draft_open"), [
    (Role.TEAM, Team.LEGAL, True), (Role.TEAM, Team.BUDGET, False), (Role.HEAD, "", False), (Role.VIEWER, "", False),
])  # fmt: skip
def test_only_the_owning_team_changes_a_draft_and_nobody_an_issued_one(
    draft: Report, role: str, team: str, draft_open: bool
) -> None:
    user = StaffFactory(role=role, team=team)
    assert Report.scope.may_change(draft, user) is draft_open
    publishing.issue(draft, user, library())
    assert Report.scope.may_change(draft, user) is False
    assert not Report.objects.for_user(StaffFactory(role=Role.DEPARTMENT)).exists()


def test_a_correction_carries_the_text_and_shows_what_changed(draft: Report, divisions: list[Department]) -> None:
    draft.texts.create(key="title", text="□ 조직 현황", is_edited=True)
    publishing.issue(draft, None, library())
    with pytest.raises(ValidationError, match="사유"):
        publishing.correct(draft, " ", library())
    divisions[0].delete()
    later = publishing.correct(draft, "폐지한 과를 셌음", library())
    assert (later.issue_number, later.corrects, str(later)) == (2, draft, "2023년 조직 2호")
    assert text(later).startswith("조직 현황")
    assert publishing.chain(later) == [draft, later] == publishing.chain(Report.objects.get(pk=draft.pk))
    rows = differences(Desk(draft, library()).document, Desk(later, library()).document)
    assert [(one.kind, as_string(one.old), as_string(one.new)) for one in rows] == [
        ("바뀜", "○ 과: 총 3개", "○ 과: 총 2개")
    ]
    assert [run.text for run in rows[0].new if run.changed] == ["2"]
    with pytest.raises(ValidationError, match="이미 정정호"):
        publishing.correct(Report.objects.get(pk=draft.pk), "또", library())


def test_edited_lines_replace_add_and_remove(draft: Report) -> None:
    draft.texts.create(key="title", text="", is_edited=True)
    draft.texts.create(key="divisions", text="○ 과와 동: {test.division}개\n- 동 {test.town}개", is_edited=True)
    document = Desk(draft, library()).document
    lines = [(one.key, one.mark, as_string(one.text)) for one in document.blocks if isinstance(one, Line)]
    assert lines == [("divisions", "○", "과와 동: 3개"), ("divisions+1", "-", "동 2개")]
    assert [run.figure for run in document.figures()] == ["test.division", "test.town", "test.town"]


def test_the_next_issue_starts_with_last_issue_words_marked_as_carried(draft: Report) -> None:
    draft.texts.create(key="title", text="□ 조직 현황", is_edited=True, is_locked=True)
    publishing.issue(draft, None, library())
    later = publishing.start(
        Report(template="test", year=2024, start_on=date(2024, 1, 1), as_of=date(2024, 11, 6)), library()
    )
    assert list(later.texts.values_list("text", "is_carried", "is_locked")) == [("□ 조직 현황", True, True)]


def test_checks_name_missing_figures_and_unknown_codes(draft: Report) -> None:
    Department.objects.filter(kind="dong").delete()
    draft.texts.create(key="title", text="□ {no.such}건", is_edited=True)
    found = [one.text for one in Desk(draft, library()).checks() if not one.ok]
    assert found == ["‘no.such’라는 수치가 없습니다", "동의 수의 자료가 없어 「-」로 나옵니다"]


def test_the_figure_list_is_added_when_asked(draft: Report) -> None:
    draft.has_figure_list = True
    table = Desk(draft, library()).document.tables()[-1]
    assert [as_string(cell.text) for cell in table.rows[1]][:3] == ["과의 수", "3개", "2023. 11. 6."]


def test_changed_cells_and_lines_are_flagged_and_keep_their_links(draft: Report) -> None:
    before = Desk(draft, library()).document
    table = before.blocks[2]
    assert isinstance(table, Table)
    rows = (table.rows[0], (table.rows[1][0], replace(table.rows[1][1], text=(Run("9", "test.town", "/rows/"),))))
    after = with_changes(before, replace(before, blocks=(*before.blocks[:2], replace(table, rows=rows))))
    changed = [run for run in after.figures() if run.changed]
    assert [(run.text, run.url) for run in changed] == [("9", "/rows/")]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)


@given(
    st.lists(
        st.one_of(
            WORDS.filter(lambda one: "{" not in one),
            st.sampled_from(["{a.b}", "{local_laws.total:천원}", "{lawsuits.계.won}"]),
        )
    )
)
def test_placeholders_join_back_to_the_text(pieces: list[str]) -> None:
    raw = "".join(pieces)
    assert "".join(map(str, parts(raw))) == raw
    assert (
        len(codes(raw))
        == sum(isinstance(one, Placeholder) for one in parts(raw))
        == sum(one.startswith("{") for one in pieces)
    )


CELLS = st.builds(
    Cell,
    WORDS.map(plain),
    align=st.sampled_from(["left", "right"]),
    value=st.none() | st.integers() | st.decimals(allow_nan=False),
)
BLOCKS = st.one_of(
    st.builds(
        Line,
        WORDS,
        st.sampled_from(["□", "○", "-", "·", "※", ""]),
        st.lists(st.builds(Run, WORDS, WORDS, WORDS)).map(tuple),
    ),
    st.builds(Table, WORDS, st.lists(st.lists(CELLS).map(tuple)).map(tuple)),
)


@given(st.lists(BLOCKS, unique_by=lambda block: block.key).map(tuple))
def test_a_frozen_document_reads_back_the_same(blocks: tuple[Block, ...]) -> None:
    document = Document("제목", blocks, properties={"author": "기획예산과"})
    assert from_json(to_json(document)) == document
    assert not differences(document, document)
