"""올린 파일의 형식: 확장자와 내용이 맞아야 받는다."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from core.documents.file_types import TYPES, Refused, check_type
from core.documents.models import safe_name

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def ole(stream: str) -> bytes:
    return OLE + b"\0" * 700 + stream.encode("utf-16-le") + b"\0" * 100


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name in names:
            target.writestr(zipfile.ZipInfo(name), b"x")
    return made.getvalue()


GIF = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + b"\x2c" + b"\0" * 20 + b";"
GOOD = {
    "pdf": b"%PDF-1.7\n1 0 obj",
    "hwp": ole("HwpSummaryInformation"),
    "hwpx": archive("mimetype", "version.xml", "Contents/content.hpf"),
    "xlsx": archive("[Content_Types].xml", "xl/workbook.xml"),
    "docx": archive("[Content_Types].xml", "word/document.xml"),
    "pptx": archive("[Content_Types].xml", "ppt/presentation.xml"),
    "xls": ole("Workbook"),
    "doc": ole("WordDocument"),
    "ppt": ole("PowerPoint Document"),
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "jpeg": b"\xff\xd8\xff\xe1\0\x10Exif",
    "gif": GIF,
    "txt": "집행 실적을 붙입니다.\n".encode(),
    "csv": "부서,금액\n재무과,△1200\n".encode("cp949"),
    "zip": archive("1월/실적.hwp", "2월/실적.hwp"),
}


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        check_type(name, io.BytesIO(content))
    sentence = str(caught.value)
    assert sentence.endswith("주세요."), sentence
    return sentence


@pytest.mark.parametrize("extension", TYPES)
def test_each_type_is_taken_with_its_own_content(extension: str) -> None:
    file = io.BytesIO(GOOD[extension])
    check_type(f"판결문.{extension.upper()}", file)
    assert file.tell() == 0


@pytest.mark.parametrize("extension", TYPES)
@pytest.mark.parametrize("other", ["pdf", "hwp", "xlsx", "png", "txt"])
def test_no_type_is_taken_with_another_content(extension: str, other: str) -> None:
    same = {extension, other} <= {"txt", "csv"} or extension == other or (extension == "zip" and other == "xlsx")
    if not same and not (extension in ("txt", "csv") and other == "pdf"):
        refusal(f"자료.{extension}", GOOD[other])


@pytest.mark.parametrize(
    "name",
    ["a.html", "a.htm", "a.svg", "a.svgz", "a.exe", "a.js", "a.xlsm", "a.docm", "a.hta", "a.lnk", "a.php", "a", "a.",
     "a.pdf.exe", "a.xml", "a.7z", "a.pdf ", "a.iso"],
)  # fmt: skip
def test_other_extensions_are_refused(name: str) -> None:
    assert "받지 않는 형식" in refusal(name, GOOD["pdf"])


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b" \n<html><body>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"\xef\xbb\xbf<script>alert(1)</script>",
        "<html>".encode("utf-16"),
        b"#!/bin/sh\nrm -rf /\n",
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01\x01\0",
        b"\x81\x20\xff",
    ],
)
@pytest.mark.parametrize("extension", ["txt", "csv", "png", "pdf", "gif", "jpg"])
def test_markup_and_programs_are_refused_under_any_name(content: bytes, extension: str) -> None:
    assert "내용이" in refusal(f"자료.{extension}", content)


def test_gif_script_polyglot_is_refused() -> None:
    refusal("그림.gif", b"GIF89a/*" + b"\0" * 8 + b"*/=1;alert(document.cookie);//;")
    refusal("그림.gif", b"GIF89a=1;alert(1)")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "/etc/passwd.txt", "..\\..\\evil.txt", "C:\\evil.txt", "a/../../b.txt"]
)
def test_zip_slip_is_refused(name: str) -> None:
    assert "다른 폴더" in refusal("자료.zip", archive("좋은.hwp", name))


@pytest.mark.parametrize("name", ["setup.exe", "폴더/매크로.vbs", "x.LNK", "run.ps1", "a.exe.", "a.exe .", "나/a.exe::$DATA", "a.pif", "a.url"])
def test_zip_with_a_program_is_refused(name: str) -> None:
    assert "실행 파일" in refusal("자료.zip", archive(name))


def test_macro_workbook_under_a_plain_name_is_refused() -> None:
    content = archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")
    assert "매크로" in refusal("예산.xlsx", content)


def test_broken_and_huge_zip_are_refused_before_unpacking() -> None:
    refusal("자료.zip", b"PK\x03\x04" + b"\0" * 100)
    good = archive("a.txt")
    end = good.rfind(b"PK\x05\x06")
    many = good[: end + 8] + struct.pack("<HHL", 20_000, 20_000, 5) + good[end + 16 :]
    assert "너무 많" in refusal("자료.zip", many)
    refusal("자료.zip", good[: end - 5] + good[end:])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\evil.pdf", "evil.pdf"),
        ("판결\0문.pdf", "판결문.pdf"),
        ("줄\r\n바꿈.pdf", "줄바꿈.pdf"),
        ("뒤집힌\u202efdp.exe.pdf", "뒤집힌fdp.exe.pdf"),
        ("한글.pdf", "한글.pdf"),
        ("...", "파일"),
        ("", "파일"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize("given", ["가" * 400 + ".pdf", "a." + "b" * 400, "가" * 400])
def test_long_names_are_cut(given: str) -> None:
    assert len(safe_name(given)) <= 150
