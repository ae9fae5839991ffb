"""inspect_sheet 명령: 사람이 읽을 글과 JSON, 거절"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.core.excel.files import package, parts, sheet_xml, xlsx

LINES = [["2026년 예산"], ["(단위: 천원)"], ["부서명", "예산액", "비율"], ["총무과", 0.1, 0.5], ["예산과", 0.2, 1], ["합계", 0.4]]
STAFF = [[], ["직급", "정원"], ["5급", 3], ["6급", 1_234_567]]


def inspect_sheet(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("inspect_sheet", str(path), *options, stdout=out)
    return out.getvalue()


def test_text_is_readable(tmp_path: Path) -> None:
    text = inspect_sheet(xlsx(tmp_path / "a.xlsx", [*LINES, *STAFF], formats={2: "0%"}))
    for part in (
        "시트 ‘예산’: 내용이 있는 행 9개",
        "표 1 ‘예산’ 시트, 머리글 3행",
        "읽은 행 2, 따로 둔 행 6, 오류 행 0",
        "단위: 천원",
        "B 예산액: 금액, 합 300원",
        "6행 [합계] 합계 | 0.4 → 예산액 적힌 값 400, 자료의 합 300, 차이 100",
        "[다른 표] 3행",
        "2행 [단위] (단위: 천원)",
        "표 2 ‘예산’ 시트, 머리글 8행",
        "B 정원: 금액, 합 1,234,570",
        "확인할 것: ‘예산’ 시트에 표가 2개 있습니다",
    ):
        assert part in text, text
    assert "None" not in text


def test_json_is_documented_and_exact(tmp_path: Path) -> None:
    lines = [["이름", "수"], *[["가", 0.1]] * 3, ["합계", 0.3]]
    found = json.loads(inspect_sheet(xlsx(tmp_path / "a.xlsx", lines), "--json"))
    assert found["sheets"] == [{"name": "예산", "hidden": False, "rows": 5}]
    (table,) = found["tables"]
    assert table["totals"] == {"B": "0.3"}
    document = (Path(__file__).parents[3] / "docs/operators/commands.md").read_text(encoding="utf-8")
    section = document[document.index("## inspect_sheet") :]
    assert [name for name in table if f'"{name}"' not in section] == []


def test_wrong_total_shows_both_numbers(tmp_path: Path) -> None:
    text = inspect_sheet(xlsx(tmp_path / "a.xlsx", [["부서", "예산액"], ["가", 1000], ["나", 2000], ["합계", 3500]]))
    assert "4행 [합계] 합계 | 3500 → 예산액 적힌 값 3,500, 자료의 합 3,000, 차이 500" in text


def test_hidden_sheet_is_marked_and_shown_only_by_name(tmp_path: Path) -> None:
    contents = parts(sheet_xml([["부서", "금액"], ["가", 1]]), sheets=[("예산", "visible"), ("옛 자료", "hidden")])
    path = package(tmp_path / "a.xlsx", contents)
    assert "시트 ‘옛 자료’ (숨김): 내용이 있는 행 2개" in inspect_sheet(path)
    assert "표 1 ‘옛 자료’ 시트" not in inspect_sheet(path)
    assert "표 1 ‘옛 자료’ 시트" in inspect_sheet(path, "--sheet", "옛 자료")


@pytest.mark.parametrize(
    ("options", "reason"), [([], "빈 파일입니다"), (["--json"], "빈 파일입니다"), (["--sheet", "없음"], "빈 파일입니다")]
)
def test_refused_file_is_one_sentence(tmp_path: Path, options: list[Any], reason: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    with pytest.raises(CommandError, match=reason) as caught:
        inspect_sheet(tmp_path / "a.xlsx", *options)
    assert caught.value.returncode == 1
    assert "\n" not in str(caught.value)
    with pytest.raises(CommandError, match="파일이 없습니다"):
        inspect_sheet(tmp_path / "없음.xlsx")
    with pytest.raises(CommandError, match="‘없음’ 시트가 없습니다"):
        inspect_sheet(xlsx(tmp_path / "b.xlsx", LINES), "--sheet", "없음")
