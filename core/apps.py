from django.apps import AppConfig


class CoreConfig(AppConfig):
    """조직, 이력, 문서, 엑셀, 수치, 화면."""

    name = "core"
    verbose_name = "공통"
