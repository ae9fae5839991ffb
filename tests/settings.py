"""시험의 설정. 운영과 같은 길을 가되 자료는 임시 폴더에 두고 비밀번호 해시만 가볍게 한다."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data = Path(tempfile.mkdtemp(prefix="planning-test-"))
atexit.register(shutil.rmtree, _data, ignore_errors=True)
(_data / "static").mkdir()
os.environ.update(DATA_DIR=str(_data), STATIC_ROOT=str(_data / "static"))
for name in ("PRODUCTION", "DEBUG", "HTTPS"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

# 시험마다 새 브라우저(Client)를 여는데, 그때마다 정적 파일을 모두 훑지 않고 부를 때 찾는다.
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# 브라우저 시험은 서버가 다른 스레드에서 같은 자료를 읽으므로 SQLite 도 메모리가 아니라 파일에 둔다.
_database = DATABASES["default"]
_database["CONN_MAX_AGE"] = 0
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["TEST"] = {"NAME": str(_data / "test.sqlite3")}
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
else:
    # 시험의 자료는 서버가 꺼지면 버린다. 거래마다 디스크에 쓰기를 기다리지 않는다.
    _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "options": "-c synchronous_commit=off"}
    # 서버의 기본 문자 집합이 무엇이든 UTF-8 로 만든다.
    _database["TEST"] = {"CHARSET": "UTF8", "TEMPLATE": "template0"}
# 표는 모델에서 바로 만든다(수십 초가 덜 든다). 마이그레이션이 같은 표를 만드는지는 tests/test_migrations.py 가 본다.
_database["TEST"]["MIGRATE"] = False
