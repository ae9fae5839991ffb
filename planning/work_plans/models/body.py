"""본문의 줄(WorkLine)과 표(WorkTable)."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from core.access import OwnTeamScope
from core.history.models import Record, RecordQuerySet
from core.rounds.models import Submission
from planning.work_plans import outline
from planning.work_plans.models.plans import WorkItem
from planning.work_plans.schedule import When, when_of


def _body_scope() -> OwnTeamScope:
    """본문은 사업을 고칠 수 있는 사람이 고친다."""
    return OwnTeamScope(
        "item__", Submission.editable("item__submission__") & Q(item__state__in=WorkItem.COLLECTED),
        draft_when=Q(item__state__in=WorkItem.WRITING), closed_when=Q(item__state__in=WorkItem.CLOSED),
    )  # fmt: skip


class WorkTable(Record):
    """사업에 딸린 표. 본문의 [표: 이름] 자리에 들어간다.

    source 를 적은 표는 보고서를 만들 때 살아 있는 자료(추경, 소송)에서 다시 짜고, 적지 않은 표는 grid 를 그대로 낸다.
    """

    class Source(models.TextChoices):
        TYPED = "", "적은 그대로"
        SUPPLEMENTARY = "budget.supplementary", "추가경정예산 현황(예산편성·집행)"
        LAWSUITS = "legal.lawsuits", "소송 수행 현황(소송사무)"

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="tables", verbose_name="주요업무")
    name = models.CharField("이름", max_length=60)
    source = models.CharField("어디에서 짜는가", max_length=40, choices=Source.choices, blank=True, default=Source.TYPED)
    grid = models.TextField(
        "칸", blank=True,
        help_text="줄마다 | 로 칸을 나눕니다. < 는 왼쪽 칸과, ^ 는 위 칸과 합치고 ⏎ 는 칸 안의 줄바꿈입니다.",
    )  # fmt: skip
    heading_rows = models.PositiveSmallIntegerField("머리글 줄 수", default=1)
    unit = models.CharField("단위·기준일", max_length=60, blank=True, help_text="예: 단위: 백만원 / 23.11.06.기준")
    unit_below = models.BooleanField("단위를 표 아래에 적음", default=False)

    scope: ClassVar = _body_scope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "본문의 표"
        ordering = ["item", "name"]
        constraints = [models.UniqueConstraint(fields=["item", "name"], name="work_table_unique")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if set(self.name) & set("[]\n"):
            raise ValidationError({"name": "이름에는 대괄호를 쓸 수 없습니다. 빼고 적어 주세요."})
        try:
            outline.parse_grid(self.grid, self.heading_rows)
        except outline.GridProblem as error:
            raise ValidationError({"grid": str(error)}) from error
        if not self.source and not self.grid.strip():
            raise ValidationError({"grid": "칸이 비어 있습니다. 표의 칸을 적어 주세요."})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """저장하고, 이름이 바뀌었으면 본문의 [표: …] 도 새 이름으로 적는다."""
        old = WorkTable._base_manager.filter(pk=self.pk).first() if self.pk else None
        super().save(*args, **kwargs)
        if old and old.name != self.name:
            self._rewrite(old.name, self.name)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        result = super().delete(*args, **kwargs)
        self._rewrite(self.name, "")
        return result

    def _rewrite(self, old: str, new: str) -> None:
        """본문에서 이 표를 가리키는 줄을 새 이름으로 적거나(new) 뺀다(빈 글자)."""
        item = WorkItem._base_manager.filter(pk=self.item_id).first()
        if item is None or not any((line.mark, line.text) == (outline.TABLE, old) for line in item.outline):
            return
        lines = [replace(line, text=new) if (line.mark, line.text) == (outline.TABLE, old) else line for line in item.outline]
        item.body = outline.render(line for line in lines if line.mark != outline.TABLE or line.text)
        item.save()

    @property
    def rows(self) -> list[list[outline.GridCell]]:
        """합친 칸을 푼 줄. 읽을 수 없으면 빈 표다."""
        try:
            return outline.parse_grid(self.grid, self.heading_rows)
        except outline.GridProblem:
            return []


class WorkLineQuerySet(RecordQuerySet):
    def dated(self) -> WorkLineQuerySet:
        """때가 적히는 구역의 줄."""
        return self.filter(section__in=outline.DATED, mark__in=outline.MARKS[1:4])


class WorkLine(Record):
    """본문의 한 줄. 사업의 글(body)을 저장할 때 함께 맞추고, 줄을 고치면 글도 따라 바뀐다."""

    class Mark(models.TextChoices):
        HEADING = outline.HEADING, "□"
        CIRCLE = outline.CIRCLE, "○"
        DASH = outline.DASH, "-"
        DOT = outline.DOT, "·"
        NOTE = outline.NOTE, "※"
        PLAIN = outline.PLAIN, "표시 없음"
        TABLE = outline.TABLE, "표"
        BUDGET = outline.BUDGET, "예산현황"
        REQUIRED = outline.REQUIRED, "소요예산"

    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="lines", verbose_name="주요업무")
    order = models.PositiveIntegerField("차례", default=0)
    mark = models.CharField("표시", max_length=10, choices=Mark.choices, blank=True, default=Mark.CIRCLE)
    text = models.TextField("글", blank=True)
    right = models.CharField("오른쪽 말", max_length=60, blank=True, help_text="예: (단위: 건)")
    section = models.CharField("구역", max_length=40, blank=True, editable=False)
    done_on = models.DateField("마친 날", null=True, blank=True, help_text="일정의 줄이면 마친 날을 적습니다.")

    untracked: ClassVar = ("section",)
    objects = WorkLineQuerySet.as_manager()
    scope: ClassVar = _body_scope()

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "본문의 줄"
        ordering = ["item", "order", "pk"]

    def __str__(self) -> str:
        return f"{self.get_mark_display() if self.mark else ''} {self.text}".strip()[:120]

    def clean(self) -> None:
        if self.mark in outline.RESERVED_TEXT:
            self.text = ""
            return
        if not self.text.strip():
            raise ValidationError({"text": "글이 비어 있습니다. 줄을 없애려면 사업의 본문에서 지워 주세요."})
        if not outline.is_representable(self.as_outline):
            raise ValidationError({"text": "줄바꿈이나 앞뒤의 빈칸, 앞의 표시(□ ○ -)를 빼고 글만 적어 주세요."})

    @property
    def as_outline(self) -> outline.OutlineLine:
        return outline.OutlineLine(self.mark, self.text, self.right)

    @property
    def when(self) -> When | None:
        """일정의 때."""
        return when_of(self.text, self.item.plan.year) if self.section in outline.DATED else None

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """저장하고 사업의 글을 맞춘다."""
        if not self.order:
            last = WorkLine._base_manager.filter(item=self.item_id).order_by("-order").first()
            self.order = last.order + 1 if last else 1
        super().save(*args, **kwargs)
        self._rewrite()

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        result = super().delete(*args, **kwargs)
        self._rewrite()
        return result

    def _rewrite(self) -> None:
        """줄에서 사업의 글을 다시 적는다."""
        item = WorkItem._base_manager.select_for_update(of=("self",)).get(pk=self.item_id)
        rows = WorkLine._base_manager.filter(item=item).order_by("order", "pk")
        body = outline.render(row.as_outline for row in rows)
        if body != item.body:
            item.body = body
            item.save()

    @classmethod
    @transaction.atomic
    def follow(cls, item: WorkItem) -> None:
        """사업의 글대로 줄을 맞춘다. 그대로인 줄은 두고, 고친 줄은 같은 행에서 고쳐 마친 날을 잃지 않는다."""
        stored = list(cls._base_manager.filter(item=item).order_by("order", "pk"))
        wanted = outline.with_sections(item.outline)
        old, new = [row.as_outline for row in stored], [line for line, _section in wanted]
        placed: list[Any] = [None] * len(new)
        gone: list[int] = []
        for tag, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            pairs = min(a2 - a1, b2 - b1)
            for step in range(pairs if tag != "delete" else 0):
                placed[b1 + step] = stored[a1 + step]
            gone += [row.pk for row in stored[a1 + (0 if tag == "delete" else pairs) : a2]]
        added, changed, moved = [], [], []
        for at, ((line, section), row) in enumerate(zip(wanted, placed, strict=True), start=1):
            if row is None:
                added.append(cls(item=item, order=at, mark=line.mark, text=line.text, right=line.right, section=section))
                continue
            same = row.as_outline == line
            if not same:
                changed.append(row)
            elif (at, section) != (row.order, row.section):
                moved.append(row)
            row.order, row.mark, row.text, row.right, row.section = at, line.mark, line.text, line.right, section
        cls._base_manager.filter(pk__in=gone).delete()
        cls._base_manager.bulk_update(changed, ["order", "mark", "text", "right", "section"])
        # 앞에 한 줄이 늘어 밀리기만 한 줄은 고친 것이 아니다. 이력도 판도 그대로다.
        models.QuerySet(cls).bulk_update(moved, ["order", "section"])
        cls._base_manager.bulk_create(added)
