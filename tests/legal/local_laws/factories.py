"""자치법규 정비의 시험 자료를 만드는 공장."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from core.deadlines.load_report import load_holidays, load_rules
from core.history.settle import Settling
from legal.local_laws.models import (
    ArticleChange,
    Bill,
    ImpactReview,
    LawVersion,
    LocalLaw,
    NoticeOpinion,
    ReviewKind,
    RevisionTask,
    UpperLawChange,
)
from tests.factories import DepartmentFactory

# 지난 날만 쓴다. 오늘 뒤의 날짜는 처리할 수 없어, 시험하는 날에 따라 달라진다.
STARTED = date(2024, 3, 4)


def load_clocks() -> None:
    """공휴일과 기한 규칙. 배포에 든 파일 그대로다."""
    from core.history.settle import read_fixture

    settling = Settling()
    load_holidays(read_fixture("holidays_2023_2027"), settling)
    load_rules(read_fixture("deadline_rules"), settling)


class LocalLawFactory(DjangoModelFactory[LocalLaw]):
    class Meta:
        model = LocalLaw

    kind = "ordinance"
    title = factory.Sequence(lambda n: f"○○구 시험 {n} 조례")
    department = factory.SubFactory(DepartmentFactory)


class LawVersionFactory(DjangoModelFactory[LawVersion]):
    class Meta:
        model = LawVersion

    law = factory.SubFactory(LocalLawFactory)
    action = "amend"
    number = factory.Sequence(str)
    promulgated_on = date(2023, 3, 2)
    effective_on = date(2023, 3, 23)


class BillFactory(DjangoModelFactory[Bill]):
    """입안하고 있는 조례안."""

    class Meta:
        model = Bill

    department = factory.SubFactory(DepartmentFactory)
    law = factory.SubFactory(LocalLawFactory, kind=factory.SelfAttribute("..kind"), department=factory.SelfAttribute("..department"))
    kind = "ordinance"
    action = "amend"
    title = factory.Sequence(lambda n: f"○○구 시험 {n} 조례 일부개정조례안")
    received_on = STARTED


class ReviewKindFactory(DjangoModelFactory[ReviewKind]):
    class Meta:
        model = ReviewKind

    name = factory.Sequence(lambda n: f"시험심사 {n}")


class ImpactReviewFactory(DjangoModelFactory[ImpactReview]):
    class Meta:
        model = ImpactReview

    bill = factory.SubFactory(BillFactory)
    kind = factory.SubFactory(ReviewKindFactory)


class NoticeOpinionFactory(DjangoModelFactory[NoticeOpinion]):
    """예고 중인 의안에 들어온 의견."""

    class Meta:
        model = NoticeOpinion

    bill = factory.SubFactory(BillFactory, status="pre_notice")
    received_on = date(2024, 3, 12)
    content = "시행일을 늦추어 주기 바람"


class ArticleChangeFactory(DjangoModelFactory[ArticleChange]):
    class Meta:
        model = ArticleChange

    bill = factory.SubFactory(BillFactory)
    order = factory.Sequence(lambda n: n % 30_000 + 1)
    article = "제3조"
    old_text = "구청장은 매년 계획을 세운다."
    new_text = "구청장은 5년마다 계획을 세운다."


class UpperLawChangeFactory(DjangoModelFactory[UpperLawChange]):
    class Meta:
        model = UpperLawChange

    law_title = factory.Sequence(lambda n: f"시험법 {n}")
    promulgated_on = date(2024, 1, 5)
    effective_on = date(2024, 7, 6)


class RevisionTaskFactory(DjangoModelFactory[RevisionTask]):
    class Meta:
        model = RevisionTask

    department = factory.SubFactory(DepartmentFactory)
    law = factory.SubFactory(LocalLawFactory, department=factory.SelfAttribute("..department"))
    change = factory.SubFactory(UpperLawChangeFactory)
    due_on = date(2024, 12, 31)
