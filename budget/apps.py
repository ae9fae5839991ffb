from django.apps import AppConfig


class BudgetConfig(AppConfig):
    """예산팀."""

    name = "budget"
    verbose_name = "예산팀"
