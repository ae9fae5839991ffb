from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """기획조정팀."""

    name = "planning"
    verbose_name = "기획조정팀"
