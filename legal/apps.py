from django.apps import AppConfig

from legal.functions import FUNCTIONS


class LegalConfig(AppConfig):
    """의회법무팀."""

    name = "legal"
    verbose_name = "의회법무팀"
    functions = FUNCTIONS
