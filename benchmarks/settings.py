"""재는 동안의 설정. 제품의 설정 그대로에 견줄 도구(peer)만 더한다."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.peer"]
ROOT_URLCONF = "benchmarks.urls"
LOGGING: dict[str, object] = {"version": 1, "disable_existing_loggers": True}
# 운영에서처럼 연결을 다시 쓴다.
DATABASES["default"]["CONN_MAX_AGE"] = 60
