"""받지 않는 파일: 종류가 다르거나, 깨졌거나, 일부러 꾸민 파일. 결과를 표로 적는다."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from core.excel.reader import FileRefused, Limits, list_sheets, read_table
from tests.core.excel.files import (
    COLUMNS,
    HEADINGS,
    ROWS,
    biff,
    ole,
    package,
    parts,
    raw,
    row_xml,
    sheet_xml,
    table,
    text_csv,
    xls,
)

LINES = [HEADINGS[:4], ["총무과", "가", "01", 1]]
SHEET = sheet_xml(LINES)
Build = Callable[[Path], object]


def content(name: str, text: str | bytes) -> Build:
    """정상 파일에서 한 부분만 바꾼 파일"""
    return lambda path: package(path, parts(SHEET) | {name: text})


def without(name: str) -> Build:
    def build(path: Path) -> None:
        contents = parts(SHEET)
        del contents[name]
        package(path, contents)

    return build


def data(content: bytes) -> Build:
    return lambda path: path.write_bytes(content)


def xlsx_bytes() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts(SHEET).items():
            archive.writestr(name, text)
    return buffer.getvalue()


def encrypted(path: Path) -> None:
    ole(path, {"EncryptionInfo": b"x", "EncryptedPackage": b"y"})


def bad_crc(path: Path) -> None:
    raw(path, LINES)
    packed = bytearray(path.read_bytes())
    at = packed.find(b"PK\x01\x02")
    while packed[at + 46 : at + 46 + 24] != b"xl/worksheets/sheet1.xml":
        at = packed.find(b"PK\x01\x02", at + 4)
    local = struct.unpack_from("<I", packed, at + 42)[0]
    for place in (at + 16, local + 14):
        struct.pack_into("<I", packed, place, 12345)
    path.write_bytes(packed)


def lying_size(path: Path) -> None:
    """목록에는 작다고 적고 실제로는 64MB로 풀리는 시트"""
    raw(path, LINES)
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = bomb.compress(SHEET.encode()) + b"".join(bomb.compress(b" " * (1 << 20)) for _ in range(64)) + bomb.flush()
    contents = parts("")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents.items():
            if "sheet1" not in name:
                archive.writestr(name, text)
        info = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        info.compress_type = zipfile.ZIP_STORED
        archive.writestr(info, body)
    packed = bytearray(path.read_bytes())
    for mark, method, size in ((b"PK\x01\x02", 10, 24), (b"PK\x03\x04", 8, 22)):
        at = packed.rfind(mark)
        struct.pack_into("<H", packed, at + method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", packed, at + size, len(SHEET))
    path.write_bytes(packed)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts(SHEET).items():
            archive.writestr(name, text)
        with archive.open("xl/media/image1.bmp", "w") as stream:
            for _ in range(32):
                stream.write(bytes(1 << 20))


def many_entries(path: Path) -> None:
    package(path, parts(SHEET) | {f"xl/media/{i}.png": b"" for i in range(2_100)})


def symlink(path: Path) -> None:
    package(path, parts(SHEET))
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("xl/link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")


def cell_at(reference: str) -> Build:
    number = "".join(char for char in reference if char.isdigit())
    far = f'<row r="{number}"><c r="{reference}"><v>1</v></c></row></sheetData>'
    return content("xl/worksheets/sheet1.xml", SHEET.replace("</sheetData>", far))


def wide(path: Path) -> None:
    raw(path, [[f"열{i}" for i in range(300)], list(range(300))])


def long_csv(path: Path) -> None:
    text_csv(path, [HEADINGS[:4], *[["총무과", "가", "01", "1"]] * 120])


def looping_ole(path: Path) -> None:
    xls(path, LINES)
    packed = bytearray(path.read_bytes())
    fat = 512 + struct.unpack_from("<I", packed, 76)[0] * 512
    struct.pack_into("<I", packed, fat, 0)
    path.write_bytes(packed)


def huge_fat(path: Path) -> None:
    xls(path, LINES)
    packed = bytearray(path.read_bytes()[:612])
    struct.pack_into("<I", packed, 44, 0xFFFFFFFF)
    path.write_bytes(packed)


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
WITH_DOCTYPE = SHEET.replace("<worksheet", f"{DOCTYPE}<worksheet")
LOST_STRING = SHEET.replace('t="inlineStr"><is><t>가</t></is>', 't="s"><v>99</v>')
MANY_STRINGS = '<sst xmlns="x" uniqueCount="4294967295"><si><t>가</t></si></sst>'
SAME_ROW_TWICE = SHEET.replace("</sheetData>", row_xml(2, ["예산과"]) + "</sheetData>")
ROWS_OUT_OF_ORDER = SHEET.replace("<sheetData>", "<sheetData>" + row_xml(9, ["가"]))
OLDER_XLS = biff(LINES).replace(b"\x00\x06\x05\x00", b"\x00\x05\x05\x00", 1)
HTML = "<html><head><meta charset='utf-8'></head><body><p>로그인이 필요합니다</p></body></html>"

REFUSED: list[tuple[str, Build, str, str]] = [
    ("C61 빈 파일", data(b""), "빈 파일", "다시 올려"),
    ("C62 표가 없는 HTML", data(HTML.encode()), "HTML", ".xlsx"),
    ("C62 BOM과 주석 뒤의 HTML", data(b"\xef\xbb\xbf\r\n<!-- 1 --><TABLE border=1>"), "끝까지 저장되지", "다시 내려받아"),
    ("C62 표가 없는 MHTML", data(b"MIME-Version: 1.0\r\nContent-Type: multipart/related"), "HTML", ".xlsx"),
    ("C62 XML 표", data(b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'), "시트가 하나도 없는", ".xlsx"),
    ("C62 그림", data(b"\xff\xd8\xff\xe0" + bytes(range(256))), "그림", "엑셀"),
    ("C62 PDF", data(b"%PDF-1.7\n"), "PDF", "엑셀"),
    ("C62 실행 파일", data(b"MZ" + bytes(200)), "아닙니다", "엑셀"),
    ("C62 7z", data(b"7z\xbc\xaf\x27\x1c" + bytes(100)), "압축 파일", "압축을 풀어"),
    ("C62 RAR", data(b"Rar!\x1a\x07\x01\x00" + bytes(100)), "압축 파일", "압축을 풀어"),
    ("C62 통합 문서를 묶은 zip", lambda path: package(path, {"가.xlsx": xlsx_bytes(), "나.xlsx": xlsx_bytes()}), "2개를 묶은 압축 파일", "압축을 풀어"),
    ("C62 RTF", data(b"{\\rtf1\\ansi a, b\n}"), "RTF", "xlsx로 저장해"),
    ("C62 JSON", data('[{"부서명": "건축과", "예산액": 1000}]'.encode()), "JSON", "CSV로 내보내"),
    ("C62 WEBP", data(b"RIFF\x00\x10\x00\x00WEBPVP8 " + bytes(200)), "그림", "엑셀"),
    ("C62 빈 줄 뒤의 PDF", data(b"\r\n%PDF-1.7\n"), "PDF", "엑셀"),
    ("C62 SQLite", data(b"SQLite format 3\x00" + bytes(200)), "데이터베이스", "내보내"),
    ("C62 SYLK", data(b"ID;PWXL;N;E\r\nE\r\n"), "SYLK", "xlsx로 다시 저장해"),
    ("C62 엑셀 5.0", data(b"\x09\x08\x08\x00\x00\x05\x05\x00" + bytes(200)), "오래된", "xlsx로 다시 저장해"),
    ("C62 인터넷 바로 가기", data(b"[InternetShortcut]\r\nURL=http://a/\r\n"), "바로 가기", "원본"),
    ("C64 MarkAny", data(b"<DOCUMENT SAFER V2.0>" + bytes(300)), "DRM", "해제"),
    ("C64 MarkAny가 뒤에 적힌 것", data(bytes(600) + b"MarkAny Document SAFER" + bytes(300)), "DRM", "해제"),
    ("C63 암호", encrypted, "암호가 걸려 있습니다", "암호를 풀고 다시 저장해 주세요"),
    ("C63 xls 암호", lambda path: ole(path, {"Workbook": biff(LINES, locked=True)}), "암호", "암호를 풀고"),
    ("C64 Fasoo", data(b"\x9b DRMONE This Document is encrypted and protected by Fasoo DRM" + bytes(100)), "DRM", "해제"),
    ("C64 Softcamp", data(b"SCDSA004" + bytes(100)), "DRM", "해제"),
    ("C64 NASCA", data(b"<## NASCA DRM FILE - VER1.00 ##>" + bytes(100)), "DRM", "해제"),
    ("C66 xlsb", lambda path: package(path, {"xl/workbook.bin": b"x"}), "xlsb", ".xlsx"),
    ("C66 ods", lambda path: package(path, {"mimetype": "x", "content.xml": "<x/>"}), "ods", ".xlsx"),
    ("C66 hwpx", lambda path: package(path, {"Contents/header.xml": "<x/>"}), "hwpx", ".xlsx"),
    ("C66 한셀·한글 OLE", lambda path: ole(path, {"FileHeader": b"HWP Document File"}), "통합 문서가 아닙니다", ".xlsx"),
    ("C66 압축 파일", lambda path: package(path, {"a.txt": "x"}), "압축", "엑셀"),
    ("C66 빈 압축", data(b"PK\x05\x06" + bytes(18)), "압축", "엑셀"),
    ("C68 닫지 않은 따옴표", data('부서명,예산액\n총무과,"1\n예산과,2\n'.encode()), "2행의 따옴표", "CSV"),
    ("C67 알 수 없는 글자", data(b"\xff\xfa\x81\xff,\xfb\xff\n" * 50), "글자", "UTF-8"),
    ("C69 잘린 압축", data(xlsx_bytes()[:-30]), "손상", ".xlsx"),
    ("C69 CRC가 다름", bad_crc, "손상", ".xlsx"),
    ("C69 끝 표시가 둘", data(xlsx_bytes() + xlsx_bytes()), "비정상", ".xlsx"),
    ("C70 잘린 시트", content("xl/worksheets/sheet1.xml", SHEET[:-60]), "끊겨", ".xlsx"),
    ("C70 닫지 않은 시트", content("xl/worksheets/sheet1.xml", SHEET.replace("</worksheet>", "")), "끊겨", ".xlsx"),
    ("C70 시트가 아닌 시트", content("xl/worksheets/sheet1.xml", "<x/>"), "손상", ".xlsx"),
    ("C70 시트 부분 없음", without("xl/worksheets/sheet1.xml"), "손상", ".xlsx"),
    ("C70 관계 부분 없음", without("xl/_rels/workbook.xml.rels"), "손상", ".xlsx"),
    ("C70 깨진 통합 문서 XML", content("xl/workbook.xml", "<workbook><sheets>"), "손상", ".xlsx"),
    ("C70 시트 0개", content("xl/workbook.xml", "<workbook><sheets/></workbook>"), "하나도 없는", ".xlsx"),
    ("C70 없는 공유 문자열", content("xl/worksheets/sheet1.xml", LOST_STRING), "손상", ".xlsx"),
    ("C73 맨 끝 칸", cell_at("XFD1048576"), "시트 범위가 너무 큽니다", "다시 저장"),
    ("C74 공유 문자열 42억 개", content("xl/sharedStrings.xml", MANY_STRINGS), "손상", ".xlsx"),
    ("C75 이상한 칸 주소", cell_at("ZZZZZZ99"), "시트 범위가 너무 큽니다", "다시 저장"),
    ("C75 행 번호가 겹침", content("xl/worksheets/sheet1.xml", SAME_ROW_TWICE), "행 번호", ".xlsx"),
    ("C75 행 차례가 뒤섞임", content("xl/worksheets/sheet1.xml", ROWS_OUT_OF_ORDER), "행 번호", ".xlsx"),
    ("C76 FAT 42억 개", huge_fat, "손상", ".xlsx"),
    ("C76 고리를 이룬 섹터", looping_ole, "손상", ".xlsx"),
    ("C77 압축 폭탄", bomb, "너무 큰 파일", "필요한"),
    ("C78 크기를 속인 목록", lying_size, "손상", ".xlsx"),
    ("C79 항목이 너무 많음", many_entries, "2,000개", ".xlsx"),
    ("C79 같은 이름 두 번", lambda path: package(path, parts(SHEET), again={"xl/worksheets/sheet1.xml": SHEET}), "두 번", ".xlsx"),
    ("C79 대소문자만 다른 이름", content("xl/Worksheets/Sheet1.xml", SHEET), "두 번", ".xlsx"),
    ("C79 위로 가는 경로", content("../../etc/x", "x"), "경로", ".xlsx"),
    ("C79 심볼릭 링크", symlink, "경로", ".xlsx"),
    ("C80 시트의 DOCTYPE", content("xl/worksheets/sheet1.xml", WITH_DOCTYPE), "DOCTYPE", ".xlsx"),
    ("C80 문자열의 DOCTYPE", content("xl/sharedStrings.xml", f'<?xml version="1.0"?>{DOCTYPE}<sst/>'), "DOCTYPE", ".xlsx"),
    ("C80 통합 문서의 DOCTYPE", content("xl/workbook.xml", f"{DOCTYPE}<workbook/>"), "DOCTYPE", ".xlsx"),
    ("C80 UTF-16 시트", content("xl/worksheets/sheet1.xml", WITH_DOCTYPE.encode("utf-16")), "글자 형식", ".xlsx"),
    ("C56 제어 문자", content("xl/worksheets/sheet1.xml", SHEET.replace("가", "\x01")), "제어 문자", ".xlsx"),
    ("C86 열이 너무 많음", wide, "열이 300개", "필요한 열"),
    ("xls 잘림", lambda path: path.write_bytes(xls(path, LINES).read_bytes()[:1500]), "손상", ".xlsx"),
    ("오래된 xls", lambda path: ole(path, {"Workbook": OLDER_XLS}), "오래된", ".xlsx"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("build", "reason", "remedy"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused_file_says_why_and_what_to_do(tmp_path: Path, build: Build, reason: str, remedy: str) -> None:
    path = tmp_path / "올린 파일.xlsx"
    build(path)
    with pytest.raises(FileRefused) as caught:
        list(read_table(path, COLUMNS).rows())
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy
    for word in ("잘못", "Traceback", "Error"):
        assert word not in str(caught.value)


SMALL: list[tuple[str, Build, Limits, str]] = [
    ("파일 크기", lambda path: table(path), Limits(file_bytes=1 << 10), "MB를 넘습니다"),
    ("풀었을 때의 크기", lambda path: table(path), Limits(unpacked_bytes=1 << 10), "너무 큰 파일"),
    ("xlsx 행", lambda path: table(path, ROWS * 40), Limits(rows=100), "행이 100개를 넘습니다"),
    ("CSV 행", long_csv, Limits(rows=100), "행이 100개를 넘습니다"),
    ("떨어진 칸", cell_at("D5000"), Limits(cells=10_000), "시트 범위가 너무 큽니다"),
]


@pytest.mark.parametrize(("build", "limits", "reason"), [case[1:] for case in SMALL], ids=[case[0] for case in SMALL])
def test_limits_are_told(tmp_path: Path, build: Build, limits: Limits, reason: str) -> None:
    path = tmp_path / "a.xlsx"
    build(path)
    with pytest.raises(FileRefused) as caught:
        read_table(path, COLUMNS, limits=limits)
    assert reason in caught.value.reason
    assert caught.value.remedy


def test_sheet_list_and_unknown_sheet_are_refused_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    encrypted(path)
    with pytest.raises(FileRefused, match="암호"):
        list_sheets(path)
    with pytest.raises(FileRefused, match="‘없음’ 시트가 없습니다"):
        read_table(table(tmp_path / "b.xlsx"), COLUMNS, sheet="없음")


def test_harmless_oddities_are_accepted(tmp_path: Path) -> None:
    extras = {
        "xl/comments1.xml": "<comments/>",
        "xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" * 1000,
        "xl/externalLinks/externalLink1.xml": "<externalLink/>",
    }
    protected = sheet_xml(LINES, after='<sheetProtection sheet="1" password="CC1A"/>')
    reading = read_table(package(tmp_path / "a.xlsx", parts(protected) | extras), COLUMNS)
    assert len(list(reading.rows())) == 1
