"""자치법규가 내놓는 것."""

from __future__ import annotations

from django.utils import timezone

from core.given import Fact, Given, Sample
from core.org.open_items import OpenItems
from legal.local_laws import excel
from legal.local_laws.figures import FIGURES
from legal.local_laws.load_report import load_review_kinds
from legal.local_laws.matters import law_matters
from legal.local_laws.models import Bill, LocalLaw, RevisionTask
from legal.local_laws.sample import clear_local_laws, load_local_laws
from legal.local_laws.search import SOURCES
from legal.local_laws.todos import TODOS

GIVEN = Given(
    figures=FIGURES,
    excel=(
        excel.LocalLawResource, excel.LawVersionResource, excel.BillResource, excel.ArticleChangeResource,
        excel.UpperLawChangeResource, excel.RevisionTaskResource,
    ),
    todos=TODOS,
    search=SOURCES,
    open_items=(
        OpenItems("자치법규", lambda on: LocalLaw.objects.live(on)),
        OpenItems("의안", lambda on: Bill.objects.open(), handler="handler"),
        OpenItems("자치법규 정비과제", lambda on: RevisionTask.objects.open(), related=("law",)),
    ),
    matters=(law_matters,),
    facts=(Fact("사전심사 종류의 처음 값", load_review_kinds),),
    sample=Sample(lambda settling: load_local_laws(timezone.localdate()), clear_local_laws),
    menu=(("우리 부서 자치법규", "legal.local-laws"),),
    help=("local-laws",),
)  # fmt: skip
