"""운영 서버(gunicorn)의 설정. systemd 단위가 `gunicorn -c config/gunicorn.conf.py` 로 부른다.

환경 변수로 바꾼다: BIND, WEB_WORKERS, WEB_THREADS, WEB_TIMEOUT(뜻은 docs/operators/settings.md).
"""

import os

wsgi_app = "config.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")

# 스레드 일꾼. 화면은 대개 자료를 기다리므로 프로세스 하나에 스레드 여럿이 알맞다.
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "3"))
threads = int(os.environ.get("WEB_THREADS", "4"))

# 큰 엑셀 미리보기가 끝날 때까지 기다린다. 앞의 nginx 도 같은 값이어야 한다.
timeout = int(os.environ.get("WEB_TIMEOUT", "180"))
graceful_timeout = 30
keepalive = 5
max_requests = 2_000
max_requests_jitter = 200

# 프로세스를 다루는 소켓 파일을 만들지 않는다. 켜고 끄기는 systemd 가 한다.
control_socket_disable = True

# 접속 기록은 systemd 저널로 간다. 주소의 물음표 뒤(찾은 말 따위)는 적지 않는다.
accesslog = "-"
access_log_format = '%({x-forwarded-for}i)s %(h)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'
errorlog = "-"
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
