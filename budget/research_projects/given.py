"""학술용역이 내놓는 것."""

from __future__ import annotations

from budget.research_projects import excel
from budget.research_projects.figures import FIGURES
from budget.research_projects.load_report import load_committee
from budget.research_projects.matters import research_matters
from budget.research_projects.models import ResearchProject
from budget.research_projects.rounds import RequestCollection
from budget.research_projects.sample import clear_research, load_research
from budget.research_projects.search import SOURCES
from budget.research_projects.sections import research
from budget.research_projects.services import AGENDA
from budget.research_projects.todos import TODOS
from core.given import Fact, Given, Sample
from core.org.open_items import OpenItems

GIVEN = Given(
    figures=FIGURES,
    excel=(excel.ResearchProjectResource, excel.ResearchOutputResource),
    todos=TODOS,
    search=SOURCES,
    # 활용 점검이 남은 용역도 열린 일이라, 부서가 바뀌면 점검과 기한이 함께 옮겨 간다.
    open_items=(OpenItems("학술용역", lambda on: ResearchProject.objects.open()),),
    sections=(research,),
    matters=(research_matters,),
    rounds=(RequestCollection(),),
    agenda=(AGENDA,),
    facts=(Fact("학술용역심의위원회의 처음 값", load_committee),),
    sample=Sample(load_research, clear_research),
    menu=(("우리 부서 학술용역", "budget.research-projects"),),
    help=("research-projects",),
)
