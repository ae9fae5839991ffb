"""시트 하나를 열어 머리글을 찾고, 열과 단위를 맞춘다."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

from core.excel.columns import (
    ROW_KEY,
    VERSION,
    Column,
    Match,
    column_letter,
    heading_unit,
    match_columns,
    match_score,
)
from core.excel.tables.cells import ALL_TEXT, shown
from core.excel.tables.child_process import (
    LONGEST_LINE,
    FileRefused,
    Limits,
    ask_child,
    decode_row,
    first_line,
    last_line,
)
from core.excel.tables.heading import HEAD_ROWS, Head
from core.excel.tables.reading import Field, Reading
from core.excel.tables.results import Heading, Question, TableInfo
from core.excel.tables.stacked import Table, find_tables, same_heading
from core.excel.tables.units import UnitNotes
from core.excel.values import (
    clean_text,
    parse_amount,
    parse_bool,
    parse_code,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_name,
    parse_rate,
    restore_text,
    search_key,
    unit_name,
)

_SAMPLE_ROWS = 30


def cell_parser(
    column: Column, unit: int, from_csv: bool, default_year: int | None, seen: Counter[str] | None = None
) -> Callable[[Any], Any]:
    """열 종류에 맞는 읽기 함수. seen은 금액 칸에 따로 적힌 단위를 세는 곳이다."""
    if column.kind == "amount":
        return partial(parse_amount, unit=unit, seen=seen)
    if column.kind == "code":
        read_code = partial(parse_code, width=column.width)
        return (lambda value: read_code(restore_text(value))) if from_csv else read_code
    if column.kind == "date":
        return partial(parse_date, default_year=default_year)
    if column.kind == "memo":
        return partial(clean_text, multiline=True, restore=from_csv)
    if column.kind == "text":
        return partial(parse_name, restore=from_csv, required=column.required)
    parsers: dict[str, Callable[[Any], Any]] = {
        "integer": parse_integer,
        "decimal": parse_decimal,
        "rate": parse_rate,
        "bool": parse_bool,
    }
    return parsers[column.kind]


def open_table(
    path: Path,
    columns: Sequence[Column],
    limits: Limits,
    mapping: Mapping[str, str] | None,
    unit: int | None,
    default_year: int | None,
    sheet: str | None,
    table: int | None = None,
    name: str = "",
    headless: bool = False,
) -> Reading:
    """시트 하나를 자식에게 읽히고 머리글을 찾아 열을 맞춘다. table은 1부터 센 표의 차례이고, 없으면 열이 가장 잘 맞는 표이다.

    headless이면 첫 줄부터 자료이고, 열의 이름은 ‘A열’, ‘B열’이다.
    """
    spool = ask_child(path, "rows", limits, sheet)
    try:
        note = first_line(spool)
        after_note = spool.tell()
        from_csv, all_text = note["format"] == "csv", note["format"] in ALL_TEXT
        ending = last_line(spool)
        rows_at = partial(_rows_at, spool)
        tables, sections = find_tables(ending["gaps"], ending["totals"], rows_at, columns)
        top = Head(rows_at(after_note, HEAD_ROWS + _SAMPLE_ROWS), note["merged"], all_text)
        place = top.find(columns, mapping)
        tables = _with_top_table(tables, top, place, after_note)
        if table is not None and not 1 <= table <= max(1, len(tables)):
            raise FileRefused(f"{table}번째 표가 없습니다", f"표는 {max(1, len(tables))}개입니다. 다른 표를 골라 주세요")
        if table is None:
            table = _best_table(tables, columns, mapping)
        head, (first, size) = top, place
        if len(tables) > 1:
            after = tables[table].first if table < len(tables) else 1 << 30
            rows = rows_at(tables[table - 1].offset if table > 1 else after_note, HEAD_ROWS + _SAMPLE_ROWS)
            head = Head([row for row in rows if row[0] < after], note["merged"], all_text)
            first, size = head.find(columns, mapping)
        head_rows = head.rows
    except BaseException:
        spool.close()
        raise
    if headless:
        first, size = 0, 0
    elif not size and columns:
        # 머리글로 보이는 줄이 없으면 첫 줄을 두고 사람에게 묻는다.
        first, size = 0, 1
    texts = head.letters() if headless else head.block(first, size) or []
    match = match_columns(texts, columns, mapping)
    if not headless and head.is_unit_row(first + size):
        for index, text in enumerate(head.texts[first + size]):
            if (found := heading_unit(text if text[:1] in "([" else f"({text})")) is not None:
                match.units[index] = found
        size += 1
    span = (tables[table - 1].first if table > 1 else 1, tables[table].first - 1 if table < len(tables) else 1 << 30)
    found_units = UnitNotes(columns, match, head, (first, size), ending["notes"], span, note, name)
    line_unit = found_units.factor
    units, factor = column_units(columns, match, unit, line_unit)
    heading_rows = tuple(row[0] for row in head_rows[first : first + size])
    reading = Reading(
        sheet=note["sheet"],
        sheets=[(name, hidden) for name, hidden in note["sheets"]],
        heading_rows=heading_rows,
        headings=[Heading(i, column_letter(i), text, match.units.get(i)) for i, text in enumerate(texts)],
        match=match,
        unit=factor,
        unit_found=line_unit if line_unit is not None else next(iter(match.units.values()), None),
        units=units,
        samples=_samples(head_rows[first + size :], len(texts)),
        row_count=ending["end"],
        tables=_spans(tables) if len(tables) > 1 else [],
        table=table,
        sections=sections,
        spool=spool,
        note=note,
        signs=[*note.get("indents", []), *ending["signs"]],
    )
    reading.fields = [
        Field(
            column.name,
            match.matched[column.name],
            cell_parser(column, units.get(column.name, 1), from_csv, default_year, reading.cell_units.setdefault(column.name, Counter())),
            column.required,
            column,
        )
        for column in columns
        if column.name in match.matched
    ]
    reading.heading_texts = [
        frozenset((i, search_key(cell)) for i, cell in enumerate(row[1]) if isinstance(cell, str) and cell.strip())
        for row in head_rows[first : first + size]
    ]
    reading.heading_texts = [texts for texts in reading.heading_texts if len(texts) > 1]
    reading.unit_chosen = unit is not None
    if units:
        reading.unit_note = found_units.told(units, unit)
        reading.start_questions = tuple(found_units.questions(units, unit))
    reading.start_questions += tuple(_same_headings(reading, columns))
    reading.questions = list(reading.start_questions)
    reading.warnings = [*_table_warning(reading), *_file_warnings(reading, columns, unit)]
    reading.start_warnings = tuple(reading.warnings)
    return reading


def _rows_at(spool: IO[bytes], offset: int, count: int) -> list[list[Any]]:
    """임시 파일의 그 자리부터 몇 행"""
    spool.seek(offset)
    rows: list[list[Any]] = []
    while len(rows) < count and isinstance(row := decode_row(spool.readline(LONGEST_LINE).decode()), list):
        rows.append(row)
    return rows


def _best_table(tables: Sequence[Table], columns: Sequence[Column], mapping: Mapping[str, str] | None) -> int:
    """열이 가장 많이 맞는 표의 차례. 같으면 위쪽"""
    scores = [match_score([text for _, text in item.texts], columns, mapping) for item in tables]
    return scores.index(max(scores)) + 1 if scores else 1


def _with_top_table(tables: list[Table], top: Head, place: tuple[int, int], offset: int) -> list[Table]:
    """머리글로 보이지 않던 맨 위의 표를 알려진 열 이름으로 찾았으면 그 표를 앞에 넣는다."""
    if not tables or not top.rows or top.rows[place[0]][0] >= tables[0].first:
        return tables
    texts = enumerate(top.texts[place[0]])
    first = Table(top.rows[0][0], top.rows[place[0]][0], offset, frozenset((i, search_key(text)) for i, text in texts if text))
    return [first, *tables[same_heading(first.texts, tables[0].texts) :]]


def _spans(tables: Sequence[Table]) -> list[TableInfo]:
    return [
        TableInfo(
            place + 1,
            item.heading,
            item.first if place else 1,
            tables[place + 1].first - 1 if place + 1 < len(tables) else None,
        )
        for place, item in enumerate(tables)
    ]


def _same_headings(reading: Reading, columns: Sequence[Column]) -> Iterator[Question]:
    """뜻이 같은 머리글이 둘이면 어느 열을 읽을지 묻는다. 사람이 고른 열은 묻지 않는다."""

    def called(place: int) -> str:
        return f"{column_letter(place)}열 ‘{reading.headings[place].text}’"

    titles = {column.name: column.title for column in columns}
    for name, places in reading.match.doubled.items():
        others = ", ".join(map(called, places))
        yield Question(
            "columns", f"‘{titles[name]}’ 열이 여러 개입니다. {called(reading.match.matched[name])}을 읽고 {others}은 읽지 않았습니다. "
            "다른 열이 맞으면 열 맞추기에서 골라 주세요",
        )  # fmt: skip


def _table_warning(reading: Reading) -> Iterator[str]:
    if len(reading.tables) > 1:
        rows = ", ".join(f"{item.heading_row}행" for item in reading.tables)
        yield (
            f"‘{reading.sheet}’ 시트에 표가 {len(reading.tables)}개 있습니다(머리글 {rows}). {reading.table}번째 표를 읽고 "
            "다른 표의 행은 따로 두었습니다"
        )


def column_units(
    columns: Sequence[Column], match: Match, chosen: int | None, line_unit: int | None
) -> tuple[dict[str, int], int]:
    """금액 열마다 곱할 배수와 대표 배수. 사람이 고른 것 > 머리글 > 열 정의 > 표 위의 단위 줄 > 원"""
    units = {}
    for column in columns:
        if column.kind != "amount" or column.name not in match.matched:
            continue
        written = match.units.get(match.matched[column.name])
        units[column.name] = next(
            (unit for unit in (chosen, written, column.unit, line_unit) if unit is not None), 1
        )
    common = Counter(units.values()).most_common(1)
    return units, chosen or (common[0][0] if common else line_unit or 1)



def _file_warnings(reading: Reading, columns: Sequence[Column], chosen: int | None) -> Iterator[str]:
    note, match = reading.note, reading.match
    if note.get("macro"):
        yield "매크로가 들어 있는 파일입니다. 매크로는 실행하지 않고 값만 읽었습니다"
    if note.get("external"):
        yield f"다른 파일을 가리키는 수식이 {note['external']:,}개 있습니다. 저장된 값이 오래되지 않았는지 확인해 주세요"
    if note.get("unseen"):
        yield f"화면에 보이지 않거나 취소선을 그은 글 {note['unseen']:,}개를 읽지 않았습니다. 필요한 값이면 보이게 하고 다시 올려 주세요"
    places = {place: name for name, place in match.matched.items()}
    titles = {column.name: column.title for column in columns}
    for place in note.get("hidden_columns", []):
        # 우리가 내려준 파일의 행 번호와 판은 늘 숨겨져 있다.
        if place in places and places[place] not in (ROW_KEY, VERSION):
            yield f"{titles[places[place]]}({column_letter(place)}열)은 숨겨진 열입니다. 값을 읽었습니다"
    if chosen is not None:
        for name, place in match.matched.items():
            if name in reading.units and match.units.get(place, chosen) != chosen:
                written = unit_name(match.units[place])
                yield f"{titles[name]}의 머리글에는 {written}이라고 적혀 있지만 고른 단위({unit_name(chosen)})로 읽었습니다"
    for name, same in match.duplicated.items():
        letters = ", ".join(column_letter(place) for place in same)
        yield f"‘{titles[name]}’에 해당하는 열이 여러 개({letters})라 정하지 못했습니다"


def _samples(rows: Sequence[Sequence[Any]], width: int) -> dict[int, list[str]]:
    samples: dict[int, list[str]] = {index: [] for index in range(width)}
    for row in rows:
        for index, cell in enumerate(row[1][:width]):
            if cell != "" and len(samples[index]) < 3:
                samples[index].append(shown(cell))
    return samples
