from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """네 팀을 묶는 자리. 모델은 없고 명령과 홈 화면만 있다."""

    name = "config"
    verbose_name = "기획예산 업무통합"
