"""정책실명제가 내놓는 것."""

from __future__ import annotations

from core.given import Daily, Fact, Given, Sample
from core.org.open_items import OpenItems
from planning.named_policies import excel
from planning.named_policies.figures import FIGURES
from planning.named_policies.jobs import erase_applicants
from planning.named_policies.load_report import load_committee
from planning.named_policies.models import CitizenApplication, NamedPolicy
from planning.named_policies.rounds import UpdateCollection
from planning.named_policies.sample import clear_policies, load_policies
from planning.named_policies.search import SOURCES
from planning.named_policies.sections import named_policies
from planning.named_policies.services import AGENDA
from planning.named_policies.todos import TODOS

_ENDED = (NamedPolicy.Status.EXCLUDED, NamedPolicy.Status.CLOSED)

GIVEN = Given(
    figures=FIGURES,
    excel=(excel.NamedPolicyResource, excel.PolicyPersonResource, excel.PolicyUpdateResource),
    todos=TODOS,
    search=SOURCES,
    open_items=(
        OpenItems("정책실명제 사업", lambda on: NamedPolicy.objects.exclude(status__in=_ENDED)),
        OpenItems("구민신청", lambda on: CitizenApplication.objects.open(), handler="handler"),
    ),
    sections=(named_policies,),
    rounds=(UpdateCollection(),),
    agenda=(AGENDA,),
    daily=(Daily(6, "named_policies.erase", "구민신청의 개인정보 파기", erase_applicants),),
    facts=(Fact("정책실명제 심의위원회의 처음 값", load_committee),),
    sample=Sample(lambda settling: load_policies(), clear_policies),
    menu=(("정책실명제", "planning.named-policies"),),
    help=("named-policies",),
)
