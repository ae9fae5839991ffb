"""가져오기의 걸음: 올리기 → 열 맞추기 → 미리보기 → 반영 → 되돌리기. 화면과 명령이 함께 쓴다."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from core.access import may_change_all
from core.documents.models import StoredFile
from core.excel import mapping
from core.excel.models import ImportBatch, PreviewPage
from core.excel.preview import (
    CHANGED,
    CONFLICT,
    MINE,
    MISSING,
    NEW,
    NOW,
    SAME,
    SET_ASIDE,
    ApplyRefused,
    Preview,
    PreviewRow,
    PreviewStale,
)
from core.excel.reader import FileRefused, Reading
from core.excel.resource import Applied, ExcelResource
from core.excel.values import Fault, Percent, unit_name
from core.excel.writer import ColumnOut, SheetOut, write_xlsx
from core.formats import moment
from core.history.context import acting_as
from core.history.models import Change, undo
from core.jobs.queue import Progress
from core.org.models import Staff

# 미리보기 한 쪽의 행
PAGE_ROWS = 100
# 까닭을 적어 두는 오류. 넘는 것은 행 번호만 적고, 고치고 다시 검사하면 나머지가 보인다.
KEPT_ERRORS = 1_000
LONGEST_FIX = 2_000
# 파일 이름에 적힌 해: 2023, 20231031
YEAR_IN_NAME = re.compile(r"(?<!\d)(20\d{2})(?=\d{4}(?!\d)|(?!\d))")


@contextmanager
def local_path(stored: StoredFile) -> Iterator[Path]:
    """저장한 파일의 경로. 내용이 올렸을 때와 다르면 FileRefused."""
    digest = hashlib.sha256()
    with stored.file.open("rb") as source, tempfile.NamedTemporaryFile(prefix="import-") as copy:
        for chunk in iter(lambda: source.read(1 << 20), b""):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        if digest.hexdigest() != stored.sha256:
            raise FileRefused("보관한 파일의 내용이 올렸을 때와 다릅니다", "파일을 다시 올려 주세요")
        # 저장소가 파일 시스템이 아니어도 되고, 검사한 바로 그 내용을 읽는다.
        yield Path(copy.name)


@contextmanager
def open_batch(batch: ImportBatch, resource: ExcelResource, progress: Progress | None = None) -> Iterator[Reading]:
    """올린 파일을 그때 고른 시트·열 맞춤·단위로 연다."""
    if progress:
        progress.report("읽는 중")
    with (
        local_path(batch.file) as path,
        resource.read(
            path, sheet=batch.sheet or None, mapping=batch.mapping, unit=batch.unit, year=batch.fiscal_year, name=batch.file.name,
            headless=batch.headless,
        ) as reading,
    ):
        if batch.fixes:
            reading.put_cells(batch.fixes)
        if progress:
            reading.watch = lambda step, count: progress.report(step, count, reading.row_count)
        yield reading


def fix(batch: ImportBatch, posted: Any) -> int:
    """오류 표에서 고친 칸을 적어 둔다. 고친 칸의 수를 준다."""
    count = 0
    for issue in batch.preview.get("errors", []):
        row, letter = str(issue["row"]), issue["letter"]
        text = posted.get(f"fix_{row}_{letter}", "").strip()
        if letter and text and text != issue["value"]:
            batch.fixes.setdefault(row, {})[letter] = text[:LONGEST_FIX]
            count += 1
    return count


def start(
    upload: File[bytes], user: Any, resource: ExcelResource, fiscal_year: int | None = None
) -> tuple[ImportBatch, bool]:
    """파일을 받아 가져오기를 시작한다. 둘째 값은 열을 물어볼 것이 없어 바로 미리볼 수 있는가이다."""
    ImportBatch.objects.purge_abandoned()
    stored = StoredFile.objects.store(upload, user)
    label = resource.model._meta.label_lower
    with transaction.atomic():
        # 두 번 눌러 함께 온 요청을 한 줄로 세운다.
        Staff.objects.select_for_update().get(pk=user.pk)
        same = ImportBatch.objects.filter(
            owner=user, model=label, file__sha256=stored.sha256, fiscal_year=fiscal_year, status=ImportBatch.Status.PREVIEW
        ).select_related("file")
        batch = same.first() or ImportBatch.objects.create(owner=user, model=label, file=stored, fiscal_year=fiscal_year)
    if batch.file != stored:
        stored.discard()
        return batch, bool(batch.preview)
    try:
        with open_batch(batch, resource) as reading:
            batch.sheet = reading.sheet
            batch.counts = {"file_rows": reading.row_count - len(reading.heading_rows)}
            known = mapping.remembered(batch.model, reading, user)
            batch.mapping, batch.unit = (known.mapping, known.unit) if known else ({}, None)
            sure = known is not None or mapping.is_certain(reading, resource.columns())
    except BaseException:
        batch.discard()
        raise
    batch.save()
    return batch, sure


def check_rights(resource: ExcelResource, user: Any) -> None:
    """이 자료를 올릴 수 있는 사람인가. 추가할 수 있거나 고칠 수 있는 행이 있어야 한다."""
    scope = resource.model.scope
    if not scope.may_open(user):
        raise PermissionDenied("이 화면은 기획예산과에서만 봅니다.")
    rows: Any = resource.model._base_manager.all()
    if not scope.may_add(resource.model, user) and not rows.changeable_by(user).exists():
        raise PermissionDenied(f"{scope.owner_text(resource.model)}만 가져올 수 있습니다. 볼 수는 있습니다.")


# ── 미리보기 ──────────────────────────────────────────────────────────


def refresh(batch: ImportBatch, resource: ExcelResource, user: Any, progress: Progress | None = None) -> Preview:
    """파일을 다시 읽어 미리보기를 만들고, 화면에 보일 것을 적어 둔다."""
    with open_batch(batch, resource, progress) as reading:
        preview = resource.preview(reading, user, choices=batch.choices, year=batch.fiscal_year)
    preview.warnings += [*name_warnings(batch), *_already_applied(batch)]
    batch.counts = preview.counts
    batch.preview = {
        "errors": [asdict(issue) for issue in preview.errors[:KEPT_ERRORS]],
        "error_numbers": preview.error_numbers,
        "error_count": len(preview.errors),
        "warnings": preview.warnings,
        "questions": [asdict(item) for item in preview.questions],
        "confirmed": batch.preview.get("confirmed", []),
        "unit_note": preview.unit_note,
        "marks": {row.key: _digest(row) for row in preview.rows if row.state in (NEW, CHANGED, CONFLICT)},
        "open": {row.key: _open(row) for row in preview.of(CONFLICT)},
    }
    batch.choices = {key: chosen for key, chosen in batch.choices.items() if key in batch.preview["open"]}
    batch.excluded = [key for key in batch.excluded if key in batch.preview["marks"]]
    pages = [
        PreviewPage(batch=batch, tab=tab, number=number, rows=[show(row) for row in rows[start : start + PAGE_ROWS]])
        for tab, rows, show in _tabs(preview)
        for number, start in enumerate(range(0, len(rows), PAGE_ROWS), 1)
    ]
    with transaction.atomic():
        # 두 번 누른 「다시 검사」가 같은 쪽을 함께 적지 않게 한 줄로 세운다.
        ImportBatch.objects.select_for_update().get(pk=batch.pk)
        batch.pages.all().delete()
        PreviewPage.objects.bulk_create(pages, batch_size=50)
        # 그 사이 반영됐을 수 있으므로 상태는 건드리지 않는다.
        batch.save(update_fields=["sheet", "mapping", "unit", "headless", "fixes", "counts", "preview", "excluded", "choices"])
    return preview


def _tabs(preview: Preview) -> list[tuple[str, list[Any], Callable[[Any], Any]]]:
    """(갈래, 행, 화면에 적을 모양)"""
    return [
        *((state, preview.of(state), _shown) for state in (NEW, CHANGED, SAME)),
        (CONFLICT, preview.of(CONFLICT), _contested), (MISSING, preview.missing, list), (SET_ASIDE, preview.set_aside, asdict),
    ]  # fmt: skip


def page_rows(batch: ImportBatch, tab: str, number: int) -> list[Any]:
    """한 갈래의 한 쪽에 있는 행."""
    return next(iter(batch.pages.filter(tab=tab, number=number).values_list("rows", flat=True)), [])


def _shown(row: PreviewRow) -> dict[str, Any]:
    return {
        "key": row.key, "number": row.number, "pk": row.instance.pk, "label": row.label, "note": row.note,
        "cells": [[cell.title, cell.old, cell.new, cell.note] for cell in row.cells],
    }  # fmt: skip


def _digest(row: PreviewRow) -> str:
    return hashlib.sha256(row.mark.encode()).hexdigest()[:16]


def _contested(row: PreviewRow) -> dict[str, Any]:
    """충돌 탭에 보일 행. 칸마다 내려받을 때의 값, 지금 값, 파일 값."""
    return {
        "key": row.key, "number": row.number, "label": row.label, "note": row.note,
        "cells": [
            {"name": cell.name, "title": cell.title, "base": cell.base, "now": cell.old, "mine": cell.new,
             "note": cell.note, "contested": cell.contested, "untouched": cell.untouched}
            for cell in row.cells
        ],
    }  # fmt: skip


def _open(row: PreviewRow) -> dict[str, Any]:
    """충돌한 행에서 골라야 할 칸(값은 이 파일에서 고치지 않았는가)과, 고르지 않아도 쓸 칸이 있는가."""
    return {
        "cells": {cell.name: cell.untouched for cell in row.cells if cell.contested},
        "own": any(not cell.contested for cell in row.cells),
    }


# ── 충돌에서 고르기 ───────────────────────────────────────────────────


def choose(batch: ImportBatch, key: str, name: str, choice: str) -> None:
    """충돌한 칸 하나에서 어느 값을 둘지 적는다."""
    cells = batch.preview.get("open", {}).get(key, {}).get("cells", {})
    if name in cells and choice in (NOW, MINE):
        batch.choices.setdefault(key, {})[name] = choice


def choose_row(batch: ImportBatch, key: str, choice: str) -> None:
    """충돌한 행의 모든 칸에서 같은 쪽을 고른다."""
    for name in batch.preview.get("open", {}).get(key, {}).get("cells", {}):
        choose(batch, key, name, choice)


def choose_all(batch: ImportBatch, choice: str) -> None:
    """충돌한 모든 행의 모든 칸에서 같은 쪽을 고른다. 다른 쪽에 있는 행도 함께 한다."""
    for key in batch.preview.get("open", {}):
        choose_row(batch, key, choice)


def keep_untouched(batch: ImportBatch) -> None:
    """이 파일에서 고치지 않은 칸은 모두 지금 값을 둔다. 보이지 않는 행도 함께 한다."""
    for key, row in batch.preview.get("open", {}).items():
        for name, untouched in row["cells"].items():
            if untouched:
                choose(batch, key, name, NOW)


def unsettled(batch: ImportBatch) -> set[str]:
    """아직 어느 값을 둘지 다 고르지 않은 충돌 행."""
    rows = batch.preview.get("open", {})
    return {key for key, row in rows.items() if not set(row["cells"]) <= set(batch.choices.get(key, {}))}


def _nothing_to_write(batch: ImportBatch) -> set[str]:
    """모두 지금 값을 두기로 해서 쓸 것이 없는 충돌 행."""
    return {
        key for key, row in batch.preview.get("open", {}).items()
        if not row["own"] and MINE not in batch.choices.get(key, {}).values()
    }  # fmt: skip


def chosen_keys(batch: ImportBatch) -> set[str]:
    """지금 고른 대로 반영할 행: 고르지 않은 충돌과 뺀 행은 빠진다."""
    return set(batch.preview.get("marks", {})) - set(batch.excluded) - unsettled(batch) - _nothing_to_write(batch)


def chosen_count(batch: ImportBatch) -> int:
    """지금 고른 대로 반영하면 몇 행인가."""
    return len(chosen_keys(batch))


def name_warnings(batch: ImportBatch) -> list[str]:
    """파일 이름에 적힌 해가 고른 회계연도와 다르면 알린다."""
    years = {int(year) for year in YEAR_IN_NAME.findall(batch.file.name)}
    if batch.fiscal_year is None or not years or batch.fiscal_year in years:
        return []
    found = "·".join(f"{year}년" for year in sorted(years))
    return [f"파일 이름에는 {found}이라고 적혀 있습니다. 고른 회계연도는 {batch.fiscal_year}년입니다"]


# ── 반영과 되돌리기 ───────────────────────────────────────────────────


def _already_applied(batch: ImportBatch) -> list[str]:
    """같은 내용의 파일을 이미 반영했으면 알린다."""
    same = ImportBatch.objects.filter(
        model=batch.model, file__sha256=batch.file.sha256, status=ImportBatch.Status.APPLIED
    ).exclude(pk=batch.pk)
    before = same.select_related("owner").order_by("-applied_at").first()
    return [f"{moment(before.applied_at)} {before.owner.masked_name} 님이 이미 반영한 파일입니다"] if before else []


def apply_batch(
    batch: ImportBatch, resource: ExcelResource, user: Any, progress: Progress | None = None, done_url: str = ""
) -> Applied:
    """미리보기에서 고른 행을 반영한다. 본 것과 달라졌으면 PreviewStale 을 내고 아무것도 쓰지 않는다.

    파일을 읽고 견주는 동안은 아무것도 잠그지 않고, 쓰는 일만 거래 하나로 한다. 그 사이 바뀐 행은 판 번호가 알려 준다.
    """
    batch = ImportBatch.objects.select_related("file").get(pk=batch.pk)
    if batch.status != ImportBatch.Status.PREVIEW:
        raise PreviewStale([])
    with open_batch(batch, resource, progress) as reading:
        preview = resource.preview(reading, user, choices=batch.choices, year=batch.fiscal_year)
    confirmed = batch.preview.get("confirmed", [])
    if waiting := [item.text for item in preview.questions if item.waits(confirmed)]:
        raise ApplyRefused(f"답하지 않은 물음이 있어 반영하지 않았습니다. {waiting[0]}")
    seen = batch.preview.get("marks", {})
    wanted = chosen_keys(batch)
    now = {row.key: row for row in preview.to_apply()}
    moved = [row for row in preview.rows if row.key in wanted and (row.key not in now or _digest(row) != seen[row.key])]
    if moved or not wanted <= set(now):
        raise PreviewStale(moved)
    if progress:
        progress.report("적는 중")
    with transaction.atomic():
        seen_then = (batch.choices, batch.excluded, seen)
        batch = ImportBatch.objects.select_for_update().select_related("file").get(pk=batch.pk)
        if batch.status != ImportBatch.Status.PREVIEW or seen_then != (batch.choices, batch.excluded, batch.preview.get("marks", {})):
            raise PreviewStale([])
        applied = _write(batch, resource, user, preview, [now[key] for key in wanted])
        if progress:
            progress.finish(f"{applied.total:,}건을 반영했습니다.", done_url)
    return applied


def _write(
    batch: ImportBatch, resource: ExcelResource, user: Any, preview: Preview, rows: list[PreviewRow]
) -> Applied:
    """고른 행을 쓰고 가져오기를 반영한 것으로 적는다. 부르는 쪽의 거래 안에서 돈다."""
    applied = resource.apply(preview, user, batch.file, {row.id for row in rows}, batch.pk)
    batch.status, batch.applied_at = ImportBatch.Status.APPLIED, timezone.now()
    resolved = sum(row.state == CONFLICT for row in rows)
    batch.counts |= {
        "applied_new": applied.created, "applied_changed": applied.changed,
        "conflict_left": batch.counts.get(CONFLICT, 0) - resolved,
    }  # fmt: skip
    batch.preview = {}
    batch.save()
    batch.pages.all().delete()
    return applied


@transaction.atomic
def undo_batch(batch: ImportBatch, resource: ExcelResource, user: Any) -> int:
    """반영한 것을 한꺼번에 되돌린다. 뒤에 고친 것이 있으면 core.history 의 UndoConflict."""
    batch = ImportBatch.objects.select_for_update().select_related("file").get(pk=batch.pk)
    if not batch.may_undo:
        raise PermissionDenied("되돌릴 수 있는 기간이 지났거나 이미 되돌렸습니다.")
    keys = set(changes_of(batch).values_list("object_id", flat=True))
    rows: Any = resource.model._base_manager.filter(pk__in=keys)
    owner = resource.model.scope.owner_text(resource.model)
    refusal = PermissionDenied(f"고칠 수 없는 행이 들어 있습니다. {owner}에 요청하세요.")
    if user is not None and not may_change_all(rows, user):
        raise refusal
    with acting_as(user, f"되돌리기 엑셀 {batch.file}"):
        count = undo(batch.pk, resource.model)
        for model in resource.also:
            undo(batch.pk, model)
    # 되돌린 모습도 이 사람이 고칠 수 있는 자리여야 한다. 예외가 거래를 물린다.
    if user is not None and not may_change_all(rows.all(), user):
        raise refusal
    batch.status, batch.undone_at = ImportBatch.Status.UNDONE, timezone.now()
    batch.save()
    return count


def changes_of(batch: ImportBatch) -> Any:
    """이 가져오기가 남긴 이력."""
    return Change.objects.filter(batch=batch.pk, model=batch.model)


# ── 오류 행만 내려받기 ────────────────────────────────────────────────


def write_error_rows(batch: ImportBatch, resource: ExcelResource, stream: Any) -> None:
    """오류 행만 파일의 열 그대로 쓰고, 맨 끝에 고칠 곳을 적는다. 고쳐서 그대로 다시 올릴 수 있다."""
    texts: dict[int, list[str]] = {number: [] for number in batch.preview.get("error_numbers", [])}
    for issue in batch.preview.get("errors", []):
        where = f"{issue['column']}: " if issue["column"] else ""
        texts.setdefault(issue["row"], []).append(f"{where}{issue['reason']}. {issue['remedy']}".rstrip(". ") + ".")
    with open_batch(batch, resource) as reading:
        kinds = {reading.match.matched[column.name]: column.kind for column in resource.columns()
                 if column.name in reading.match.matched}  # fmt: skip
        outs = [_out(heading, kinds.get(heading.index, "text"), reading) for heading in reading.headings]
        rows = []
        for number, cells, *_ in reading.raw_rows():
            if number in texts:
                cells = [*cells, *[""] * (len(outs) - len(cells))][: len(outs)]
                reasons = " ".join(texts[number]) or "오류가 많아 까닭을 적지 못했습니다. 다시 올리면 알려 줍니다."
                rows.append([*map(_raw, cells), f"{number}행 {reasons}"])
        write_xlsx(stream, [SheetOut(f"{resource.title} 오류", [*outs, ColumnOut("고칠 곳", "memo", 60)], rows)], missing="")


def _out(heading: Any, kind: str, reading: Reading) -> ColumnOut:
    title = heading.text
    name = next((name for name, place in reading.match.matched.items() if place == heading.index), "")
    unit = reading.units.get(name, 1)
    if kind == "amount" and heading.index not in reading.match.units and unit != 1:
        title = f"{title}({unit_name(unit)})"
    # 잘못 적힌 칸도 적힌 그대로 보여야 하므로 수가 아니면 글자로 쓴다.
    return ColumnOut(title or heading.letter, kind if kind in ("amount", "integer", "decimal", "rate", "date") else "text")


def _raw(value: Any) -> Any:
    if isinstance(value, Fault):
        return value.shown
    return float(value) * 100 if isinstance(value, Percent) else value
