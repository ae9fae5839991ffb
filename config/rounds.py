"""취합 서식의 줄. 업무의 rounds.py 에 적은 서식을 여기에 한 줄씩 더하면 회차를 열 수 있다."""

from __future__ import annotations

from core.rounds.collection import Collection
from core.rounds.urls import round_urls
from evaluation.four_year_plans.rounds import QuarterCollection
from evaluation.performance.rounds import FinalCollection, MidCollection
from planning.periodic_reports.rounds import WeekCollection
from planning.work_plans.rounds import PlanCollection

COLLECTIONS: list[Collection] = [QuarterCollection(), MidCollection(), FinalCollection(), PlanCollection(), WeekCollection()]

urlpatterns = round_urls(COLLECTIONS)
