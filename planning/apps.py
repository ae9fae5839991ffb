from django.apps import AppConfig

from planning.functions import FUNCTIONS


class PlanningConfig(AppConfig):
    """기획조정팀."""

    name = "planning"
    verbose_name = "기획조정팀"
    functions = FUNCTIONS
