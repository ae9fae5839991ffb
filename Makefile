# make run    설치하고, 보고서와 표본을 한 번 싣고, 작업 프로세스와 함께 http://127.0.0.1:8000 에서 연다 (PORT=8001 로 바꾼다)
# make test   시험 전부. make test DATABASE_URL=postgres://사람@서버/이름 이면 PostgreSQL 에서 같은 시험
# make drills 가져오기를 아무 때나 100번씩 죽여 보는 긴 훈련
# make check  문법·형식·의존 방향·배포 설정·빠진 마이그레이션·템플릿 점검
# make bench  성능을 재어 docs/benchmarks.md 를 쓴다. QUICK=1 은 2분, FULL=1 은 100만 행까지, ONLY=P5 는 그 묶음만. BENCH_DATABASE_URL 이 있으면 PostgreSQL 도
# make rooms  업무마다 몇 줄인지 본다. 선이 아니라 거울이다
# make clean  만든 것을 지운다. 자료(var/)는 남긴다

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
CHROMIUM ?= $(shell for p in chromium chromium-browser google-chrome; do command -v $$p && break; done)
export CHROMIUM
PRODUCTION_LIKE := PRODUCTION=1 ALLOWED_HOSTS=example.go.kr SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz

.PHONY: run test check drills bench rooms clean help
help:
	@sed -n 's/^# //p' Makefile | head -7

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "파이썬 3.11 이상(venv 포함)이 없습니다. 데비안이라면: sudo apt-get install python3 python3-venv" >&2; exit 1; }
	@echo "$(PYTHON) 으로 $(VENV) 를 만듭니다."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed-run: requirements.txt | $(BIN)/python
	@echo "꾸러미를 설치합니다(처음에는 1분쯤 걸립니다)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "시험에 쓰는 꾸러미를 설치합니다."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/installed-run

run: $(VENV)/installed-run
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) prepare_demo
	@echo "주소: http://127.0.0.1:$(PORT)/  (끝내기 Ctrl+C, 다른 포트로 열기 make run PORT=8001)"
	@$(MANAGE) worker & worker=$$!; trap 'kill $$worker 2>/dev/null; wait' EXIT; trap 'exit 0' INT TERM; \
	DEBUG=0 DJANGO_RUNSERVER_HIDE_WARNING=true $(MANAGE) runserver 127.0.0.1:$(PORT)

test: $(VENV)/installed-dev
	@test -n "$(CHROMIUM)" || echo "Chromium 이 없어 브라우저 시험(tests/e2e)은 건너뜁니다. CI=true 이면 실패로 봅니다."
	$(BIN)/pytest -n auto $(PYTEST_ARGS)

drills: $(VENV)/installed-dev
	DRILLS=100 $(BIN)/pytest tests/drills tests/core/jobs $(PYTEST_ARGS)

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(PRODUCTION_LIKE) $(MANAGE) check --deploy --fail-level WARNING
	$(MANAGE) makemigrations --check --dry-run
	$(BIN)/djlint --lint --quiet templates
	@echo "점검을 모두 통과했습니다."

bench: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks --mode $(if $(FULL),full,$(if $(QUICK),quick,usual)) $(if $(ONLY),--only $(ONLY))

rooms: $(VENV)/installed-dev
	@DJANGO_SETTINGS_MODULE=config.settings $(BIN)/python -m benchmarks.rooms

clean:
	rm -rf $(VENV) staticfiles test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
