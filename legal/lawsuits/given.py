"""소송이 내놓는 것."""

from __future__ import annotations

from django.utils import timezone

from core.given import Daily, Fact, Given, Sample
from core.org.open_items import OpenItems
from legal.lawsuits import excel
from legal.lawsuits.figures import FIGURES
from legal.lawsuits.jobs import settle_lawsuits
from legal.lawsuits.ledger import LedgerResource
from legal.lawsuits.load_report import load_buckets
from legal.lawsuits.models import Lawsuit, LossReview
from legal.lawsuits.reports import LAWSUITS
from legal.lawsuits.sample import clear_lawsuits, load_lawsuits
from legal.lawsuits.search import SOURCES
from legal.lawsuits.todos import TODOS

GIVEN = Given(
    figures=FIGURES,
    excel=(
        excel.LawsuitResource, excel.InstanceResource, excel.HearingResource, excel.RulingResource, excel.CostResource,
        LedgerResource,
    ),
    todos=TODOS,
    search=SOURCES,
    open_items=(
        OpenItems("소송", lambda on: Lawsuit.objects.ongoing(), handler="handler"),
        OpenItems("패소 분석 조치", lambda on: LossReview.objects.filter(done_on=None), related=("lawsuit",)),
    ),
    kept={"legal.LedgerRow.department": "예전 대장에 적힌 그때의 부서다"},
    reports=(LAWSUITS,),
    daily=(Daily(5, "legal.lawsuits", "소송 맞추기와 개인정보 파기", settle_lawsuits),),
    facts=(Fact("승패 분류의 처음 값", load_buckets),),
    sample=Sample(lambda settling: load_lawsuits(timezone.localdate()), clear_lawsuits),
    menu=(("우리 부서 소송", "legal.lawsuits"),),
    help=("lawsuits",),
)  # fmt: skip
