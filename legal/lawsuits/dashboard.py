"""소송 현황의 셈: 기간, 구분별 표, 승소율의 분석, 다가오는 기일·기한, 최근 확정.

모든 수는 볼 수 있는 사건(for_user)에서 세고, 그 수만큼의 사건을 여는 주소를 함께 준다. 질의 수는 사건의 수와 상관없다.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.urls import reverse

from core.access import Role
from core.deadlines.models import Deadline
from core.figures.concentration import Concentration
from core.figures.models import WINRATE_MODE, WINRATE_PLACES, ReportedValue, Setting
from core.formats import date_plain, percent, rate, round_rate
from core.history.revisions import kept_rows
from core.org.models import Staff
from legal.lawsuits.clocks import FIXED
from legal.lawsuits.finality import APPEAL_RULES
from legal.lawsuits.models import (
    AppealReview,
    Bucket,
    Cost,
    CostRecovery,
    Filing,
    Hearing,
    Instance,
    Lawsuit,
    LossReview,
    Outcome,
    OutcomeBucket,
    Ruling,
    counting,
)
from legal.lawsuits.models.courses import Readiness
from legal.lawsuits.models.outcomes import definition

# 현황표의 열: (이름, 머리글)
COLUMNS = {
    "total": "계", "new": "신규", "pending": "진행중", "closed": "확정 소계", "won": "승소", "lost": "패소",
}  # fmt: skip
# 비율을 흐리게 적는, 승패를 센 사건의 수
FEW = 5
AHEAD_DAYS, APPEAL_DAYS, RECENT, SHOWN = 14, 7, 5, 12
# 우리가 상소하는 기한의 규칙
APPEALS = frozenset(APPEAL_RULES.values())
# 기한의 규칙마다 내는 서면
_PAPERS = {
    "suit.answer": Filing.Kind.ANSWER, "tribunal.answer": Filing.Kind.ANSWER, "suit.appeal_brief": Filing.Kind.APPEAL_BRIEF,
    "suit.final_appeal_brief": Filing.Kind.APPEAL_BRIEF,
}  # fmt: skip
READINESS_KINDS = {
    Readiness.WAITING: "none", Readiness.NOT_REVIEWED: "bad", Readiness.WRITING: "warn", Readiness.REVIEWING: "warn",
    Readiness.READY: "ok", Readiness.DONE: "done",
}  # fmt: skip
# 결과의 표시
OUTCOME_KINDS = {Bucket.WON: "ok", Bucket.LOST: "bad", Bucket.NEITHER: "none"}


@dataclass(frozen=True)
class Period:
    """현황을 보는 기간. 끝나는 날이 기준일이다."""

    start: date
    end: date

    @property
    def text(self) -> str:
        """2023. 1. 1. ~ 11. 6."""
        last = date_plain(self.end)
        return f"{date_plain(self.start)} ~ {last.partition(' ')[2] if self.start.year == self.end.year else last}"

    @property
    def value(self) -> str:
        """목록의 조건에 적는 글: 2023-01-01:2023-11-06"""
        return f"{self.start.isoformat()}:{self.end.isoformat()}"

    @property
    def query(self) -> str:
        return urlencode({"start": self.start.isoformat(), "end": self.end.isoformat()})


def report_bases() -> dict[int, date]:
    """소송의 수를 실은 보고서의 해와 기준일. 보고서에 기준일이 없으면 그해의 마지막 날. 질의 한 번."""
    rows = (
        ReportedValue.objects.order_by().values("document")
        .annotate(base=Max("as_of"), own=Count("pk", filter=Q(code="lawsuits.계.total"))).filter(own__gt=0)
    )  # fmt: skip
    found = {}
    for row in kept_rows(rows):
        if year := re.search(r"\d{4}", row["document"]):
            found[int(year[0])] = row["base"] or date(int(year[0]), 12, 31)
    return found


def default_period(year: int | None, today: date, bases: Mapping[int, date] | None = None) -> Period:
    """보는 해의 1. 1. ~ 기준일. 올해는 오늘, 보고서가 있는 해는 보고서의 기준일, 다른 해는 12. 31.

    보는 해를 고르지 않았으면 보고서가 있는 가장 늦은 해, 보고서도 없으면 올해다.
    """
    bases = report_bases() if bases is None else bases
    year = year or max(bases, default=today.year)
    end = today if year == today.year else bases.get(year, date(year, 12, 31))
    return Period(date(year, 1, 1), end)


def cases_url(**filters: Any) -> str:
    """조건에 맞는 사건의 목록."""
    return f"{reverse('legal.lawsuit-list')}?{urlencode(filters)}"


@dataclass(frozen=True)
class Standard:
    """승소율의 자릿수와 끝수 처리."""

    places: int
    mode: str

    def rate(self, won: int, decided: int) -> Decimal | None:
        """승소 ÷ (승소 + 패소) × 100. 분모가 없으면 비율이 없다."""
        exact = percent(won, decided)
        return None if exact is None else round_rate(exact, self.places, self.mode)

    @property
    def mode_label(self) -> str:
        return dict(WINRATE_MODE.choices)[self.mode]


@dataclass(frozen=True)
class Line:
    """현황표의 한 줄. filters 는 이 줄의 사건만 여는 목록의 조건."""

    label: str
    counts: Mapping[str, int]
    period: Period
    standard: Standard
    filters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        """승소율의 분모: 승소 + 패소. 「세지 않음」으로 정한 결과는 뺀다."""
        return self.counts["won"] + self.counts["lost"]

    @property
    def rate(self) -> Decimal | None:
        return self.standard.rate(self.counts["won"], self.decided)

    @property
    def rate_text(self) -> str:
        return rate(self.rate, self.standard.places)

    @property
    def is_few(self) -> bool:
        """분모가 적어 한 건에도 비율이 크게 움직이는가."""
        return 0 < self.decided < FEW

    @property
    def balanced(self) -> bool:
        """계 = 진행중 + 확정, 확정 = 승소 + 패소 + 세지 않음, 계 = 신규 + 이월."""
        one = self.counts
        return (
            one["total"] == one["pending"] + one["closed"] == one["new"] + one["carried"]
            and one["closed"] == self.decided + one["neither"]
        )  # fmt: skip

    def url(self, name: str) -> str:
        """name 열의 수만큼의 사건을 여는 주소."""
        whole = self.period.value
        conditions: dict[str, dict[str, str]] = {
            "total": {"counted": whole}, "new": {"new": whole}, "carried": {"carried": whole},
            "pending": {"pending": self.period.end.isoformat()}, "closed": {"final": whole},
            "won": {"final": whole, "bucket": Bucket.WON}, "lost": {"final": whole, "bucket": Bucket.LOST},
            "neither": {"final": whole, "bucket": Bucket.NEITHER},
        }  # fmt: skip
        return cases_url(**conditions[name], **self.filters)

    @property
    def cells(self) -> list[tuple[int, str]]:
        """현황표의 (수, 주소)."""
        return [(self.counts[name], self.url(name)) for name in COLUMNS]

    @property
    def short(self) -> list[tuple[int, str]]:
        """분석표의 (수, 주소): 계, 확정, 승소, 패소."""
        return [(self.counts[name], self.url(name)) for name in ("total", "closed", "won", "lost")]


class Board:
    """한 사람이 보는, 한 기간의 소송 현황."""

    def __init__(self, user: Staff | None, period: Period, today: date) -> None:
        """user 가 None 이면 모든 사건이다(수치와 보고서)."""
        self.user, self.period, self.today = user, period, today

    # ── 바탕 ──────────────────────────────────────────────────────────

    def visible(self, model: Any) -> Any:
        """볼 수 있는 행."""
        return model.objects.all() if self.user is None else model.objects.for_user(self.user)

    @property
    def rows(self) -> Any:
        return self.visible(Lawsuit)

    @property
    def is_partial(self) -> bool:
        """자기 부서와 맡은 사건만 보는 사람인가."""
        return self.user is not None and self.user.role == Role.DEPARTMENT

    @cached_property
    def definitions(self) -> list[OutcomeBucket]:
        return kept_rows(OutcomeBucket.objects.order_by("valid_from", "pk"))

    @cached_property
    def standard(self) -> Standard:
        settings = Setting.objects.values_on(self.period.end)
        return Standard(settings[WINRATE_PLACES], settings[WINRATE_MODE])

    def bucket(self, outcome: str, day: date | None = None) -> str:
        return definition(self.definitions, day or self.period.end)[outcome]

    def outcomes(self, bucket: str, day: date) -> list[str]:
        return [outcome for outcome, found in definition(self.definitions, day).items() if found == bucket]

    def _sums(self, period: Period) -> dict[str, Count]:
        """한 기간의 여덟 수. 여럿을 잇는 묶음에서도 사건을 한 번만 센다."""
        start, end = period.start, period.end
        final = counting.finalised(start, end)

        def cases(condition: Q) -> Count:
            return Count("pk", filter=condition, distinct=True)

        def fell(bucket: str) -> Count:
            # 아무 결과도 들지 않는 칸은 없는 결과로 찾아 0이 되게 한다.
            return cases(final & Q(outcome__in=self.outcomes(bucket, end) or ["-"]))

        return {
            "total": cases(counting.counted(start, end)), "new": cases(counting.new(start, end)),
            "carried": cases(counting.carried(start, end)), "pending": cases(counting.pending(end)), "closed": cases(final),
            "won": fell(Bucket.WON), "lost": fell(Bucket.LOST), "neither": fell(Bucket.NEITHER),
        }  # fmt: skip

    def _grouped(self, rows: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
        """names 로 묶은 수."""
        found = rows.filter(counting.counted(self.period.start, self.period.end)).order_by()
        return kept_rows(found.values(*names).annotate(**self._sums(self.period)))

    def _line(self, label: str, row: Mapping[str, Any], **filters: Any) -> Line:
        names = ("total", "new", "carried", "pending", "closed", "won", "lost", "neither")
        return Line(label, {name: row[name] for name in names}, self.period, self.standard, filters)

    # ── 현황 ──────────────────────────────────────────────────────────

    @cached_property
    def kinds(self) -> list[Line]:
        """행정·민사·심판, 사건이 있으면 기타까지. 질의 한 번."""
        found = {row["kind"]: row for row in self._grouped(self.rows, "kind")}
        nothing = dict.fromkeys(("total", "new", "carried", "pending", "closed", "won", "lost", "neither"), 0)
        return [
            self._line(kind.label, found.get(kind, nothing), kind=kind.value)
            for kind in Lawsuit.Kind if kind in found or kind != Lawsuit.Kind.OTHER
        ]  # fmt: skip

    @cached_property
    def total(self) -> Line:
        names = ("total", "new", "carried", "pending", "closed", "won", "lost", "neither")
        return self._line("계", {name: sum(line.counts[name] for line in self.kinds) for name in names})

    @property
    def lines(self) -> list[Line]:
        return [self.total, *self.kinds]

    @cached_property
    def has_sample(self) -> bool:
        return bool(kept_rows(self.rows.filter(counting.counted(self.period.start, self.period.end), is_sample=True).values("pk")[:1]))

    def chart(self) -> list[dict[str, Any]]:
        """확정 사건의 승소와 패소. 비율이 아니라 건수로 그린다."""
        return [
            {"label": line.label, "values": [line.counts["won"], line.counts["lost"]] if line.counts["closed"] else [None, None],
             "side": f"{line.rate_text}%" if line.decided else "-"}
            for line in self.lines
        ]  # fmt: skip

    @cached_property
    def recent(self) -> list[tuple[Lawsuit, Instance | None, str]]:
        """기간 안에서 가장 늦게 확정된 사건과 그 마지막 심급, 표시의 갈래."""
        rows = self.rows.filter(counting.finalised(self.period.start, self.period.end)).select_related("department")
        rows = rows.prefetch_related("instances__ruling").order_by("-final_on", "-pk")[:RECENT]
        return [
            (one, _last(one.instances.all()), OUTCOME_KINDS[Bucket(self.bucket(one.outcome))])
            for one in kept_rows(rows) if one.outcome
        ]  # fmt: skip

    # ── 다가오는 기일·기한 ──────────────────────────────────────────────

    def coming(self) -> list[Coming]:
        """오늘부터 14일의 기일과 기한, 그리고 지났는데 끝내지 않은 기한. 급한 것부터."""
        last = self.today + timedelta(days=AHEAD_DAYS)
        hearings = self.visible(Hearing).filter(on__gte=self.today, on__lte=last).exclude(readiness=Readiness.DONE)
        papers = self.visible(Filing).filter(
            direction=Filing.Direction.OURS, filed_on=None, ordered_due_on__gte=self.today, ordered_due_on__lte=last
        )
        found = [
            Coming(one.on, one.get_kind_display(), one.instance, one.readiness, at=one.at_time, place=one.place)
            for one in kept_rows(hearings.select_related(*_WITH))
        ]
        found += [
            Coming(one.ordered_due_on, one.get_kind_display(), one.instance, one.readiness)
            for one in kept_rows(papers.select_related(*_WITH))
        ]
        found += self._deadlines(last)
        return sorted(found, key=lambda one: (one.on, one.what))

    def _deadlines(self, last: date) -> list[Coming]:
        """사건과 그 아래 자료에 붙은 기한. 질의는 자료의 갈래만큼이다."""
        open_ones = Deadline.objects.unfinished().filter(content_type__in=_types(), due_on__lte=last).select_related("rule")
        # 앞으로의 기일과 법원이 정한 서면은 그 행으로 이미 보인다.
        open_ones = open_ones.exclude(rule__code=FIXED, due_on__gte=self.today, content_type__in=_types(Hearing, Filing))
        rows = kept_rows(open_ones if self.user is None else open_ones.for_user(self.user))
        owners = _owners(rows)
        instances: dict[int, list[Instance]] = {}
        rows_of_cases = self.visible(Instance).filter(lawsuit__in=sorted({case for case, _own in owners.values()}))
        for one in kept_rows(rows_of_cases.select_related(*_UNDER).in_order()):
            instances.setdefault(one.lawsuit_id, []).append(one)
        papers, reviews = self._readiness([one.pk for group in instances.values() for one in group])
        found = []
        for row in rows:
            case, own = owners.get((row.content_type_id, row.object_id), (None, None))
            group = instances.get(case or 0, [])
            instance = next((one for one in group if one.pk == own), _last(group))
            if instance is None:
                continue
            if row.rule.code in APPEALS:
                state = reviews.get(instance.pk, Readiness.NOT_REVIEWED)
            else:
                state = papers.get((instance.pk, _PAPERS.get(row.rule.code, "")), Readiness.WAITING)
            found.append(Coming(row.due_on, _short(row.rule.name), instance, state, deadline=row))
        return found

    def _readiness(self, instances: list[int]) -> tuple[dict[tuple[int, str], str], dict[int, str]]:
        """아직 내지 않은 서면의 준비와, 상소를 정했는지."""
        papers = Filing.objects.filter(instance__in=instances, filed_on=None, direction=Filing.Direction.OURS)
        reviews = AppealReview.objects.filter(ruling__instance__in=instances)
        decided: dict[int, str] = {
            one: str(Readiness.REVIEWING if decision == AppealReview.Decision.PENDING else Readiness.READY)
            for one, decision in kept_rows(reviews.values_list("ruling__instance", "decision"))
        }
        return {(one, kind): state for one, kind, state in kept_rows(papers.values_list("instance", "kind", "readiness"))}, decided

    def appeals(self) -> list[Coming]:
        """상소 기한이 7일 안에 끝나는 사건."""
        return self.appeals_of(self.coming())

    def appeals_of(self, coming: Iterable[Coming]) -> list[Coming]:
        last = self.today + timedelta(days=APPEAL_DAYS)
        return [one for one in coming if one.deadline and one.deadline.rule.code in APPEALS and self.today <= one.on <= last]

    # ── 분석 ──────────────────────────────────────────────────────────

    def levels(self) -> list[Line]:
        """사건이 지금 있거나 끝난 심급마다."""
        found = {row["last_level"]: row for row in self._grouped(self.rows.with_last_level(), "last_level")}
        return [self._line(level.label, found[level], level=level.value) for level in Instance.Level if level in found]

    def departments(self) -> list[Line]:
        """확정 사건이 있는 부서마다, 직제순."""
        rows = self._grouped(self.rows, "department", "department__name", "department__order")
        rows = sorted((row for row in rows if row["closed"]), key=lambda row: (row["department__order"], row["department"]))
        return [self._line(row["department__name"], row, department=row["department"]) for row in rows]

    @cached_property
    def advisers(self) -> list[Line]:
        """사건을 맡은 법률고문마다, 많은 것부터. 심급마다 고문이 다른 사건은 저마다 센다."""
        rows = self._grouped(
            self.rows.filter(instances__adviser__isnull=False), "instances__adviser", "instances__adviser__name", "instances__adviser__firm"
        )
        rows = sorted(rows, key=lambda row: (-row["total"], row["instances__adviser__name"]))
        return [
            self._line(
                f"{row['instances__adviser__name']}({row['instances__adviser__firm']})" if row["instances__adviser__firm"]
                else row["instances__adviser__name"],
                row, adviser=row["instances__adviser"],
            )
            for row in rows
        ]  # fmt: skip

    def concentration(self) -> Concentration | None:
        """고문마다 맡은 사건 수에서 센 쏠림. 맡긴 사건이 없으면 None."""
        counts = {line.filters["adviser"]: line.counts["total"] for line in self.advisers}
        return Concentration(counts) if counts else None

    def years(self, span: int = 5) -> list[tuple[str, Line]]:
        """다섯 해의 추이. 보는 해는 보는 기간의 끝날까지, 앞선 해는 한 해 모두. 질의 한 번."""
        sums: dict[str, Count] = {}
        periods = []
        for year in range(self.period.end.year - span + 1, self.period.end.year + 1):
            one = Period(date(year, 1, 1), min(date(year, 12, 31), self.period.end))
            periods.append(one)
            sums |= {f"y{year}_{name}": total for name, total in self._sums(one).items()}
        found = self.rows.aggregate(**sums)
        names = ("total", "new", "carried", "pending", "closed", "won", "lost", "neither")
        lines = []
        for one in periods:
            counts = {name: found[f"y{one.start.year}_{name}"] for name in names}
            whole = (one.end.month, one.end.day) == (12, 31)
            label = f"{one.start.year}년" + ("" if whole else f" ({one.end.month}. {one.end.day}.까지)")
            lines.append((label, Line(label, counts, one, self.standard)))
        return lines

    def by_outcome(self) -> list[tuple[Outcome, str, OutcomeBucket | None, int, str]]:
        """결과마다 (결과, 칸, 그 칸을 정한 정의, 확정 건수, 사건의 주소). 승소율의 정의를 보이는 표."""
        final = self.rows.filter(counting.finalised(self.period.start, self.period.end)).order_by()
        counts = dict(final.values_list("outcome").annotate(count=Count("pk")))
        chosen = {row.outcome: row for row in self.definitions if row.valid_from <= self.period.end}
        return [
            (outcome, Bucket(self.bucket(outcome)).label, chosen.get(outcome), counts.get(outcome, 0),
             cases_url(final=self.period.value, outcome=outcome.value))
            for outcome in Outcome
        ]  # fmt: skip

    def causes(self) -> list[tuple[str, int, str]]:
        """패소 원인마다 (이름, 건수, 사건의 주소). 분석을 아직 적지 않은 것까지 더하면 패소와 같다."""
        lost = self.rows.filter(
            counting.finalised(self.period.start, self.period.end), outcome__in=self.outcomes(Bucket.LOST, self.period.end)
        )
        counts = dict(lost.order_by().values_list("loss_review__cause").annotate(count=Count("pk")))
        choices = [*((cause.value, str(cause.label)) for cause in LossReview.Cause), ("none", "아직 분석하지 않음")]
        found = [
            (label, counts.get(None if cause == "none" else cause, 0),
             cases_url(final=self.period.value, bucket=Bucket.LOST.value, cause=cause))
            for cause, label in choices
        ]  # fmt: skip
        return sorted((one for one in found if one[1]), key=lambda one: -one[1])

    def durations(self) -> list[Duration]:
        """구분마다 걸린 기간의 중앙값: 확정된 사건은 접수일부터 확정일까지, 진행 중인 사건은 기준일까지. 질의 한 번."""
        start, end = self.period.start, self.period.end
        rows = self.rows.filter(counting.counted(start, end)).values_list("kind", "received_on", "final_on").order_by()
        days: dict[tuple[str, bool], list[int]] = {}
        for kind, received, final in rows:
            is_final = final is not None and final <= end
            for key in (kind, ""):
                days.setdefault((key, is_final), []).append(((final if is_final else end) - received).days)
        kinds: list[tuple[str, str]] = [("", "계"), *((line.filters["kind"], line.label) for line in self.kinds)]
        return [Duration(label, days.get((kind, True), []), days.get((kind, False), [])) for kind, label in kinds]

    @cached_property
    def money(self) -> Money:
        """소가, 쓴 비용, 회수. 질의 세 번."""
        start, end = self.period.start, self.period.end
        claims = self.rows.filter(counting.counted(start, end)).aggregate(
            amount=Sum("claim_amount"), known=Count("claim_amount"), count=Count("pk")
        )
        costs = self.visible(Cost).filter(paid_on__gte=start, paid_on__lte=end).order_by()
        by_kind = {row["kind"]: row for row in costs.values("kind").annotate(amount=Sum("amount"), count=Count("pk"))}
        recovery = self.visible(CostRecovery).filter(decided_on__gte=start, decided_on__lte=end).aggregate(
            decided=Sum("decided_amount"), collected=Sum("collected_amount", filter=Q(collected_on__lte=end)), count=Count("pk"),
            done=Count("pk", filter=Q(collected_on__lte=end)),
        )
        return Money(claims, by_kind, recovery, self.period)


@dataclass(frozen=True)
class Coming:
    """다가오는 기일이나 기한 하나."""

    on: date
    what: str
    instance: Instance
    readiness: str
    at: Any = None
    place: str = ""
    deadline: Deadline | None = None

    @property
    def lawsuit(self) -> Lawsuit:
        return self.instance.lawsuit

    @property
    def who(self) -> str:
        """대리인, 없으면 송무 담당."""
        handler, adviser = self.lawsuit.handler, self.instance.adviser
        agent = (adviser.firm or adviser.name) if adviser else self.instance.counsel
        return agent or (f"송무 {handler.name}" if handler else "-")

    @property
    def state(self) -> str:
        return str(Readiness(self.readiness).label)

    @property
    def kind(self) -> str:
        return READINESS_KINDS[Readiness(self.readiness)]

    @property
    def url(self) -> str:
        return reverse("legal.lawsuit-detail", args=[self.lawsuit.pk])

    @property
    def is_peremptory(self) -> bool:
        return bool(self.deadline and self.deadline.rule.is_peremptory)


@dataclass(frozen=True)
class Duration:
    """한 구분의 걸린 날수."""

    label: str
    final: list[int]
    waiting: list[int]

    @property
    def final_median(self) -> int | None:
        return round(median(self.final)) if self.final else None

    @property
    def waiting_median(self) -> int | None:
        return round(median(self.waiting)) if self.waiting else None

    @property
    def longest(self) -> int | None:
        return max(self.waiting, default=None)


@dataclass(frozen=True)
class Money:
    """한 기간의 소가, 비용, 회수."""

    claims: Mapping[str, Any]
    costs: Mapping[str, Mapping[str, Any]]
    recovery: Mapping[str, Any]
    period: Period

    @property
    def kinds(self) -> list[tuple[str, int, int, str]]:
        """비용의 갈래마다 (이름, 건수, 금액, 비용의 주소)."""
        return [
            (str(kind.label), self.costs[kind]["count"], self.costs[kind]["amount"], self.cost_url(kind=kind.value))
            for kind in Cost.Kind if kind in self.costs
        ]  # fmt: skip

    @property
    def paid(self) -> int | None:
        return sum(row["amount"] for row in self.costs.values()) if self.costs else None

    @property
    def count(self) -> int:
        return sum(row["count"] for row in self.costs.values())

    def cost_url(self, **filters: str) -> str:
        return f"{reverse('legal.cost-list')}?{urlencode({'paid': self.period.value, **filters})}"

    @property
    def paid_url(self) -> str:
        return self.cost_url()

    @property
    def recovery_url(self) -> str:
        return f"{reverse('legal.costrecovery-list')}?{urlencode({'decided': self.period.value})}"

    @property
    def collected_url(self) -> str:
        """그 기간에 확정된 비용 가운데 끝날까지 거둔 것."""
        return f"{self.recovery_url}&{urlencode({'collected': self.period.end.isoformat()})}"

    @property
    def recovery_rate(self) -> Decimal | None:
        """회수율 = 회수액 ÷ 그 기간에 확정된 소송비용액 × 100."""
        return percent(self.recovery["collected"] or 0, self.recovery["decided"])


_UNDER = ("lawsuit__department", "lawsuit__handler", "adviser")
_WITH = tuple(f"instance__{name}" for name in _UNDER)
# 기한이 붙는 자료: 모델과, 그 행에서 사건과 심급까지 가는 길
_TRACKED: dict[Any, tuple[str, str]] = {
    Lawsuit: ("pk", ""), Instance: ("lawsuit", "pk"), Ruling: ("instance__lawsuit", "instance"),
    Filing: ("instance__lawsuit", "instance"), Hearing: ("instance__lawsuit", "instance"),
    AppealReview: ("ruling__instance__lawsuit", "ruling__instance"), CostRecovery: ("lawsuit", ""), LossReview: ("lawsuit", ""),
}  # fmt: skip


def _types(*models: Any) -> list[ContentType]:
    return list(ContentType.objects.get_for_models(*(models or _TRACKED)).values())


def _owners(rows: Iterable[Deadline]) -> dict[tuple[int | None, int | None], tuple[int, int | None]]:
    """기한마다 (사건, 심급)의 번호. 질의는 자료의 갈래마다 한 번."""
    keys: dict[int, list[int]] = {}
    for row in rows:
        if row.content_type_id and row.object_id:
            keys.setdefault(row.content_type_id, []).append(row.object_id)
    found: dict[tuple[int | None, int | None], tuple[int, int | None]] = {}
    for model, content_type in ContentType.objects.get_for_models(*_TRACKED).items():
        if content_type.pk not in keys:
            continue
        case, own = _TRACKED[model]
        names = ["pk", case, *([own] if own else [])]
        for row in kept_rows(model._default_manager.filter(pk__in=keys[content_type.pk]).values_list(*names)):
            found[(content_type.pk, row[0])] = (row[1], row[2] if own else None)
    return found


def _last(instances: Iterable[Instance]) -> Instance | None:
    """마지막 심급."""
    return max(instances, key=lambda one: (one.received_on, one.pk), default=None)


def _short(name: str) -> str:
    """「상소기한(항소)」은 「항소 기한」, 「답변기한(소송 답변서)」은 「답변기한」."""
    kind = re.fullmatch(r"상소기한\((.+)\)", name)
    return f"{kind[1]} 기한" if kind else name.partition("(")[0]
