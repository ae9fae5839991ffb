"""법률고문이 내놓는 것."""

from __future__ import annotations

from django.utils import timezone

from core.given import Fact, Given, Sample
from legal.legal_advisers import excel
from legal.legal_advisers.load_report import load_words
from legal.legal_advisers.sample import clear_advisers, load_advisers

GIVEN = Given(
    excel=(excel.AdviserResource, excel.AdviserFeeResource),
    kept={
        "legal.ConflictOfInterest.department": "이해충돌은 그때의 부서를 적는다. 개편이 있으면 담당자가 새로 적는다",
        "legal.Allocation.department": "배정은 그때의 소관 부서를 적는다",
    },
    facts=(Fact("위원회와 전문분야 낱말의 처음 값", load_words),),
    sample=Sample(lambda settling: load_advisers(timezone.localdate()), clear_advisers),
    help=("legal-advisers",),
)
