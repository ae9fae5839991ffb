from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """평가팀."""

    name = "evaluation"
    verbose_name = "평가팀"
