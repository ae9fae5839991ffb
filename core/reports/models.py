"""보고서 한 호, 담당자가 고친 글, 그 보고서가 쓴 수치."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from core.access import ReportScope, Team
from core.figures.figure import FigureValue
from core.history.models import Record, RecordQuerySet
from core.reports.document import Document
from core.reports.serial import from_json
from core.states import Sign


class ReportQuerySet(RecordQuerySet):
    def drafts(self) -> Self:
        """작성 중인 것."""
        return self.filter(status=Report.Status.DRAFT)

    def issued(self) -> Self:
        """발간한 것."""
        return self.filter(status=Report.Status.ISSUED)

    def before(self, report: Report) -> Report | None:
        """지난 호: 정정이면 바로잡는 호, 아니면 같은 틀로 그 앞에 발간한 것."""
        if report.corrects is not None:
            return report.corrects
        earlier = self.issued().filter(template=report.template, as_of__lte=report.as_of).exclude(pk=report.pk)
        found: Report | None = earlier.order_by("-as_of", "-issue_number").first()
        return found


class Report(Record):
    """보고서 한 호. 초안의 수치는 살아 있고, 발간하면 글과 수치가 굳는다. 발간한 것은 정정호로만 바로잡는다."""

    class Status(models.TextChoices):
        DRAFT = "draft", Sign("작성 중", "none")
        ISSUED = "issued", "발간"

    template = models.CharField("틀", max_length=40)
    title = models.CharField("제목", max_length=100)
    team = models.CharField("맡은 팀", max_length=20, choices=Team.choices)
    year = models.PositiveSmallIntegerField("해")
    start_on = models.DateField("기간 첫날")
    as_of = models.DateField("기준일", help_text="이날까지의 자료로 셈합니다.")
    parts = models.JSONField("넣은 절", default=list, blank=True)
    has_approval = models.BooleanField("결재란", default=False)
    has_figure_list = models.BooleanField(
        "수치 목록", default=False, help_text="모든 수치의 값, 뜻, 출처를 끝에 붙입니다."
    )
    status = models.CharField("상태", max_length=8, choices=Status.choices, default=Status.DRAFT, editable=False)
    issue_number = models.PositiveSmallIntegerField("호", default=1, editable=False)
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="correction",
        verbose_name="바로잡는 호",
    )
    correction_reason = models.CharField("정정 사유", max_length=300, blank=True, editable=False)
    issued_at = models.DateTimeField("발간한 때", null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="발간한 사람",
    )
    document = models.JSONField("굳힌 문서", null=True, blank=True, editable=False)
    changed_count = models.PositiveSmallIntegerField("바뀐 수치", default=0, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    # 굳힌 문서는 크고, 발간한 뒤에는 바뀌지 않는다. 바뀐 수치의 수는 자료를 따라간다.
    untracked: ClassVar = ("document", "changed_count")
    objects = ReportQuerySet.as_manager()
    scope: ClassVar = ReportScope(Q(status=Status.DRAFT))

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "보고서"
        ordering = ["-as_of", "-issue_number", "-pk"]

    def __str__(self) -> str:
        return f"{self.title} {self.issue_number}호" if self.issue_number > 1 else self.title

    def clean(self) -> None:
        if self.start_on and self.as_of and self.start_on > self.as_of:
            raise ValidationError({"as_of": "기준일이 기간 첫날보다 앞섭니다. 두 날짜를 확인해 주세요."})

    @property
    def is_issued(self) -> bool:
        return self.status == self.Status.ISSUED

    def frozen(self) -> Document:
        """발간할 때 굳힌 문서. 초안이면 ValueError."""
        if not self.is_issued or self.document is None:
            raise ValueError("발간하지 않은 보고서입니다.")
        found: Document = from_json(self.document)
        return found

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        # 표본을 걷는 일만 발간한 것을 지운다. 지우는 화면을 연 사이에 발간했을 수 있어 지금 값을 본다.
        stored = Report.objects.select_for_update(of=("self",)).filter(pk=self.pk).first()
        if stored is not None and stored.is_issued and not stored.is_sample:
            raise ValidationError("발간한 보고서는 지우지 않습니다. 틀린 곳은 정정호를 내어 바로잡아 주세요.")
        return super().delete(*args, **kwargs)


class ReportText(Record):
    """담당자가 고친 글 한 자리, 또는 고치지 못하게 잠근 자리."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="texts", verbose_name="보고서")
    key = models.CharField("자리", max_length=150)
    text = models.TextField(
        "글", blank=True, help_text="여러 줄이면 줄마다 □ ○ - · ※ 로 시작합니다. 비우면 그 줄을 뺍니다."
    )
    is_edited = models.BooleanField("고침", default=False)
    is_carried = models.BooleanField("지난 호에서 옴", default=False)
    is_locked = models.BooleanField("잠금", default=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="잠근 사람"
    )

    named_with = ("report",)
    scope: ClassVar = ReportScope(Q(report__status=Report.Status.DRAFT), "report__")

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "보고서의 고친 글"
        ordering = ["report", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="report_text_unique")]

    def __str__(self) -> str:
        return f"{self.report} {self.key}"


class ReportFigure(models.Model):
    """보고서가 쓴 수치 하나. 초안에서는 마지막으로 확인한 값, 발간한 뒤에는 굳은 값이다."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures", verbose_name="보고서")
    order = models.PositiveSmallIntegerField("차례")
    code = models.CharField("코드", max_length=100)
    title = models.CharField("이름", max_length=200)
    definition = models.CharField("뜻", max_length=500)
    definition_version = models.PositiveSmallIntegerField("뜻의 판")
    unit = models.CharField("단위", max_length=10)
    value = models.DecimalField("값", max_digits=20, decimal_places=4, null=True)
    text = models.CharField("글자", max_length=50)
    as_of = models.DateField("기준일", null=True)
    origin = models.CharField("갈래", max_length=10, choices=list(FigureValue.ORIGINS.items()))
    source = models.CharField("출처", max_length=300, blank=True)
    url = models.CharField("행의 주소", max_length=300, blank=True)
    fingerprint = models.CharField("행의 지문", max_length=16)

    scope: ClassVar = ReportScope(Q(report__status=Report.Status.DRAFT), "report__")

    class Meta:
        verbose_name = verbose_name_plural = "보고서의 수치"
        ordering = ["report", "order"]
        constraints = [models.UniqueConstraint(fields=["report", "code"], name="report_figure_unique")]

    def __str__(self) -> str:
        return f"{self.title} {self.text}"
