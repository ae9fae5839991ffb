from django.apps import AppConfig

from evaluation.functions import FUNCTIONS


class EvaluationConfig(AppConfig):
    """평가팀."""

    name = "evaluation"
    verbose_name = "평가팀"
    functions = FUNCTIONS
