"""고문의 배정 제안과 배정, 연임, 달마다의 수당, 성적표."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from core.figures.concentration import Concentration
from core.figures.models import ADVISER_MONTHLY_FEE, ADVISER_OPINION_FEE, Setting
from core.formats import percent
from core.history.revisions import kept_rows
from core.org.models import Department
from legal.lawsuits.models import Bucket, Cost, Instance, Lawsuit, OutcomeBucket, Party, Ruling
from legal.legal_advisers.models import Adviser, AdviserFee, Allocation, Appointment, ConflictOfInterest, SpecialtyWord
from legal.legal_advisers.models.advisers import check_limit, party_digest, term_end

# 소송비용 가운데 고문에게 주는 것
FEES = (Cost.Kind.RETAINER, Cost.Kind.SUCCESS_FEE)
# 소송의 구분이 말해 주는 전문분야
_KIND_SPECIALTIES = {
    Lawsuit.Kind.ADMINISTRATIVE: "행정", Lawsuit.Kind.APPEAL: "행정", Lawsuit.Kind.CIVIL: "민사",
}  # fmt: skip


# ── 위촉 ──────────────────────────────────────────────────────────────


@transaction.atomic
def renew(adviser: Adviser, on: date) -> Adviser:
    """연임한다. 앞선 위촉의 기록은 그대로 남고 새 위촉이 한 줄 더 생긴다."""
    stored = Adviser.objects.select_for_update().get(pk=adviser.pk)
    if on <= stored.appointed_on:
        raise ValidationError("연임하는 날은 지금의 위촉일 뒤여야 합니다. 날짜를 확인해 주세요.")
    until = term_end(on)
    check_limit(stored, on, until)
    Appointment.objects.create(
        adviser=stored, appointed_on=on, term_end_on=until, renewal=stored.appointments.count(), is_sample=stored.is_sample
    )
    stored.appointed_on, stored.term_end_on, stored.ended_on, stored.end_reason = on, until, None, ""
    stored.save()
    return stored


# ── 배정 ──────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Work:
    """배정할 일: 소송의 한 심급이나 자문 한 건."""

    title: str
    text: str
    kind: str
    department: Department | None = None
    instance: Instance | None = None

    @classmethod
    def of_instance(cls, instance: Instance) -> Work:
        lawsuit = instance.lawsuit
        text = f"{lawsuit.title} {lawsuit.originating_act} {_KIND_SPECIALTIES.get(Lawsuit.Kind(lawsuit.kind), '')}"
        return cls(f"{instance.case_number} {lawsuit.title}", text, Allocation.Kind.SUIT, lawsuit.department, instance)


@dataclass
class Candidate:
    """제안의 한 줄: 고문 한 사람과 그 까닭."""

    adviser: Adviser
    fits: list[str]
    share: Decimal | None
    open_count: int
    days: float | None
    conflicts: list[str] = field(default_factory=list)
    rank: int = 0

    @property
    def is_blocked(self) -> bool:
        return bool(self.conflicts)

    @property
    def order(self) -> tuple[Any, ...]:
        """이해충돌이 없고, 전문분야가 맞고, 덜 맡았고, 회신이 빠른 사람부터."""
        return (
            self.is_blocked, -len(self.fits), self.share or Decimal(0), self.open_count,
            self.days if self.days is not None else 9_999, self.adviser.name, self.adviser.pk,
        )  # fmt: skip

    @property
    def summary(self) -> dict[str, Any]:
        """배정과 함께 남길 그때의 값."""
        return {
            "rank": self.rank, "adviser": self.adviser.pk, "fits": self.fits,
            "share": f"{self.share:.1f}" if self.share is not None else None,
            "open": self.open_count, "days": self.days, "conflicts": self.conflicts,
        }  # fmt: skip


def propose(work: Work, day: date) -> list[Candidate]:
    """day 에 위촉된 고문을 맡기기 좋은 차례로 늘어놓는다. 고르는 것은 사람이다. 질의 수는 고문 수와 관계없다."""
    advisers = list(Adviser.objects.active_on(day))
    card = Scorecard(date(day.year, 1, 1), day, advisers)
    words = _specialty_words()
    conflicts = conflicts_of(work, day)
    found = [
        Candidate(one, _fits(one, work.text, words), card.by_count.share(one.pk), card.open_counts[one.pk], card.median_days(one.pk),
                  conflicts.get(one.pk, []))
        for one in advisers
    ]  # fmt: skip
    found.sort(key=lambda one: one.order)
    for rank, one in enumerate(found, start=1):
        one.rank = rank
    return found


def _specialty_words() -> dict[str, set[str]]:
    """{전문분야: 낱말들}. 전문분야의 이름도 낱말이다."""
    words: dict[str, set[str]] = defaultdict(set)
    for row in SpecialtyWord.objects.all():
        words[row.specialty].add(row.word)
    return words


def _fits(adviser: Adviser, text: str, words: dict[str, set[str]]) -> list[str]:
    """전문분야 가운데 글에 그 이름이나 낱말이 있는 것. 「행정 일반」처럼 적어도 「행정」의 낱말로 알아본다."""
    found = [name for name in adviser.specialties if name in text]
    known = [name for name in words if name in adviser.specialty and any(word in text for word in {name, *words[name]})]
    return sorted({*found, *known})


def conflicts_of(work: Work, day: date) -> dict[int, list[str]]:
    """{고문 번호: 이해충돌의 말}. 당사자의 이름은 지문으로만 견준다."""
    names = Party.objects.filter(lawsuit=work.instance.lawsuit_id).values_list("name", flat=True) if work.instance else ()
    keys = {party_digest(name) for name in names} - {""}
    wanted = Q(party_key__in=keys)
    if work.department is not None:
        wanted |= Q(department=work.department)
    found: dict[int, list[str]] = defaultdict(list)
    for row in ConflictOfInterest.objects.on(day).filter(wanted).select_related("department"):
        found[row.adviser_id].append(f"{row.get_kind_display()} {row.masked_party or row.department}")
    return dict(found)


@transaction.atomic
def allocate(work: Work, adviser: Adviser, on: date, reason: str) -> Allocation:
    """고른 고문에게 배정한다. 소송이면 심급의 대리인도 적는다. 이해충돌이 있는 고문에게는 배정하지 않는다."""
    if not reason.strip():
        raise ValidationError("고른 까닭을 적어 주세요. 쏠림을 살펴볼 때 이 글을 봅니다.")
    candidates = propose(work, on)
    chosen = next((one for one in candidates if one.adviser.pk == adviser.pk), None)
    if chosen is None:
        raise ValidationError(f"{adviser}은(는) 그날 위촉되어 있지 않습니다. 위촉일과 임기를 확인해 주세요.")
    if chosen.is_blocked:
        raise ValidationError(f"{adviser}은(는) 이해충돌이 있습니다({', '.join(chosen.conflicts)}). 다른 고문을 고르세요.")
    if work.instance is not None:
        instance = Instance.objects.select_for_update(of=("self",)).get(pk=work.instance.pk)
        if Allocation.objects.filter(instance=instance).exists():
            raise ValidationError("이미 배정한 심급입니다. 바꾸려면 앞의 배정을 지운 뒤 다시 배정하세요.")
        instance.adviser = adviser
        instance.save()
    return Allocation.objects.create(
        adviser=adviser, kind=work.kind, title=work.title[:200], department=work.department, instance=work.instance,
        assigned_on=on, reason=reason, proposal=[one.summary for one in candidates],
    )  # fmt: skip


# ── 성적표와 쏠림 ─────────────────────────────────────────────────────


@dataclass
class Scorecard:
    """한 기간의 고문마다의 배정, 회신, 승소, 돈. 질의 수는 고문 수와 관계없다."""

    start: date
    end: date
    advisers: list[Adviser]

    @cached_property
    def allocations(self) -> dict[int, list[Allocation]]:
        found: dict[int, list[Allocation]] = defaultdict(list)
        for row in kept_rows(Allocation.objects.between(self.start, self.end)):
            found[row.adviser_id].append(row)
        return found

    @cached_property
    def open_counts(self) -> Counter[int]:
        """지금 맡고 있는 일: 판결이 없는 심급과 회신하지 않은 자문."""
        suits = Instance.objects.filter(ruling=None, adviser__isnull=False).exclude(lawsuit__status__in=Lawsuit.ENDED)
        found = Counter(kept_rows(suits.order_by().values_list("adviser", flat=True)))
        found.update(kept_rows(Allocation.objects.waiting_reply().order_by().values_list("adviser", flat=True)))
        return found

    @cached_property
    def rulings(self) -> dict[int, Counter[str]]:
        """{고문 번호: {칸(승소·패소): 수}}. 기간에 선고한 심급을 끝 날의 승패 분류로 나눈다."""
        buckets = OutcomeBucket.objects.on(self.end)
        rows = Ruling.objects.filter(ruled_on__gte=self.start, ruled_on__lte=self.end, instance__adviser__isnull=False)
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for adviser, outcome in kept_rows(rows.values_list("instance__adviser", "outcome")):
            found[adviser][buckets[outcome]] += 1
        return found

    @cached_property
    def fees(self) -> Counter[int]:
        """고문 수당(그 기간의 달)과 착수금·사례금(지급일)을 더한 원."""
        first, last = (self.start.year, self.start.month), (self.end.year, self.end.month)
        found: Counter[int] = Counter()
        for adviser, year, month, amount in kept_rows(AdviserFee.objects.values_list("adviser", "year", "month", "amount")):
            if first <= (year, month) <= last:
                found[adviser] += amount
        costs = Cost.objects.filter(adviser__isnull=False, kind__in=FEES, paid_on__gte=self.start, paid_on__lte=self.end)
        for row in kept_rows(costs.order_by().values("adviser").annotate(total=Sum("amount"))):
            found[row["adviser"]] += row["total"]
        return found

    def count(self, adviser: int, kind: str = "") -> int:
        return sum(not kind or row.kind == kind for row in self.allocations.get(adviser, ()))

    def median_days(self, adviser: int) -> float | None:
        """자문에 회신하기까지 걸린 날의 중앙값."""
        days = [row.days for row in self.allocations.get(adviser, ()) if row.kind == Allocation.Kind.ADVICE and row.days is not None]
        return median(days) if days else None

    def again_rate(self, adviser: int) -> Decimal | None:
        """회신한 자문 가운데 다시 물은 비율(%)."""
        replied = [row for row in self.allocations.get(adviser, ()) if row.kind == Allocation.Kind.ADVICE and row.replied_on]
        return percent(sum(row.asked_again for row in replied), len(replied))

    def satisfaction(self, adviser: int) -> float | None:
        scores = [row.satisfaction for row in self.allocations.get(adviser, ()) if row.satisfaction]
        return sum(scores) / len(scores) if scores else None

    def win_rate(self, adviser: int) -> Decimal | None:
        """승소 ÷ (승소 + 패소). 세지 않는 결과는 뺀다."""
        counts = self.rulings.get(adviser, Counter())
        return percent(counts[Bucket.WON], counts[Bucket.WON] + counts[Bucket.LOST])

    @cached_property
    def by_count(self) -> Concentration:
        return Concentration({key: len(rows) for key, rows in self.allocations.items()})

    @cached_property
    def by_fee(self) -> Concentration:
        return Concentration(dict(self.fees))


# ── 수당 ──────────────────────────────────────────────────────────────


@transaction.atomic
def run_month(year: int, month: int) -> int:
    """그달 첫날에 위촉되어 있는 고문의 월 자문료와 그달에 회신한 자문의 수당을 적고 새로 적은 수를 준다. 두 번 불러도 같다."""
    day = date(year, month, 1)
    if day > timezone.localdate():
        raise ValidationError("아직 오지 않은 달입니다. 달을 확인해 주세요.")
    amounts = Setting.objects.values_on(day)
    paid = set(AdviserFee.objects.of_month(year, month).filter(kind=AdviserFee.Kind.MONTHLY).values_list("adviser", flat=True))
    fresh = [
        AdviserFee(adviser=one, kind=AdviserFee.Kind.MONTHLY, year=year, month=month, amount=amounts[ADVISER_MONTHLY_FEE],
                   is_sample=one.is_sample)
        for one in Adviser.objects.active_on(day) if one.pk not in paid and amounts[ADVISER_MONTHLY_FEE]
    ]  # fmt: skip
    replied = Allocation.objects.filter(
        kind=Allocation.Kind.ADVICE, replied_on__year=year, replied_on__month=month, fee=None
    )
    fresh += [
        AdviserFee(adviser_id=row.adviser_id, kind=AdviserFee.Kind.OPINION, year=year, month=month, allocation=row,
                   amount=amounts[ADVISER_OPINION_FEE], is_sample=row.is_sample)
        for row in replied if amounts[ADVISER_OPINION_FEE]
    ]  # fmt: skip
    return len(AdviserFee.objects.bulk_create(fresh))


@dataclass(frozen=True)
class PayLine:
    """한 달 지급표의 한 줄."""

    adviser: Adviser
    monthly: int
    opinion: int
    other: int
    retainer: int
    success: int

    @property
    def total(self) -> int:
        return self.monthly + self.opinion + self.other + self.retainer + self.success


def pay_lines(year: int, month: int) -> list[PayLine]:
    """고문마다 그달의 수당과, 그달에 지급한 착수금·사례금."""
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for adviser, kind, amount in AdviserFee.objects.of_month(year, month).values_list("adviser", "kind", "amount"):
        sums[adviser][kind] += amount
    costs = Cost.objects.filter(adviser__isnull=False, kind__in=FEES, paid_on__year=year, paid_on__month=month)
    for adviser, kind, amount in costs.values_list("adviser", "kind", "amount"):
        sums[adviser][kind] += amount
    return [
        PayLine(one, *(sums[one.pk][kind] for kind in ("monthly", "opinion", "other", "retainer", "success_fee")))
        for one in Adviser.objects.filter(pk__in=sums)
    ]  # fmt: skip


def total_line(lines: Iterable[PayLine]) -> list[int]:
    """지급표의 계: 월 자문료, 자문 수당, 기타, 착수금, 사례금, 합."""
    rows = list(lines)
    return [sum(getattr(row, name) for row in rows) for name in ("monthly", "opinion", "other", "retainer", "success", "total")]
