"""의안과, 의안이 지나는 단계. 단계를 옮기는 규칙과 기한은 여기에 있고, 공포처럼 자치법규가 함께 바뀌는 일은 services 에 있다."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from core.access import DepartmentScope, Team
from core.committees.models import AgendaItem
from core.deadlines.models import Deadline, DeadlineRule
from core.deadlines.models.rules import RuleMissing
from core.deadlines.periods import count
from core.deadlines.services import track
from core.deadlines.working_days import Calendar
from core.formats import date_plain
from core.history.context import acting
from core.history.models import Record, RecordQuerySet
from core.org.models import Department
from legal.local_laws.models.laws import LocalLaw
from legal.local_laws.models.pipeline import (
    BOARD_STEPS,
    CLOSES,
    DEPARTMENT_STEPS,
    ENDINGS,
    GROUPED,
    HOLDERS,
    INTERNAL_STEPS,
    OPENS,
    Action,
    Holder,
    LawKind,
    Proposer,
    Result,
    Stage,
    following,
    results_of,
    route,
    word,
)
from legal.local_laws.models.steps import BillStep, ImpactReview, ReviewKind

# 보고서의 「자치법규 입법」을 세는 법. 현황표, 수치, 목록이 모두 BillQuerySet.enacted() 하나를 쓴다.
ENACTED_DEFINITION = "그 기간에 공포한 조례·규칙과 발령한 훈령·예규의 의안 수. 한 자치법규를 두 번 고치면 두 건이고, 공포일로 센다."


class BillQuerySet(RecordQuerySet):
    def enacted(self, start: date, end: date) -> Self:
        """입법: start~end 에 공포(발령)한 의안. 뜻은 ENACTED_DEFINITION."""
        return self.filter(status=Stage.PROMULGATED, promulgated_on__gte=start, promulgated_on__lte=end)

    def of_group(self, group: str) -> Self:
        """보고서의 유형(제정·개정·폐지)."""
        return self.filter(action__in=GROUPED[group])

    def open(self) -> Self:
        """아직 끝나지 않은 의안."""
        return self.exclude(status__in=ENDINGS)

    def with_department(self) -> Self:
        """부서의 손에 있는 의안."""
        return self.filter(status__in=DEPARTMENT_STEPS)

    def at_council(self) -> Self:
        """조례·규칙심의회 단계에 있는 의안."""
        return self.filter(status__in=BOARD_STEPS)

    def waiting_for_council(self) -> Self:
        """조례·규칙심의회에 올릴 의안: 심의회 단계에 있고, 결정을 기다리는 안건이 아직 없다."""
        return self.at_council().exclude(pk__in=AgendaItem.objects.undecided().records_of(Bill))

    def in_line(self) -> Self:
        """길의 차례대로, 같은 단계에서는 오래된 것부터."""
        whens = [models.When(status=stage, then=models.Value(at)) for at, stage in enumerate(Stage)]
        at = models.Case(*whens, output_field=models.IntegerField())
        return self.order_by(at, "received_on", "pk")


class Bill(Record):
    """의안 하나: 자치법규를 제정·개정·폐지하려는 안이 입안부터 공포까지 지나는 길."""

    class NoticeSkip(models.TextChoices):
        URGENT = "urgent", "1호 긴급(신속한 권리 보호, 예측하지 못한 사정)"
        EXECUTION = "execution", "2호 상위법령의 단순한 집행"
        UNRELATED = "unrelated", "3호 국민의 권리·의무, 일상생활과 관련 없음"
        WORDING = "wording", "4호 단순한 표현·자구 변경"
        HARMFUL = "harmful", "5호 공공의 안전·복리를 해칠 우려"

    kind = models.CharField("종류", max_length=20, choices=LawKind.choices)
    action = models.CharField("유형", max_length=15, choices=Action.choices, default=Action.AMEND)
    title = models.CharField("의안명", max_length=200, help_text="예: ○○구 주차장 설치 및 관리 조례 일부개정조례안")
    law = models.ForeignKey(
        LocalLaw, models.PROTECT, null=True, blank=True, related_name="bills", verbose_name="자치법규",
        help_text="제정이면 비워 둡니다. 공포할 때 저절로 생깁니다.",
    )
    law_title = models.CharField("새 자치법규명", max_length=200, blank=True, help_text="제정하거나 이름을 바꾸는 의안만 적습니다.")
    proposer_kind = models.CharField("발의자", max_length=10, choices=Proposer.choices, default=Proposer.MAYOR)
    proposer = models.CharField("대표발의·위원회", max_length=50, blank=True, help_text="주민청구는 적지 않습니다.")
    department = models.ForeignKey(Department, models.PROTECT, related_name="bills", verbose_name="소관 부서")
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="bills", verbose_name="법무 담당"
    )
    received_on = models.DateField("시작일", help_text="입안을 시작한 날. 의원발의는 발의한 날, 주민청구는 수리한 날입니다.")
    reason = models.TextField("제안 이유", blank=True)
    main_points = models.TextField("주요 내용", blank=True)
    notice_skip = models.CharField(
        "예고 생략 사유", max_length=12, choices=NoticeSkip.choices, blank=True, help_text="행정절차법 제41조제1항 각 호"
    )
    notice_skip_reason = models.CharField("예고를 생략하는 까닭", max_length=300, blank=True)
    short_notice_reason = models.CharField(
        "예고기간을 줄인 까닭", max_length=300, blank=True, help_text="특별한 사정이 있어 20일보다 짧게 예고한 때만 적습니다."
    )
    planned_promulgation_on = models.DateField(
        "공포 예정일", null=True, blank=True, help_text="규칙은 이날의 15일 전까지 서울시에 보고합니다."
    )
    stated_effective_on = models.DateField("부칙의 시행일", null=True, blank=True, help_text="비우면 공포한 날부터 20일이 지난 날입니다.")
    note = models.CharField("비고", max_length=300, blank=True)
    # 여기부터는 단계를 옮기며 적힌다.
    status = models.CharField("단계", max_length=20, choices=Stage.choices, default=Stage.DRAFTING, editable=False)
    noticed_on = models.DateField("입법예고일", null=True, blank=True, editable=False)
    council_result = models.CharField("의회 의결", max_length=12, choices=Result.choices, blank=True, editable=False)
    promulgated_on = models.DateField("공포일", null=True, blank=True, editable=False)
    effective_on = models.DateField("시행일", null=True, blank=True, editable=False)
    promulgation_number = models.CharField("공포번호", max_length=20, blank=True, editable=False)
    gazette_number = models.CharField("공보 호수", max_length=30, blank=True, editable=False)
    is_sample = models.BooleanField("표본", default=False, editable=False)

    # 우리가 할 일이 없고 다른 곳의 처리를 기다리는 단계
    NOT_OURS = tuple(stage for stage, holder in HOLDERS.items() if holder == Holder.COUNCIL)

    objects = BillQuerySet.as_manager()
    scope: ClassVar = DepartmentScope(
        open_when=Q(status__in=DEPARTMENT_STEPS),
        team_only=("proposer_kind", "proposer", "handler", "planned_promulgation_on", "short_notice_reason"),
        closed_when=Q(status__in=ENDINGS),
    )

    class Meta(Record.Meta):
        verbose_name = verbose_name_plural = "의안"
        ordering = ["-received_on", "-pk"]
        indexes = [models.Index(fields=["status"]), models.Index(fields=["promulgated_on", "kind"])]

    def __str__(self) -> str:
        return self.title

    # ── 한 행의 규칙 ──────────────────────────────────────────────────

    def clean(self) -> None:
        if self.action == Action.ENACT:
            if self.law_id:
                raise ValidationError({"law": "제정하는 의안은 자치법규를 고르지 않습니다. 새 자치법규명에 이름을 적어 주세요."})
            if not self.law_title:
                raise ValidationError({"law_title": "제정할 자치법규의 이름을 적어 주세요."})
        elif self.law_id is None:
            raise ValidationError({"law": "고치거나 폐지할 자치법규를 골라 주세요. 목록에 없으면 자치법규를 먼저 등록하세요."})
        elif self.law and self.kind and self.law.kind != self.kind:
            raise ValidationError({"law": f"{self.law.get_kind_display()}입니다. 종류가 같은 자치법규를 골라 주세요."})
        if self.proposer_kind != Proposer.MAYOR and self.kind and self.kind != LawKind.ORDINANCE:
            raise ValidationError({"proposer_kind": "의회와 주민은 조례만 냅니다. 발의자를 구청장으로 바꿔 주세요."})
        if bool(self.notice_skip) != bool(self.notice_skip_reason):
            raise ValidationError({"notice_skip_reason": "입법예고를 생략하려면 법의 사유를 고르고 그 까닭을 함께 적어 주세요."})
        if self.notice_skip and self.noticed_on:
            raise ValidationError({"notice_skip": "이미 예고한 의안이라 생략 사유를 적을 수 없습니다."})
        if not self._state.adding:
            self._keep_way()

    def _keep_way(self) -> None:
        """길을 떠난 뒤에는 길을 바꾸는 항목을 고치지 못한다."""
        before = Bill.objects.filter(pk=self.pk).first()
        if before is None or before.status == before.way[0]:
            return
        for name in ("kind", "proposer_kind"):
            if getattr(before, name) != getattr(self, name):
                raise ValidationError({name: "이미 단계를 지난 의안이라 바꿀 수 없습니다. 이 의안을 철회하고 새로 등록하세요."})
        if self.status not in self.way and self.status not in ENDINGS and self.status != Stage.RECONSIDERATION:
            raise ValidationError({"notice_skip": f"지금 「{self.stage_word}」 단계라 입법예고를 생략할 수 없습니다."})

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """새 의안은 첫 단계를 열고, 아직 떠나지 않은 의안의 길이 바뀌면 첫 단계도 바꾼다."""
        is_new = self._state.adding
        waits = self.status not in self.way if is_new else self.is_open and not self.has_moved
        if waits:
            self.status = self.way[0]
        super().save(*args, **kwargs)
        if is_new and self.is_open:
            self._enter(Stage(self.status), self.received_on)
        elif waits:
            self.steps.filter(done_on=None).update(code=self.status, holder=HOLDERS[self.status], started_on=self.received_on)
        if self.is_open and self.kind == LawKind.RULE and self.planned_promulgation_on:
            self._track("ordinance.rule_report", self.planned_promulgation_on)

    # ── 지금 ──────────────────────────────────────────────────────────

    @property
    def way(self) -> tuple[Stage, ...]:
        """이 의안이 지나는 단계의 차례."""
        return route(
            self.kind, self.proposer_kind, skips_notice=bool(self.notice_skip), is_amended=self.council_result == Result.AMENDED
        )

    @property
    def is_open(self) -> bool:
        return self.status not in ENDINGS

    @property
    def has_moved(self) -> bool:
        """첫 단계를 마친 적이 있는가."""
        return self.steps.exclude(done_on=None).exists()

    @property
    def stage_word(self) -> str:
        """지금 단계의 말. 시행일이 된 의안은 「시행」이다."""
        if self.status == Stage.PROMULGATED and self.is_in_force():
            return "시행"
        return word(self.status, self.kind)

    def is_in_force(self, day: date | None = None) -> bool:
        """day 에 시행되고 있는가. 날짜로 셈하고 따로 적지 않는다."""
        return self.effective_on is not None and self.effective_on <= (day or timezone.localdate())

    @property
    def holder_text(self) -> str:
        """지금 의안을 쥐고 있는 곳."""
        if not self.is_open:
            return ""
        holder = HOLDERS[self.status]
        return str(self.department) if holder == Holder.DEPARTMENT else str(holder.label)

    def current_step(self) -> BillStep | None:
        """지금 단계의 기록. 끝난 의안이면 None."""
        return self.steps.filter(done_on=None).order_by("-order").first()

    @property
    def results(self) -> tuple[Result, ...]:
        """지금 단계에서 적을 수 있는 결과."""
        return results_of(self.status) if self.is_open else ()

    def returnable(self) -> list[Stage]:
        """보완하라고 되돌릴 수 있는 앞 단계."""
        if self.status not in INTERNAL_STEPS or self.status not in self.way:
            return []
        way = self.way
        return [stage for stage in way[: way.index(Stage(self.status))] if stage in INTERNAL_STEPS]

    @property
    def may_reconsider(self) -> bool:
        """재의를 요구할 수 있는가: 이송받은 조례안을 아직 공포하지 않았고, 재의결한 것이 아니다."""
        return self.kind == LawKind.ORDINANCE and self.status in (Stage.REPORT, Stage.REVIEW, Stage.PROMULGATION) and not self.is_confirmed

    @property
    def is_confirmed(self) -> bool:
        """의회가 재의결해 확정된 조례인가."""
        return self.council_result == Result.CONFIRMED

    # ── 옮기기 ────────────────────────────────────────────────────────

    def _at(self, on: date) -> BillStep:
        """on 에 무엇을 적을 수 있는 지금 단계."""
        step = self.current_step()
        if step is None:
            raise ValidationError(f"「{self.stage_word}」(으)로 끝난 의안이라 더 처리할 것이 없습니다.")
        if on < step.started_on:
            raise ValidationError(
                f"「{step.word}」 단계를 시작한 {date_plain(step.started_on)}보다 앞선 날짜입니다. 날짜를 확인해 주세요."
            )
        if on > timezone.localdate():
            raise ValidationError("아직 오지 않은 날짜입니다. 일이 있은 뒤에 적어 주세요.")
        return step

    @transaction.atomic
    def announce(self, on: date, note: str = "") -> None:
        """입법예고를 시작했다. 이날부터 예고기간을 센다(행정절차법 제43조)."""
        step = self._at(on)
        if self.status != Stage.NOTICE:
            raise ValidationError(f"지금은 「{self.stage_word}」 단계입니다. 입법예고 단계에서만 예고일을 적습니다.")
        self.noticed_on = on
        self.save()
        if note:
            step.note = note
            step.save()
        self._track("ordinance.notice", on)

    @transaction.atomic
    def finish(self, on: date, result: str = "", note: str = "", document: str = "") -> BillStep:
        """지금 단계를 result 로 마치고 다음 단계로 간다. 어긋난 차례는 까닭을 적어 거절한다."""
        step = self._at(on)
        allowed = self.results
        result = result or (allowed[0] if len(allowed) == 1 else "")
        if result not in allowed:
            words = ", ".join(str(one.label) for one in allowed)
            raise ValidationError(
                f"「{self.stage_word}」 단계의 결과는 {words} 가운데 하나입니다." if allowed
                else "공포(발령)하거나 재의를 요구할 단계입니다. 공포번호를 적는 화면에서 처리하세요."
            )  # fmt: skip
        self._check(on)
        stage = Stage(self.status)
        self._leave(step, on, result, note, document)
        target = following(stage, result, self._way_after(stage, result))
        self._move(target, on)
        if result != Result.POSTPONED:
            self._close(CLOSES.get(stage, ()), Result(result).label, on)
            if target not in (Stage.REJECTED, Stage.DISCARDED):
                for code in OPENS.get(stage, ()):
                    self._track(code, on)
        if not self.is_open:
            self.lapse_clocks(f"의안 {self.get_status_display()}", on)
        return step

    def _way_after(self, stage: Stage, result: str) -> tuple[Stage, ...]:
        if stage in (Stage.PLENARY, Stage.RECONSIDERATION) and result != Result.POSTPONED:
            self.council_result = result
        return self.way

    def _check(self, on: date) -> None:
        """단계마다 마치기 전에 갖출 것."""
        if self.status == Stage.IMPACT:
            left = [one.kind.name for one in self.impact_reviews.select_related("kind") if one.is_required and one.done_on is None]
            if left:
                raise ValidationError(f"{', '.join(left)}의 결과를 아직 적지 않았습니다. 적거나 대상이 아니라고 고친 뒤 마쳐 주세요.")
        if self.status == Stage.NOTICE:
            if self.noticed_on is None:
                raise ValidationError("예고일을 아직 적지 않았습니다. 「예고 시작」에 공보나 누리집에 예고한 날을 먼저 적어 주세요.")
            last = self.notice_until()
            if last and on < last and not self.short_notice_reason:
                raise ValidationError(
                    f"예고기간은 {date_plain(last)}까지입니다(행정절차법 제43조). 특별한 사정으로 줄였으면 의안에 그 까닭을 적어 주세요."
                )
        if self.status == Stage.REPORT and self.kind == LawKind.RULE and self.planned_promulgation_on is None:
            raise ValidationError("공포 예정일을 먼저 적어 주세요. 규칙은 공포 예정일의 15일 전까지 보고합니다(지방자치법 제35조).")

    def notice_until(self) -> date | None:
        """예고기간의 마지막 날. 예고하지 않았으면 None."""
        if self.noticed_on is None:
            return None
        rule = DeadlineRule.objects.in_force("ordinance.notice", self.noticed_on)
        return count(rule.period, self.noticed_on, Calendar.load()).due

    @transaction.atomic
    def send_back(self, target: str, on: date, note: str) -> None:
        """보완하라고 앞 단계로 되돌린다. 지난 기록은 남고, 되돌아간 단계는 새 줄로 적힌다."""
        step = self._at(on)
        if target not in self.returnable():
            raise ValidationError(f"「{self.stage_word}」 단계에서는 그 단계로 되돌릴 수 없습니다. 의회에 낸 뒤에는 철회만 됩니다.")
        if not note:
            raise ValidationError("무엇을 보완해야 하는지 적어 주세요.")
        self._leave(step, on, Result.RETURNED, note)
        if self.noticed_on and Stage.NOTICE in self.way and self.way.index(Stage(target)) <= self.way.index(Stage.NOTICE):
            self.noticed_on = None
        self.lapse_clocks("보완하느라 되돌림", on, ("ordinance.notice",))
        self._move(Stage(target), on)

    @transaction.atomic
    def withdraw(self, on: date, note: str) -> None:
        """거두어들인다. 의회가 의결한 뒤에는 철회하지 못한다."""
        step = self._at(on)
        if self.status in (Stage.TRANSFER, Stage.REPORT, Stage.REVIEW, Stage.PROMULGATION, Stage.RECONSIDERATION) and (
            self.kind == LawKind.ORDINANCE
        ):
            raise ValidationError("의회가 의결한 조례안은 철회할 수 없습니다. 공포하거나 재의를 요구하세요.")
        if not note:
            raise ValidationError("철회하는 까닭을 적어 주세요.")
        self._leave(step, on, Result.WITHDRAWN, note)
        self._move(Stage.WITHDRAWN, on)
        self.lapse_clocks("의안 철회", on)

    @transaction.atomic
    def request_reconsideration(self, arrived_on: date, note: str) -> None:
        """재의를 요구했다. 요구서가 의회에 닿은 날부터 부의 기한을 센다. 재의요구기한은 두 사람이 확인한 뒤에 끝난다."""
        step = self._at(arrived_on)
        if not self.may_reconsider:
            raise ValidationError("이송받은 조례안을 공포하기 전에만 재의를 요구합니다(지방자치법 제32조제3항).")
        if not note:
            raise ValidationError("재의를 요구하는 까닭을 적어 주세요. 일부만 고쳐 재의를 요구할 수는 없습니다.")
        self._close(("ordinance.redeliberation",), "재의요구", arrived_on)
        self._leave(step, arrived_on, Result.RECONSIDER, note)
        self._move(Stage.RECONSIDERATION, arrived_on)
        self.lapse_clocks("재의를 요구해 공포하지 않음", arrived_on, ("ordinance.promulgation",))
        self._track("ordinance.reconsideration", arrived_on)

    def decided_by(self, item: Any) -> None:
        """조례·규칙심의회가 의결했다. 심의회 안건(item)의 결과를 적는 거래 안에서 부른다."""
        if self.status not in BOARD_STEPS:
            raise ValidationError(f"「{self}」은(는) 지금 「{self.stage_word}」 단계라 심의회의 의결을 적을 수 없습니다.")
        note = f"{item.meeting} {item.decision_text}".strip()
        self.finish(item.meeting.held_on, item.outcome, note[:500])

    # ── 기록과 기한 ───────────────────────────────────────────────────

    def _enter(self, stage: Stage, on: date) -> None:
        order = (self.steps.aggregate(last=models.Max("order"))["last"] or 0) + 1
        BillStep.objects.create(
            bill=self, order=order, code=stage, started_on=on, holder=HOLDERS[stage], is_sample=self.is_sample
        )
        if stage == Stage.PROPOSAL:
            self._track("ordinance.resident_proposal", on)
            self._track("ordinance.resident_vote", on)
        if stage == Stage.IMPACT:
            self._ask_reviews(on)

    def _ask_reviews(self, on: date) -> None:
        """그날 받아야 하는 사전심사를 빠짐없이 놓는다. 다시 들어오면 있는 것을 그대로 쓴다."""
        asked = set(self.impact_reviews.values_list("kind", flat=True))
        for kind in ReviewKind.objects.for_law(self.kind, on):
            if kind.pk not in asked:
                ImpactReview.objects.create(bill=self, kind=kind, is_sample=self.is_sample)

    @staticmethod
    def _leave(step: BillStep, on: date, result: str, note: str = "", document: str = "") -> None:
        step.done_on, step.result = on, result
        step.note = "\n".join(filter(None, (step.note, note)))
        step.document = document or step.document
        step.save()

    def _move(self, target: Stage, on: date) -> None:
        self.status = target
        super().save()
        if target not in ENDINGS:
            self._enter(target, on)

    def _track(self, code: str, trigger: date) -> None:
        try:
            track(
                self, code, trigger, self.title[:150], team=Team.LEGAL, department=self.department, handler=self.handler,
                is_sample=self.is_sample,
            )  # fmt: skip
        except RuleMissing as missing:
            raise ValidationError(str(missing)) from missing

    def clocks(self) -> Any:
        """이 의안에 붙은 기한."""
        return Deadline.objects.to_record(self)

    def _close(self, codes: tuple[str, ...], outcome: str, on: date) -> None:
        for deadline in self.clocks().exclude(state=Deadline.State.DONE).filter(rule__code__in=codes).select_related("rule"):
            deadline.close(acting().user, outcome, on=on)

    def lapse_clocks(self, why: str, on: date, codes: tuple[str, ...] = ()) -> None:
        """더 지킬 일이 없는 기한을 끝낸다. codes 를 비우면 모두."""
        rows = self.clocks().exclude(state=Deadline.State.DONE)
        for deadline in (rows.filter(rule__code__in=codes) if codes else rows).select_related("rule"):
            deadline.lapse(acting().user, why, on=on)

    @transaction.atomic
    def end_promulgated(self, on: date, effective_on: date, number: str, gazette: str, note: str, document: str = "") -> None:
        """공포(발령)로 마친다. 자치법규와 판은 services.promulgate 가 함께 바꾼다."""
        step = self._at(on)
        if self.status != Stage.PROMULGATION:
            raise ValidationError(f"지금은 「{self.stage_word}」 단계입니다. 앞 단계를 마친 뒤에 공포하세요.")
        self._leave(step, on, Result.PROMULGATED, note, document)
        self.promulgated_on, self.effective_on = on, effective_on
        self.promulgation_number, self.gazette_number = number, gazette
        self._close(CLOSES[Stage.PROMULGATION], "공포", on)
        self.lapse_clocks("공포해 재의를 요구하지 않음", on, ("ordinance.redeliberation",))
        self._move(Stage.PROMULGATED, on)

    @transaction.atomic
    def take_back(self) -> str:
        """마지막 처리를 되돌린다: 앞 단계를 다시 열고, 그때 끝낸 기한은 다시, 그때 센 기한은 없던 것으로 한다."""
        last = self.steps.exclude(done_on=None).order_by("-order").first()
        if last is None:
            raise ValidationError("아직 마친 단계가 없어 되돌릴 것이 없습니다.")
        if last.result in (Result.RETURNED, Result.WITHDRAWN, Result.RECONSIDER):
            raise ValidationError("보완·철회·재의요구는 되돌릴 수 없습니다. 새로 처리한 일로 적어 주세요.")
        if self.status == Stage.NOTICE and self.noticed_on:
            raise ValidationError("이미 입법예고를 시작했습니다. 되돌리려면 「보완」으로 앞 단계에 보내세요.")
        done = self.clocks().filter(state=Deadline.State.DONE, closed_on=last.done_on)
        if self.is_open:
            done = done.filter(rule__code__in=CLOSES.get(last.code, ()) if last.result != Result.POSTPONED else ())
        self.steps.filter(order__gt=last.order).delete()
        if last.result != Result.POSTPONED:
            self.clocks().filter(rule__code__in=OPENS.get(last.code, ())).delete()
        for deadline in done:
            deadline.reopen()
        if last.code == Stage.PLENARY:
            self.council_result = ""
        elif last.code == Stage.RECONSIDERATION:
            self.council_result = self._voted()
        last.done_on, last.result = None, ""
        last.save()
        self.status = last.code
        self.promulgated_on = self.effective_on = None
        self.promulgation_number = self.gazette_number = ""
        super().save()
        return word(last.code, self.kind)

    def _voted(self) -> str:
        vote = self.steps.filter(code=Stage.PLENARY).exclude(done_on=None).order_by("-order").first()
        return vote.result if vote else ""
