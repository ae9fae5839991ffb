"""원장의 파일을 읽어 미리보기로 적는다. 한 칸이라도 고쳐야 하면 아무것도 남기지 않는다."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from django.apps import apps
from django.core.files import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.access import Team
from core.documents.models import StoredFile
from core.excel.columns import Column
from core.excel.mapping import with_synonyms
from core.excel.reader import WHOLE_SHEET, Question, Reading, Row, read_table
from core.history.context import acting, acting_as
from core.jobs.queue import JobRefused, Progress
from core.ledgers.copying import copy_rows
from core.ledgers.models import Snapshot
from core.ledgers.period import period_questions

BATCH = 5_000
# 화면과 JSON 에 남기는 목록의 길이. 나머지는 건수로만 말한다.
KEPT = 1_000
PREVIEW_LIFE = timedelta(days=1)


class RowWriter:
    """읽은 행을 표의 줄로 바꾸어 한꺼번에 적는다. 원장마다 물려받아 fields 와 row 를 적는다.

    count   적은 행
    errors  이 원장만의 까닭으로 받지 못한 행
    totals  칸마다의 합(원). 미리보기가 보이고, 파일의 계와 견준다
    doubts  받되 알리는 것: 글과 엑셀 행 번호
    repeats 앞에 나온 행과 모든 칸이 똑같은 행의 번호
    """

    fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, snapshot: Any) -> None:
        self.snapshot = snapshot
        self.count = 0
        self.errors: list[dict[str, Any]] = []
        self.totals: dict[str, int | None] = {}
        self.doubts: dict[str, list[int]] = defaultdict(list)
        self.repeats: list[int] = []
        self._seen: set[int] = set()

    def write(self, batch: tuple[Row, ...]) -> None:
        for row in batch:
            self._watch_repeat(row)
        self.prepare(batch)
        copy_rows(self.snapshot.rows.model, self.fields, [row for row in map(self.row, batch) if row])

    def prepare(self, batch: tuple[Row, ...]) -> None:
        """batch 를 적기 앞에 한꺼번에 만들 것."""

    def row(self, row: Row) -> tuple[Any, ...] | None:
        """fields 차례의 값. 받지 못할 행이면 refuse 하고 None."""
        raise NotImplementedError

    def _watch_repeat(self, row: Row) -> None:
        """읽은 값이 모두 같은 행. 금액이 없는 행은 두 번 있어도 합이 같아 보지 않는다."""
        if not any(value for name, value in row.values.items() if name.endswith("_amount")):
            return
        key = hash(tuple(row.values.values()))
        if key in self._seen:
            self.repeats.append(row.number)
        self._seen.add(key)

    def refuse(self, row: Row, column: str, value: str, reason: str, remedy: str) -> None:
        self.errors.append({
            "sheet": row.sheet, "row": row.number, "column": column, "letter": "", "value": value, "reason": reason, "remedy": remedy,
        })  # fmt: skip

    def created_codes(self) -> list[tuple[str, list[int]]]:
        """이 파일 때문에 만든 것의 (모델, 번호), 만든 차례대로. 미리보기를 지우면 아무도 쓰지 않는 것을 함께 지운다."""
        return []

    def warnings(self) -> list[str]:
        return []

    def questions(self) -> list[Question]:
        """행을 모두 적은 뒤, 앞선 자료와 견주어 물을 것."""
        return []

    def more(self) -> dict[str, Any]:
        """읽은 결과에 더 적을 것."""
        return {}


@dataclass(frozen=True)
class Ledger:
    """한 원장의 약속.

    model    한 벌의 모델
    row      행의 모델 이름("budget.executionrow"): 관리자가 더한 같은 말을 찾는다
    columns  받을 열
    writer   행을 적는 법
    new      자리를 이루는 글(year, as_of …)로 아직 적지 않은 한 벌을 만드는 법. 적는 거래 안에서 부른다
    team     가져올 수 있는 팀
    route    주소 이름의 앞: "budget.snapshot" 이면 budget.snapshot-upload -columns -preview
    job      뒤에서 읽는 작업의 이름
    """

    model: type[Snapshot]
    row: str
    columns: Sequence[Column]
    writer: Callable[[Any], RowWriter]
    new: Callable[..., Snapshot]
    team: Team
    route: str
    job: str

    def known_columns(self) -> list[Column]:
        """받을 열. 관리자가 더한 같은 말(HeadingSynonym)까지 넣는다."""
        return with_synonyms(self.row, self.columns)

    def url(self, act: str, *keys: int) -> str:
        return reverse(f"{self.route}-{act}", args=keys)

    def previews(self) -> Any:
        """반영하지 않은 미리보기."""
        return self.model._default_manager.filter(status=Snapshot.Status.PREVIEW)


def store_path(path: Path, user: Any, name: str = "") -> StoredFile:
    """디스크의 파일을 올린 파일로 보관한다."""
    with path.open("rb") as stream:
        return StoredFile.objects.store(File(stream, name=path.name), user, name or path.name)


def bring(
    ledger: Ledger,
    source: Path | StoredFile,
    place: dict[str, Any],
    *,
    user: Any = None,
    name: str = "",
    sheet: str | None = None,
    unit: int | None = None,
    mapping: dict[str, str] | None = None,
    headless: bool = False,
    progress: Progress | None = None,
) -> Any:
    """파일을 미리보기 상태의 자료 한 벌로 읽는다. 반영은 `snapshot.apply()` 가 한다.

    행과 과목은 모두 한 거래에 적으므로 도중에 죽으면 아무것도 남지 않는다. 고쳐야 할 칸이 하나라도 있으면
    행은 적지 않고, 무엇이 문제인지 `snapshot.report["errors"]` 에 남긴다.
    파일을 읽을 수 없으면 FileRefused 를 낸다.

    뒤에서 돌 때(progress)는 5,000행마다 거래를 끊어, 적는 동안에도 다른 사람이 쓰고 진행이 보인다. 다 적기 전의 자료는
    「읽은 결과」가 비어 있어 반영할 수 없고, 죽으면 이어받은 쪽이 치우고 처음부터 한다.
    """
    purge_stale_previews(ledger)
    stored = source if isinstance(source, StoredFile) else store_path(source, user, name)
    now = acting()
    try:
        if progress:
            _clear_half_written(ledger, progress)
            progress.report("읽는 중")
        whole = nullcontext() if progress else transaction.atomic()
        with acting_as(user or now.user, f"엑셀 {stored.name}", now.batch), whole:
            reading = read_table(
                Path(stored.file.path), ledger.known_columns(), sheet=sheet, mapping=mapping, unit=unit, limits=WHOLE_SHEET,
                name=stored.name, headless=headless,
            )
            missing = reading.match.asked()
            if progress and missing:
                progress.note(missing=missing)
                raise JobRefused(f"{', '.join(missing)} 열을 파일에서 찾지 못했습니다. 어느 열인지 맞춰 주세요.")
            with transaction.atomic():
                snapshot = ledger.new(**place)
                snapshot.file, snapshot.brought_by, snapshot.mapping = stored, user, mapping or {}
                snapshot.save()
                if progress:
                    progress.note(snapshot=snapshot.pk)
            rows = ledger.writer(snapshot)
            point = None if progress else transaction.savepoint()
            for batch in _batches(reading.rows()):
                if progress:
                    _write_part(rows, batch, reading, progress)
                else:
                    rows.write(batch)
            errors = [*_error_list(reading), *rows.errors]
            if progress:
                progress.report("견주는 중")
            # 한 칸이라도 고쳐야 하면 이 파일에서 만든 과목과 행을 모두 물린다.
            if point and (errors or missing):
                transaction.savepoint_rollback(point)
            with transaction.atomic():
                if progress and errors:
                    _unwrite(snapshot)
                snapshot.sheet, snapshot.unit = reading.sheet, reading.unit
                snapshot.report = _report(reading, rows, errors)
                snapshot.row_count = 0 if errors else rows.count
                snapshot.save()
                snapshot.summarise()
                if progress:
                    said = f"{rows.count:,}행을 읽었습니다." if not errors else f"고칠 칸이 {snapshot.report['error_count']:,}곳 있습니다."
                    progress.finish(said, ledger.url("preview", snapshot.pk))
            return snapshot
    except Exception:
        if progress:
            _clear_half_written(ledger, progress)
        if not isinstance(source, StoredFile):
            stored.discard()
        raise


def _write_part(rows: RowWriter, batch: tuple[Row, ...], reading: Reading, progress: Progress) -> None:
    """읽은 행의 한 토막을 거래 하나로 적는다. 고칠 칸이 나온 뒤로는 세기만 하고 적지 않는다."""
    snapshot = rows.snapshot
    with transaction.atomic():
        rows.write(batch)
        if reading.error_count or rows.errors:
            transaction.set_rollback(True)
        else:
            # 죽은 뒤에 치울 수 있게, 만든 과목을 행과 함께 적어 둔다.
            snapshot.report = {"created": rows.created_codes()}
            snapshot.save(update_fields=["report"])
            progress.hold()
    progress.report("적는 중", batch[-1].number, reading.row_count)


def _unwrite(snapshot: Snapshot) -> None:
    """이 자료의 행과, 이 자료 때문에 만든 과목을 지운다."""
    snapshot.drop_rows()
    _forget_codes(snapshot.report.get("created", []))


def _clear_half_written(ledger: Ledger, progress: Progress) -> None:
    """앞서 맡은 쪽이 적다가 만 자료를 치운다."""
    half = ledger.previews().filter(pk=progress.job.payload.get("snapshot")).first()
    if half and not half.is_read:
        discard_preview(half)


def purge_stale_previews(ledger: Ledger) -> None:
    """반영하지 않고 하루가 지난 미리보기를 지운다."""
    before = timezone.now() - PREVIEW_LIFE
    for snapshot in ledger.previews().filter(brought_at__lt=before):
        discard_preview(snapshot)
    StoredFile.objects.discard_unused(before)


@transaction.atomic
def discard_preview(snapshot: Snapshot) -> None:
    """반영하지 않은 미리보기를 행까지 지우고, 이 파일 때문에 생긴 과목도 아무도 쓰지 않으면 함께 지운다."""
    snapshot.discard()
    _forget_codes(snapshot.report.get("created", []))


def _forget_codes(created: list[tuple[str, list[int]]]) -> None:
    # 만든 차례의 거꾸로: 세부사업부터 분야까지. 그 사이 누가 쓴 과목은 남는다.
    for label, keys in reversed(created):
        model = apps.get_model(label)
        used = [relation.name for relation in model._meta.related_objects]
        for start in range(0, len(keys), 500):
            unused = model._base_manager.filter(pk__in=keys[start : start + 500], **{f"{name}__isnull": True for name in used})
            unused.delete()


def _batches(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    # itertools.batched 는 파이썬 3.12 부터 있다.
    rows = iter(rows)
    while batch := tuple(islice(rows, BATCH)):
        yield batch


def _error_list(reading: Reading) -> list[dict[str, Any]]:
    return [
        {"sheet": e.sheet, "row": e.row, "column": e.column, "letter": e.letter, "value": e.value, "reason": e.reason,
         "remedy": e.remedy}
        for e in reading.errors
    ]


def _report(reading: Reading, rows: RowWriter, errors: list[dict[str, Any]]) -> dict[str, Any]:
    """미리보기와 명령이 함께 쓰는 결과. 금액은 원."""
    doubts = [
        f"{text}: {len(numbers):,}행({', '.join(map(str, numbers[:5]))}행{' 등' if len(numbers) > 5 else ''})"
        for text, numbers in rows.doubts.items()
    ]
    aside = [row for row in reading.set_aside if row.kind != "blank"]
    repeated = [Question.repeated("행", rows.repeats)] if rows.repeats else []
    return {
        # 머리글과 빈 줄을 뺀 줄. 읽은 행 + 덜어 둔 줄 + 오류 행과 같다.
        "rows": reading.row_count - len(reading.heading_rows),
        "taken": rows.count,
        "skipped": [
            {"sheet": row.sheet, "row": row.row, "kind": row.kind, "reason": row.reason, "text": row.text}
            for row in aside[:KEPT]
        ],
        "skipped_count": len(aside),
        "errors": errors[:KEPT],
        "error_count": reading.error_count + len(rows.errors),
        "missing": [column.title for column in reading.match.missing_required],
        "nearest": {
            column.title: near for column in reading.match.missing_required if (near := reading.match.nearest.get(column.name))
        },
        "totals": {column.removesuffix("_amount"): value for column, value in rows.totals.items()},
        "checks": [
            {"sheet": c.sheet, "row": c.row, "label": c.label, "column": c.column, "printed": c.printed,
             "computed": c.computed, "difference": c.difference}
            for c in sorted(reading.total_checks, key=lambda c: not c.difference)[:KEPT]
        ],
        "check_count": len(reading.total_checks),
        "warnings": [*reading.warnings, *doubts, *rows.warnings()],
        "questions": [] if errors else [
            asdict(item) for item in (*reading.questions, *period_questions(reading, rows.snapshot), *repeated, *rows.questions())
        ],
        "unit_note": reading.unit_note,
        **rows.more(),
        # 미리보기를 지울 때 되돌릴 과목. 오류가 있으면 이미 물렸다.
        "created": [] if errors else rows.created_codes(),
        "unit": reading.unit,
        "headings": [heading.text for heading in reading.headings],
        "heading_rows": list(reading.heading_rows),
        "mapping": {name: reading.headings[index].text for name, index in reading.match.matched.items()},
    }  # fmt: skip
