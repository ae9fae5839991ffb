"""보고서를 만들어 파일로 적는 명령."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.reports import LIBRARY
from core.excel.values import CellError, parse_date
from core.reports.models import Report
from core.reports.publishing import Desk, default_as_of
from core.reports.views import FORMATS


class Command(BaseCommand):
    help = "보고서를 지금의 자료로 만들어 파일로 적습니다. 발간한 호가 있으면 --issued 로 그 호를 적습니다."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("template", nargs="?", help="틀의 이름. --list 로 봅니다")
        parser.add_argument("--list", action="store_true", help="만들 수 있는 틀")
        parser.add_argument("--year", type=int, default=timezone.localdate().year, help="해")
        parser.add_argument("--as-of", help="기준일. 없으면 틀의 처음 값")
        parser.add_argument("--parts", default="", help="넣을 절. 쉼표로 여럿, 없으면 모두")
        parser.add_argument("--format", choices=list(FORMATS), default="hwpx")
        parser.add_argument("--figures", action="store_true", help="끝에 수치 목록을 붙입니다")
        parser.add_argument("--approval", action="store_true", help="결재란을 넣습니다")
        parser.add_argument("--issued", action="store_true", help="발간한 마지막 호를 적습니다")
        parser.add_argument("--out", type=Path, help="적을 파일. 없으면 「제목.형식」")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"] or not options["template"]:
            for one in LIBRARY.templates:
                self.stdout.write(f"{one.code}\t{one.title}\t{one.cycle}\t절: {', '.join(part.key for part in one.parts)}")
            return
        report = self._issued(options) if options["issued"] else self._draft(options)
        desk = Desk(report, LIBRARY)
        kind = options["format"]
        out: Path = options["out"] or Path(f"{str(report).replace('/', '-')}.{kind}")
        with out.open("wb") as file:
            FORMATS[kind][1](desk, file)
        wrong = [one for one in desk.checks() if not one.ok] if not report.is_issued else []
        for check in wrong:
            self.stderr.write(f"검산: {check.text} {check.detail}".strip())
        tables, figures = len(desk.document.tables()), len(desk.document.figures())
        self.stdout.write(f"{out} 에 적었습니다. 표 {tables}개, 수치 {figures}곳, 검산에서 살펴볼 것 {len(wrong)}건.")

    def _draft(self, options: dict[str, Any]) -> Report:
        """저장하지 않는 초안."""
        try:
            template = LIBRARY.template(options["template"])
        except KeyError:
            raise CommandError(f"{options['template']}라는 틀이 없습니다. --list 로 이름을 확인해 주세요.") from None
        try:
            as_of = parse_date(options["as_of"]) if options["as_of"] else default_as_of(template, options["year"])
        except CellError as error:
            raise CommandError(f"기준일 {options['as_of']}: {error}") from error
        asked = [part for part in options["parts"].split(",") if part]
        unknown = set(asked) - {part.key for part in template.parts}
        if unknown:
            raise CommandError(f"{', '.join(sorted(unknown))}라는 절이 없습니다. --list 로 확인해 주세요.")
        return Report(
            template=template.code, title=template.title_of(options["year"]), team=template.team, year=options["year"],
            start_on=date(options["year"], 1, 1), as_of=as_of, parts=asked,
            has_figure_list=options["figures"], has_approval=options["approval"],
        )  # fmt: skip

    def _issued(self, options: dict[str, Any]) -> Report:
        issued = Report.objects.issued().filter(template=options["template"], year=options["year"])
        found = issued.order_by("-as_of", "-issue_number").first()
        if found is None:
            raise CommandError(f"{options['year']}년에 발간한 {options['template']} 보고서가 없습니다.")
        return found
