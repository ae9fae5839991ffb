"""성과관리의 모델."""

from evaluation.performance.models.plans import (
    GradeBand,
    Indicator,
    IndicatorPast,
    IndicatorStep,
    PerfPlan,
    PerfProject,
    Stage,
)
from evaluation.performance.models.results import IndicatorActual, IndicatorChange, Objection, PerfScore

__all__ = [
    "GradeBand",
    "Indicator",
    "IndicatorActual",
    "IndicatorChange",
    "IndicatorPast",
    "IndicatorStep",
    "Objection",
    "PerfPlan",
    "PerfProject",
    "PerfScore",
    "Stage",
]
