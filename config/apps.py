from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    """네 팀을 묶는 자리. 모델은 없고 명령과 홈 화면만 있다."""

    name = "config"
    verbose_name = "기획예산 업무통합"

    def ready(self) -> None:
        # 모델이 모두 준비된 뒤라야 갈래를 모을 수 있다.
        from config.inbox import INBOX, mend_after_migrating
        from core.inbox import keeping

        keeping.follow(INBOX)
        post_migrate.connect(mend_after_migrating, sender=self, dispatch_uid="inbox")
