"""운영 모드: 빠진 값이 있으면 뜨지 않고, 배포 점검에 경고가 없고, 정적 파일을 스스로 내준다."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

SECRET = "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz"
# 운영과 같은 설정으로 로그인 화면을 받아, 그 안의 정적 파일 주소마다 (상태, 캐시 머리말)을 적는다.
FETCH_PAGE = """
import json, re
import django
django.setup()
from django.test import Client
client = Client(headers={"host": "example.go.kr"})
page = client.get("/login/", secure=True, follow=True)
found = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.content.decode())))
answers = {}
for url in found:
    answer = client.get(url, secure=True)
    answers[url] = [answer.status_code, answer.headers.get("Cache-Control", "")]
print(json.dumps({"status": page.status_code, "headers": dict(page.headers), "static": answers}))
"""


def run(tmp_path: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """바깥의 환경 변수를 물려받지 않는 새 프로세스."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={**kept, "DATA_DIR": str(tmp_path), "STATIC_ROOT": str(tmp_path / "static"), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": SECRET}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "example.go.kr"}, "SECRET_KEY"),
        ({"SECRET_KEY": SECRET, "ALLOWED_HOSTS": "example.go.kr", "DEBUG": "1"}, "DEBUG"),
    ],
)
def test_refuses_to_start(tmp_path: Path, environment: dict[str, str], missing: str) -> None:
    result = run(tmp_path, "manage.py", "check", PRODUCTION="1", **environment)
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr
    assert missing in result.stderr.splitlines()[-1]


def test_check_deploy_has_no_warning(tmp_path: Path) -> None:
    result = run(
        tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING",
        PRODUCTION="1", SECRET_KEY=SECRET, ALLOWED_HOSTS="example.go.kr",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "0 silenced" in result.stdout


def test_serves_its_own_static_files(tmp_path: Path) -> None:
    production = {"PRODUCTION": "1", "SECRET_KEY": SECRET, "ALLOWED_HOSTS": "example.go.kr"}
    collected = run(tmp_path, "manage.py", "collectstatic", "--noinput", "--verbosity", "0", **production)
    assert collected.returncode == 0, collected.stderr
    migrated = run(tmp_path, "manage.py", "migrate", "--verbosity", "0", **production)
    assert migrated.returncode == 0, migrated.stderr
    fetched = run(tmp_path, "-c", FETCH_PAGE, DJANGO_SETTINGS_MODULE="config.settings", **production)
    assert fetched.returncode == 0, fetched.stderr
    page = json.loads(fetched.stdout.splitlines()[-1])
    assert page["status"] == 200
    assert page["static"], "로그인 화면에 정적 파일이 없습니다."
    for url, (status, cache) in page["static"].items():
        assert status == 200, url
        assert "immutable" in cache, f"{url} 의 이름에 해시가 없습니다."
    headers = page["headers"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_health_watches_database_and_migrations(client: Client) -> None:
    assert client.get("/health/").status_code == 200
    MigrationRecorder.Migration.objects.filter(app="core").latest("pk").delete()
    assert client.get("/health/").status_code == 503
