"""찾을 묶음은 네 팀을 아는 config/search.py 에 있다. config/urls.py 가 include("config.search") 로 바뀌면 이 파일을 지운다."""

from config.search import urlpatterns

__all__ = ["urlpatterns"]
