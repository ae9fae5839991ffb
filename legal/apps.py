from django.apps import AppConfig


class LegalConfig(AppConfig):
    """의회법무팀."""

    name = "legal"
    verbose_name = "의회법무팀"
