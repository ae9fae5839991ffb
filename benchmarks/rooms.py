"""업무마다 몇 줄인지 본다(make rooms): 폴더 안의 갈래마다, 폴더 밖, 모델, 시험. 넘지 말아야 할 선이 아니라 들여다보는 거울이다.

    python -m benchmarks.rooms
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import django
from django.apps import apps

# 폴더 안의 파일 → 갈래. 적지 않은 것은 「그 밖」이다.
KINDS = {
    "models": "모델", "views": "화면", "services": "일", "excel": "엑셀", "ledger": "엑셀", "columns": "엑셀", "dashboard": "현황",
    "tables": "현황", "figures": "수치", "reports": "수치", "sample": "표본", "given": "내놓음", "todos": "내놓음", "search": "내놓음",
    "sections": "내놓음", "jobs": "내놓음", "load_report": "내놓음", "rounds": "취합",
}  # fmt: skip
COLUMNS = ("모델", "일", "화면", "현황", "수치", "엑셀", "취합", "내놓음", "표본", "그 밖")
# 업무가 밖에서 손대는 자리. 마이그레이션과 문서, 시험은 따로 센다.
OUTSIDE = ("config/*.py", "core/**/*.py", "*/models.py", "*/urls.py", "*/functions.py", "*/dashboard.py", "pyproject.toml")


def lines(paths: Iterable[Path]) -> int:
    """빈 줄을 뺀 줄의 수."""
    return sum(1 for path in paths for line in path.read_text().splitlines() if line.strip())


def kinds(folder: Path) -> Counter[str]:
    """갈래마다의 줄 수."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*.py"):
        found[KINDS.get(path.relative_to(folder).parts[0].removesuffix(".py"), "그 밖")] += lines([path])
    return found


def outside(root: Path, package: str) -> int:
    """폴더 밖에서 그 업무의 이름을 적은 줄."""
    named = re.compile(rf"{re.escape(package)}\b|{re.escape(package.replace('.', '/'))}\b")
    paths = {path for pattern in OUTSIDE for path in root.glob(pattern)}
    return sum(bool(named.search(line)) for path in sorted(paths) for line in path.read_text().splitlines())


def rooms(root: Path) -> list[list[str | int]]:
    """업무마다의 줄: 이름, 갈래마다, 계, 밖, 모델, 템플릿, 시험의 줄, 시험의 수."""
    found: list[list[str | int]] = []
    templates = {path.relative_to(root / "templates").as_posix(): path for path in (root / "templates").rglob("*.html")}
    for package in sorted(f"{path.parent.parent.name}.{path.parent.name}" for path in root.glob("*/*/urls.py")):
        team, _, name = package.partition(".")
        folder, tests = root / team / name, root / "tests" / team / name
        if team not in ("planning", "budget", "evaluation", "legal"):
            continue
        counts = kinds(folder)
        code = "\n".join(path.read_text() for path in folder.rglob("*.py"))
        own = [path for template, path in templates.items() if f'"{template}"' in code]
        models = sum(model.__module__.startswith(f"{package}.") for model in apps.get_models())
        written = list(tests.rglob("*.py"))
        cases = sum(len(re.findall(r"^\s*def test_", path.read_text(), re.M)) for path in written)
        found.append([
            package, *(counts[kind] for kind in COLUMNS), counts.total(), outside(root, package), models, lines(own), lines(written), cases,
        ])  # fmt: skip
    return found


def main() -> None:
    django.setup()
    table = rooms(Path.cwd())
    heads = ["업무", *COLUMNS, "계", "밖", "모델", "템플릿", "시험(줄)", "시험"]
    table.append(["계", *(sum(int(row[at]) for row in table) for at in range(1, len(heads)))])
    for row in [heads, *table]:
        print("| " + " | ".join(f"{one:,}" if isinstance(one, int) else one for one in row) + " |")
        if row is heads:
            print("|---" + "|--:" * (len(heads) - 1) + "|")


if __name__ == "__main__":
    main()
