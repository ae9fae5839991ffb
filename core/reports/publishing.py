"""초안을 만들고, 바뀐 수치를 찾고, 발간하고, 정정한다."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.figures.inline import Reading
from core.formats import MISSING, date_plain
from core.history.revisions import kept_page
from core.notices.models import Notice, notify
from core.org.models import Staff
from core.remembering import remembering
from core.reports.document import (
    MARKS,
    Approval,
    Block,
    Cell,
    Document,
    Line,
    Mark,
    PageBreak,
    Purpose,
    Table,
    TitleBox,
    plain,
)
from core.reports.models import Report, ReportFigure, ReportText
from core.reports.serial import to_json
from core.reports.template import Check, Context, Library, Template

_MARKED = re.compile(r"^\s*([□○\-·※])\s*(.*)$")


@dataclass(frozen=True)
class Changed:
    """초안을 마지막으로 확인한 뒤 달라진 수치 하나."""

    reading: Reading
    before: ReportFigure | None

    @property
    def old_text(self) -> str:
        return self.before.text if self.before else MISSING

    @property
    def new_text(self) -> str:
        return self.reading.text()

    @property
    def why(self) -> str:
        """값이 바뀌었는지, 값은 같고 행만 바뀌었는지, 뜻이 바뀌었는지."""
        if self.before is None:
            return "새로 쓴 수치"
        if self.before.text != self.new_text:
            return "값이 바뀜"
        version = self.reading.figure.version if self.reading.figure else 0
        return "뜻이 바뀜" if self.before.definition_version != version else "값은 같고 행이 바뀜"


@dataclass(frozen=True)
class Built:
    """틀이 지은 것: 고친 글을 입히기 앞의 문서와, 거기 나온 수치와 검산."""

    document: Document
    readings: dict[str, Reading]
    checks: tuple[Check, ...]


class Desk:
    """한 보고서를 펴 놓은 책상: 틀로 지은 문서에 고친 글을 입히고, 쓴 수치와 바뀐 수치를 안다.

    발간한 보고서이면 굳힌 문서와 굳힌 수치를 그대로 준다.
    """

    def __init__(self, report: Report, library: Library) -> None:
        self.report, self.library = report, library
        self.template: Template = library.template(report.template)
        self.context: Context = library.context(
            self.template, report.year, report.start_on, report.as_of, frozenset(report.parts)
        )
        # 고친 글에 더 적은 수치를 문서와 바뀐 수치, 검산이 저마다 다시 세지 않는다.
        self._memory: dict[Any, Any] = {}

    @cached_property
    def built(self) -> Built:
        """틀이 지은 것. 그 안의 수를 이루는 행이 바뀌기 전에는 다시 짓지 않는다. 글을 고쳐도 그대로다."""
        context = self.context
        what = ("report", self.template.code, context.year, context.start, context.as_of, context.parts, timezone.localdate())
        return kept_page(what, self._built, lambda built: built)

    def _built(self) -> Built:
        with remembering():
            document = self.template.build(self.context)
            codes = dict.fromkeys(run.figure for run in document.figures())
            return Built(document, {code: self.context.reader(code) for code in codes}, tuple(self.template.checks(self.context)))

    @cached_property
    def document(self) -> Document:
        """지금의 문서."""
        with remembering(self._memory):
            return self.report.frozen() if self.report.is_issued else self._build()

    def _build(self) -> Document:
        built = self.built.document
        # 명령은 저장하지 않은 초안으로 짓는다.
        texts = {one.key: one.text for one in self.report.texts.all() if one.is_edited} if self.report.pk else {}
        blocks = edited(built.blocks, texts, self.context)
        if self.report.has_approval:
            blocks = with_approval(blocks)
        document = replace(built, title=self.report.title, blocks=blocks)
        if self.report.has_figure_list:
            document = replace(document, blocks=(*blocks, *figure_list(self.readings(document))))
        return document

    def readings(self, document: Document | None = None) -> list[Reading]:
        """문서에 나온 수치, 나온 차례대로 한 번씩."""
        codes = dict.fromkeys(run.figure for run in (document or self.document).figures())
        with remembering(self._memory):
            return [self.built.readings.get(code) or self.context.reader(code) for code in codes]

    def changes(self) -> list[Changed]:
        """마지막으로 확인한 뒤 값이나 행, 뜻이 달라진 수치. 발간한 보고서에는 없다."""
        if self.report.is_issued:
            return []
        seen = {one.code: one for one in self.report.figures.all()}
        return [Changed(one, seen.get(one.code)) for one in self.readings() if _moved(seen.get(one.code), one)]

    def checks(self) -> list[Check]:
        """검산: 틀의 것에, 자료가 없는 수치와 없는 코드를 더한다."""
        found = list(self.built.checks)
        for one in self.readings():
            if one.figure is None:
                found.append(Check(False, f"‘{one.code}’라는 수치가 없습니다", "글에 적은 코드를 확인해 주세요."))
            elif one.found.value is None:
                found.append(Check(False, f"{one.figure.title}의 자료가 없어 「-」로 나옵니다", one.figure.definition))
        return found


def _moved(before: ReportFigure | None, now: Reading) -> bool:
    version = now.figure.version if now.figure else 0
    return before is None or (before.fingerprint, before.definition_version) != (now.found.fingerprint, version)


def edited(blocks: Iterable[Block], texts: dict[str, str], context: Context) -> tuple[Block, ...]:
    """고친 글을 입힌다. 빈 글은 그 줄을 빼고, 여러 줄이면 뒤의 줄을 그 아래에 더한다."""
    found: list[Block] = []
    for block in blocks:
        if block.key not in texts or not isinstance(block, Line | Purpose):
            found.append(block)
            continue
        text = texts[block.key].strip()
        if isinstance(block, Purpose):
            found += [replace(block, text=context.text(" ".join(text.split())))] if text else []
            continue
        for number, raw in enumerate(line for line in text.splitlines() if line.strip()):
            mark, rest = split_mark(raw)
            own = block.mark if number == 0 and not mark else mark
            key, right = (block.key, block.right) if number == 0 else (f"{block.key}+{number}", "")
            found.append(Line(key, own, context.text(rest), right))
    return tuple(found)


def split_mark(raw: str) -> tuple[Mark, str]:
    """한 줄을 (표시, 글)로. 표시가 없으면 빈 표시다."""
    found = _MARKED.match(raw)
    if found and found[1] in MARKS:
        return cast(Mark, found[1]), found[2].strip()
    return "", raw.strip()


def with_approval(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """결재란을 제목 상자 앞에(없으면 맨 앞에) 둔다."""
    at = next((place for place, block in enumerate(blocks) if isinstance(block, TitleBox)), 0)
    return (*blocks[:at], Approval("approval"), *blocks[at:])


def figure_list(readings: list[Reading]) -> tuple[Block, ...]:
    """문서 끝의 수치 목록: 이름, 값, 기준일, 뜻, 출처."""
    heading = tuple(
        Cell(plain(title), align="center", is_heading=True) for title in ("수치", "값", "기준일", "뜻", "출처")
    )
    rows = [heading]
    for one in readings:
        title, unit, definition = (
            (one.figure.title, one.figure.unit, one.figure.definition) if one.figure else (one.code, "", "")
        )
        value = one.text() + (unit if one.found.value is not None else "")
        source = " · ".join(filter(None, (one.found.origin_label, one.found.source)))
        rows.append((
            Cell(plain(title)), Cell(plain(value), align="right"), Cell(plain(date_plain(one.found.as_of)), align="center"),
            Cell(plain(definition)), Cell(plain(source)),
        ))  # fmt: skip
    table = Table("figure-list", tuple(rows), 1, (3, 2, 2, 5, 3), "수치 목록")
    return PageBreak("figure-list-break"), Line("figure-list-title", "□", plain("수치 목록")), table


# ── 초안 ────────────────────────────────────────────────────────────────


@transaction.atomic
def start(report: Report, library: Library) -> Report:
    """새 초안을 저장한다. 지난 호에서 고친 글을 이어받고(이어받은 표시를 단다), 지금의 수치를 확인한 것으로 적는다."""
    template = library.template(report.template)
    report.team, report.title = template.team, report.title or template.title_of(report.year)
    report.save()
    before = Report.objects.before(report)
    if before is not None:
        carry(before, report)
    acknowledge(Desk(report, library))
    return report


def carry(before: Report, report: Report) -> None:
    """before 에서 고친 글과 잠근 자리를 report 로 옮긴다. 이미 고친 자리는 덮지 않는다."""
    own = set(report.texts.values_list("key", flat=True))
    ReportText.objects.bulk_create(
        ReportText(report=report, key=one.key, text=one.text, is_edited=one.is_edited, is_carried=one.is_edited,
                   is_locked=one.is_locked, locked_by=one.locked_by)
        for one in before.texts.all() if one.key not in own
    )  # fmt: skip


@transaction.atomic
def acknowledge(desk: Desk) -> None:
    """지금의 수치를 확인한 것으로 적는다. 그 사이 발간했으면 ValidationError: 굳은 수치를 덮지 않는다."""
    _locked_draft(desk.report)
    write_figures(desk)
    desk.report.changed_count = 0
    desk.report.save(update_fields=["changed_count"])


def _locked_draft(report: Report) -> Report:
    """지금 값으로 다시 읽어 잠근 초안."""
    locked: Report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if locked.is_issued:
        raise ValidationError("이미 발간한 보고서입니다. 고치려면 정정호를 내어 주세요.")
    return locked


def write_figures(desk: Desk) -> None:
    """문서에 나온 수치의 값·뜻의 판·출처·행의 지문을 적는다."""
    desk.report.figures.all().delete()
    ReportFigure.objects.bulk_create(figure_rows(desk))


def figure_rows(desk: Desk) -> list[ReportFigure]:
    """문서에 나온 수치: 발간한 보고서는 굳힌 것, 초안은 지금의 것(저장하지 않은 행)."""
    if desk.report.is_issued:
        return list(desk.report.figures.all())
    return [
        ReportFigure(
            report=desk.report, order=order, code=one.code, title=one.figure.title if one.figure else one.code,
            definition=one.figure.definition if one.figure else "", definition_version=one.figure.version if one.figure else 0,
            unit=one.figure.unit if one.figure else "", value=None if one.found.value is None else Decimal(one.found.value),
            text=one.text(), as_of=one.found.as_of, origin=one.found.origin, source=one.found.source[:300],
            url=one.found.url[:300], fingerprint=one.found.fingerprint,
        )
        for order, one in enumerate(desk.readings(), 1)
    ]  # fmt: skip


def check_drafts(library: Library) -> int:
    """초안마다 바뀐 수치를 세어 적고, 새로 바뀐 초안은 맡은 팀에 알린다. 바뀐 초안의 수를 준다."""
    moved = 0
    codes = [one.code for one in library.templates]
    for report in Report.objects.drafts().filter(template__in=codes):
        count = len(Desk(report, library).changes())
        if count and count != report.changed_count:
            people = Staff.objects.filter(team=report.team, is_active=True)
            key = f"report:{report.pk}:{count}:{timezone.localdate()}"
            url = reverse("core.report-detail", args=[report.pk])
            notify(people, Notice.Reason.RESULT, f"{report}: 수치 {count}개가 바뀌었습니다", url=url, key=key)
        moved += bool(count)
        remember(report, count)
    return moved


def remember(report: Report, count: int) -> None:
    """바뀐 수치의 수를 적는다. 같으면 쓰지 않는다."""
    if report.changed_count != count:
        report.changed_count = count
        report.save(update_fields=["changed_count"])


# ── 발간과 정정 ─────────────────────────────────────────────────────────


@transaction.atomic
def issue(report: Report, user: Any, library: Library) -> None:
    """발간한다: 문서와 수치를 굳힌다. 이미 발간했으면 ValidationError."""
    locked = _locked_draft(report)
    desk = Desk(locked, library)
    write_figures(desk)
    locked.document = to_json(desk.document)
    locked.status, locked.issued_at, locked.issued_by = Report.Status.ISSUED, timezone.now(), user
    locked.changed_count = 0
    locked.save()
    report.refresh_from_db()


@transaction.atomic
def correct(report: Report, reason: str, library: Library) -> Report:
    """발간한 보고서의 정정호를 초안으로 연다. 글과 잠금을 이어받고, 다음 호의 번호를 단다."""
    # 둘이 함께 눌러도 정정호는 하나다.
    report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not report.is_issued:
        raise ValidationError("발간한 보고서만 정정합니다. 초안은 바로 고쳐 주세요.")
    if hasattr(report, "correction"):
        raise ValidationError(f"이미 정정호가 있습니다: {report.correction}. 그 호에서 이어서 고쳐 주세요.")
    if not reason.strip():
        raise ValidationError("무엇을 왜 바로잡는지 정정 사유를 적어 주세요. 정정이력에 그대로 나옵니다.")
    later = Report(
        template=report.template, title=report.title, team=report.team, year=report.year, start_on=report.start_on, as_of=report.as_of,
        parts=report.parts, has_approval=report.has_approval, has_figure_list=report.has_figure_list,
        issue_number=report.issue_number + 1, corrects=report, correction_reason=reason.strip(), is_sample=report.is_sample,
    )  # fmt: skip
    later.save()
    carry(report, later)
    acknowledge(Desk(later, library))
    return later


def chain(report: Report) -> list[Report]:
    """한 보고서의 모든 호, 첫 호부터."""
    first = report
    while first.corrects is not None:
        first = first.corrects
    found = [first]
    while hasattr(found[-1], "correction"):
        found.append(found[-1].correction)
    return found


def default_as_of(template: Template, year: int) -> date:
    """그해 보고서의 처음 기준일."""
    if template.default_as_of:
        return template.default_as_of(year)
    return min(timezone.localdate(), date(year, 12, 31))
