from django.apps import AppConfig

from budget.functions import FUNCTIONS


class BudgetConfig(AppConfig):
    """예산팀."""

    name = "budget"
    verbose_name = "예산팀"
    functions = FUNCTIONS
