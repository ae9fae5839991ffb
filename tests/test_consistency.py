"""사람이 아니라 시험이 지키는 약속(집의 규칙). 어긋난 것이 있으면 무엇이 남았는지 이름을 댄다."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse

from config.functions import FUNCTIONS, GIVEN
from config.open_items import KEPT, OPEN_ITEMS
from core.access import Team
from core.committees.agenda import Agenda
from core.excel.resource import ExcelResource
from core.figures.figure import Figure
from core.given import Given
from core.history.models import Record
from core.ledgers.reading import Ledger
from core.org.models import Department, Staff
from core.reports.template import Template
from core.rounds.collection import Collection
from core.search.index import Source

ROOT: Path = settings.BASE_DIR
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
OUR_APPS = ("config", "core", *Team.values)
HANGUL = re.compile("[가-힣]")
# 장고가 이름으로 찾는 템플릿
NAMED_BY_DJANGO = re.compile(r"(4\d\d|403_csrf|500)\.html|registration/\w+\.html|admin/.+\.html|django/forms/.+\.html")


def python_files(*apps_: str) -> Iterator[Path]:
    """마이그레이션을 뺀 우리 코드."""
    for app in apps_:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions() -> list:
    return [function for group in FUNCTIONS.values() for function in group]


def built_folders() -> dict[str, str]:
    """만든 업무 폴더: {"budget.appropriations": 설명글}"""
    found = {}
    for team in Team.values:
        for init in sorted((ROOT / team).glob("*/__init__.py")):
            if init.parent.name not in ("migrations", "management"):
                docstring = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
                found[f"{team}.{init.parent.name}"] = docstring
    return found


# --- 업무 -------------------------------------------------------------------------------------------


def test_thirty_six_functions_under_their_team() -> None:
    assert len(functions()) == len({function.package for function in functions()}) == 36
    assert [one.package for team, group in FUNCTIONS.items() for one in group if one.team != team] == []


def test_every_folder_is_a_function_and_every_open_function_has_a_folder() -> None:
    built = built_folders()
    assert set(built) == {function.package for function in functions() if function.route}
    for function in functions():
        if function.package in built:
            assert built[function.package].startswith(function.title), function.package


def test_every_route_of_a_function_opens() -> None:
    for function in functions():
        if function.route:
            assert reverse(function.route).startswith("/" + function.package.replace(".", "/").replace("_", "-") + "/"), function.route


# --- 업무가 집에 내놓는 것 ---------------------------------------------------------------------------

# 파일의 이름 → 그 파일의 공개 함수를 내놓는 항목
GIVEN_BY_FILE = {
    "todos": ("todos",), "sections": ("sections",), "matters": ("matters",), "jobs": ("daily",), "load_report": ("loads", "facts"),
}  # fmt: skip
GIVEN_BY_TYPE = {Agenda: "agenda", Figure: "figures", Ledger: "ledgers", Source: "search", Template: "reports"}


def test_every_built_function_gives_what_it_has_to_the_house() -> None:
    for package in built_folders():
        found = importlib.import_module(f"{package}.given").GIVEN
        assert any(found is one for one in GIVEN), f"{package}: config/functions.py 의 GIVEN 에 없다."


def test_whatever_a_folder_makes_is_given() -> None:
    """폴더에 있는 수치, 엑셀, 취합 서식, 보고서 틀, 찾기, 할 일, 구역, 작업, 처음 값, 표본은 모두 given.py 로 내놓는다."""
    given = given_things()
    left = [f"{place}: {name} → {'나 '.join(items)}" for place, name, items, thing in made_things()
            if not any(thing is one for item in items for one in given[item])]  # fmt: skip
    for package in built_folders():
        folder = ROOT / package.replace(".", "/")
        own = importlib.import_module(f"{package}.given").GIVEN
        if ((folder / "sample.py").exists() or (folder / "sample").is_dir()) and own.sample is None:
            left.append(f"{package}: sample")
    assert not left, "\n".join(left)


def test_whatever_is_given_is_read() -> None:
    """Given 의 항목마다 내놓는 업무가 있고, config 에 읽는 자리가 있다. help 는 아래의 두 시험이 읽는다."""
    read = {
        node.attr
        for path in python_files("config") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "given"
    }  # fmt: skip
    names = {one.name for one in fields(Given)}
    assert not names - read - {"help"}, f"아무도 읽지 않는 것: {sorted(names - read - {'help'})}"
    assert not read - names, f"없어진 것을 읽는다: {sorted(read - names)}"
    assert [name for name in names if not any(getattr(given, name) for given in GIVEN)] == []


def test_every_page_for_officers_is_the_help_of_a_function() -> None:
    pages = {path.stem for path in (ROOT / "docs/officers").glob("*.md")}
    assert {page for given in GIVEN for page in given.help} == pages


def test_every_built_function_has_a_page_for_officers() -> None:
    """만든 업무에는 담당자가 읽을 글이 있고, 그 글이 docs/officers 에 있다(위의 시험)."""
    assert [package for package in built_folders() if not importlib.import_module(f"{package}.given").GIVEN.help] == []


def given_things() -> dict[str, list[Any]]:
    """항목마다 내놓은 것. 작업과 날마다 하는 일, 처음 값은 하는 일(함수)을, 취합 서식은 그 클래스를 본다."""
    every = {one.name: [thing for given in GIVEN for thing in (getattr(given, one.name) or ())] for one in fields(Given) if one.name != "sample"}
    every["daily"] = [daily.run for daily in every["daily"]]
    every["facts"] = [fact.load for fact in every["facts"]]
    every["rounds"] = [type(collection) for collection in every["rounds"]]
    return every


def made_things() -> Iterator[tuple[str, str, tuple[str, ...], Any]]:
    """폴더에 있어 내놓아야 하는 것: (파일, 이름, 내놓을 항목, 것)."""
    for path in python_files("core", *Team.values):
        if "management" in path.parts or path.stem in ("apps", "urls", "given"):
            continue
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
        for label, value in vars(module).items():
            for thing in value if isinstance(value, (list, tuple)) else [value]:
                if item := next((item for kind, item in GIVEN_BY_TYPE.items() if isinstance(thing, kind)), None):
                    yield name(path), label, (item,), thing
            if getattr(value, "__module__", "") != module.__name__ or label.startswith("_"):
                continue
            if inspect.isclass(value) and issubclass(value, ExcelResource) and hasattr(value, "model"):
                yield name(path), label, ("excel",), value
            elif inspect.isclass(value) and issubclass(value, Collection) and hasattr(value, "code"):
                yield name(path), label, ("rounds",), value
            elif inspect.isfunction(value) and path.stem in GIVEN_BY_FILE and is_given(path, value):
                yield name(path), label, GIVEN_BY_FILE[path.stem], value


def is_given(path: Path, function: Any) -> bool:
    """그 파일의 함수 가운데 집이 부르는 모양의 것. 작업은 (job, progress) 를 받고, 싣는 일은 업무의 load_ 함수다."""
    taken = set(inspect.signature(function).parameters)
    if path.stem == "jobs":
        return {"job", "progress"} <= taken and "core" not in path.relative_to(ROOT).parts
    if path.stem == "load_report":
        return function.__name__.startswith("load_") and "core" not in path.relative_to(ROOT).parts
    return "user" in taken


# --- 모델과 글 ---------------------------------------------------------------------------------------


def test_every_model_of_a_team_keeps_history_or_says_it_is_a_ledger() -> None:
    without = [
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in Team.values and not issubclass(model, Record) and not hasattr(model, "scope")
    ]
    assert not without, "\n".join(without)


def test_every_model_and_field_has_a_korean_name() -> None:
    english = []
    for model in apps.get_models():
        if model._meta.app_label not in OUR_APPS:
            continue
        if not HANGUL.search(str(model._meta.verbose_name)):
            english.append(model._meta.label)
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
            if not field.primary_key and not HANGUL.search(str(field.verbose_name)):
                english.append(f"{model._meta.label}.{field.name}")
    assert not english, "\n".join(english)


def test_every_model_says_in_korean_what_it_is() -> None:
    models = [model for model in apps.get_models() if model._meta.app_label in OUR_APPS]
    assert [model._meta.label for model in models if not HANGUL.search(model.__dict__.get("__doc__") or "")] == []


def test_everything_a_department_or_a_person_holds_follows_them() -> None:
    """부서나 담당(handler)을 적는 항목은 개편과 인수인계를 따라가거나(OPEN_ITEMS), 따라가지 않는 까닭이 있다(KEPT)."""
    followed = {
        f"{items.rows(date(2023, 1, 1)).model._meta.label}.{name}"
        for items in OPEN_ITEMS for name in (items.department, items.handler) if name
    }  # fmt: skip
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Department or (field.related_model is Staff and field.name == "handler"):
                found.add(f"{model._meta.label}.{field.name}")
    assert not found - followed - set(KEPT), "given.py 의 open_items 나 kept 에 적을 것: " + ", ".join(sorted(found - followed - set(KEPT)))
    assert not (followed | set(KEPT)) - found, "없어진 것: " + ", ".join(sorted((followed | set(KEPT)) - found))


def test_every_module_and_public_function_says_in_korean_what_it_does() -> None:
    silent = []
    for path in python_files(*OUR_APPS):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if tree.body and path.name != "apps.py" and not HANGUL.search(ast.get_docstring(tree) or ""):
            silent.append(name(path))
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if public and not re.search("[가-힣0-9]", ast.get_docstring(node) or ""):
                silent.append(f"{name(path)}:{node.lineno} {node.name}")
    assert not silent, "한국어 설명글(docstring)이 없는 모듈과 함수:\n" + "\n".join(silent)


def test_no_drawer_for_odds_and_ends() -> None:
    assert [name(path) for path in python_files(*OUR_APPS) if path.stem in ("utils", "common", "helpers", "misc")] == []


# --- 템플릿과 정적 파일 ------------------------------------------------------------------------------


def test_no_unused_template() -> None:
    """템플릿은 파이썬이나 다른 템플릿이 전체 이름으로, 또는 파이썬이 폴더를 뗀 이름("import_map")으로 부른다."""
    sources = {
        path: path.read_text(encoding="utf-8") for path in (*python_files(*OUR_APPS), *TEMPLATES.rglob("*.html"))
    }
    unused = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        full = path.relative_to(TEMPLATES).as_posix()
        wanted = re.compile(rf"""["']({re.escape(full)}|{re.escape(path.stem)}["'])""")
        callers = (text for other, text in sources.items() if other != path)
        if not NAMED_BY_DJANGO.fullmatch(full) and not any(map(wanted.search, callers)):
            unused.append(full)
    assert not unused, "\n".join(unused)


@pytest.mark.parametrize(
    "forbidden",
    [
        r"<[a-z][^>\n]*\sstyle\s*=",
        r"<style\b",
        r"<script(?![^>]*\ssrc=)",
        r"<[a-z][^>\n]*\son[a-z]+\s*=",
        r"\shx-on\b",
        r"javascript:",
        r"\|safe\b",
    ],
)
def test_no_inline_style_or_script(forbidden: str) -> None:
    """엄격한 CSP 아래에서는 어차피 돌지 않는다. 글에 섞인 태그를 그대로 내보내는 것도 없다."""
    found = []
    for path in (*TEMPLATES.rglob("*.html"), *python_files(*OUR_APPS)):
        text = re.sub(
            r"{%.*?%}|{{.*?}}", lambda tag: tag.group() if "safe" in tag.group() else "", path.read_text("utf-8")
        )
        found += [f"{name(path)}: {hit.group()[:60]}" for hit in re.finditer(forbidden, text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("file", "kilobytes"), [("css/app.css", 40), ("css/report.css", 10), ("js/app.js", 15), ("js/paste.js", 4)])
def test_our_own_style_and_script_stay_small(file: str, kilobytes: int) -> None:
    assert (STATIC / file).stat().st_size <= kilobytes * 1024


def test_nothing_comes_from_another_server() -> None:
    remote = []
    for path in (*TEMPLATES.rglob("*.html"), *STATIC.rglob("*.css"), *STATIC.rglob("*.js"), *STATIC.rglob("*.svg")):
        text = re.sub(r"/\*.*?\*/|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
        text = text.replace("http://www.w3.org/", "")
        for hit in re.finditer(r"""https?://|(?:src|href)=["']//|url\(["']?//""", text):
            remote.append(f"{name(path)}: {text[hit.start() : hit.start() + 60]}")
    assert not remote, "\n".join(remote)


# --- 수치 -------------------------------------------------------------------------------------------


def all_figures() -> list:
    return list(pytest.importorskip("config.figures", reason="config/figures.py 가 아직 없습니다.").FIGURES)


def test_every_figure_is_defined() -> None:
    codes = [figure.code for figure in all_figures()]
    assert len(codes) == len(set(codes))
    for figure in all_figures():
        assert re.fullmatch(r"[a-z][a-z0-9_.가-힣]+", figure.code), figure.code
        assert figure.unit, figure.code
        assert HANGUL.search(figure.title), figure.code
        assert HANGUL.search(figure.definition), figure.code
        assert figure.definition.rstrip().endswith("."), f"{figure.code}: 뜻은 한 문장으로 적고 마침표를 찍는다."


@pytest.mark.django_db
def test_a_figure_without_data_is_missing_and_not_zero() -> None:
    for figure in all_figures():
        answer = figure.at()
        assert answer.value is None, figure.code
        assert answer.origin == "missing", figure.code


# --- 문서 -------------------------------------------------------------------------------------------


def test_every_environment_variable_is_explained() -> None:
    """설정이 읽는 환경 변수는 모두 docs/operators/settings.md 에 있고, 없어진 변수는 문서에도 없다."""
    code = "".join((ROOT / "config" / file).read_text(encoding="utf-8") for file in ("settings.py", "gunicorn.conf.py"))
    read = set(re.findall(r"""\benv(?:\.\w+|iron\.get)?\(\s*["']([A-Z_]+)["']""", code))
    explained = set(
        re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/operators/settings.md").read_text(encoding="utf-8"), re.M)
    )
    assert explained == read


def test_links_between_documents_open() -> None:
    broken = []
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{name(path)} → {target}")
    assert not broken, "\n".join(broken)


def test_the_page_of_the_house_names_every_folder_of_core_and_everything_a_function_gives() -> None:
    text = (ROOT / "docs/developers/overview.md").read_text(encoding="utf-8")
    folders = {path.name for path in (ROOT / "core").iterdir() if (path / "__init__.py").exists() and path.name != "migrations"}
    assert set(re.findall(r"^  (\w+)/ ", text, re.M)) >= folders
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", text[text.index("## 업무가 집에 내놓는 것"):], re.M)
    assert {word for row in rows for word in re.findall(r"\w+", row)} == {one.name for one in fields(Given)}


def test_what_the_developers_pages_import_is_there() -> None:
    """개발 문서의 보기에 적은 들여오기는 그대로 된다. 보기의 업무(보조사업, 차량)는 뺀다."""
    found = [
        (path.name, module, word.strip())
        for path in (ROOT / "docs/developers").glob("*.md")
        for module, words in re.findall(r"from ((?:core|config)[\w.]*) import ([\w, ]+)", path.read_text(encoding="utf-8"))
        for word in words.split(",")
    ]
    assert found
    assert [one for one in found if not hasattr(importlib.import_module(one[1]), one[2])] == []


def test_tests_of_one_team_do_not_borrow_another_teams() -> None:
    """팀의 시험은 자기 팀의 것만 빌린다. 함께 쓰는 것은 tests/ 와 tests/core 에 둔다."""
    borrowed = [
        f"{name(path)}: {found}"
        for team in Team.values
        for path in (ROOT / "tests" / team).rglob("*.py")
        for found in re.findall(r"^(?:from|import) tests\.(\w+)", path.read_text(), re.M)
        if found in Team.values and found != team
    ]
    assert not borrowed


# 두 번 보내도 한 번만 할 표를 넣지 않는 폼: 들어오기 전의 폼과 어느 화면에나 있는 틀(한 번 그려 두고 쓴다), 제 차례를 따로 지키는 파일과 엑셀
WITHOUT_TOKEN = re.compile(
    r"registration/.+|admin/.+|base|components/(topbar|relogin)|core/import_(upload|map|preview|result)|budget/snapshot_(upload|columns)"
)


def test_every_posted_form_is_done_once() -> None:
    """보내는 폼마다 {% form_token %} 이나 {% act_fields %} 가 있다. 넣지 않는 폼은 그 까닭과 함께 위에 적는다."""
    posted = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.S)
    missing = [
        name(path) for path in sorted(TEMPLATES.rglob("*.html"))
        if not WITHOUT_TOKEN.fullmatch(str(path.relative_to(TEMPLATES)).removesuffix(".html"))
        and any("{% form_token %}" not in form and "{% act_fields" not in form for form in posted.findall(path.read_text(encoding="utf-8")))
    ]  # fmt: skip
    assert missing == []
