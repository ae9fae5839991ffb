"""조례·규칙심의회가 내놓는 것."""

from __future__ import annotations

from django.utils import timezone

from core.given import Fact, Given, Sample
from legal.ordinance_council.figures import FIGURES
from legal.ordinance_council.load_report import load_committees
from legal.ordinance_council.sample import clear_council, load_council
from legal.ordinance_council.services import AGENDA

GIVEN = Given(
    figures=FIGURES,
    agenda=(AGENDA,),
    facts=(Fact("위원회와 전문분야 낱말의 처음 값", load_committees),),
    sample=Sample(lambda settling: load_council(timezone.localdate()), clear_council),
    help=("committees",),
)
