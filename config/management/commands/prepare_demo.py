"""처음 여는 사람을 위해 보고서와 표본을 한 번 싣고, 들어갈 사번을 알려 준다."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from budget.appropriations.models import FiscalYear
from config.sample import PASSWORD, accounts


class Command(BaseCommand):
    help = "보고서와 표본 자료를 한 번 싣습니다. 회계연도가 하나라도 있으면 자료를 건드리지 않습니다."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("운영에서는 표본을 싣지 않습니다. docs/operators/install.md 를 보세요.")
        if FiscalYear.objects.exists():
            self.stdout.write("자료가 이미 있어 그대로 둡니다. 처음부터 다시 하려면 var/ 폴더를 지우세요.")
        else:
            self.stdout.write("2023년 업무보고와 표본 자료를 싣습니다.")
            with transaction.atomic():
                call_command("load_report", settings.BASE_DIR / "fixtures" / "report2023.json", stdout=self.stdout)
                call_command("load_sample", stdout=self.stdout)
        self.show_accounts()

    def show_accounts(self) -> None:
        """표본 계정의 사번과 역할. 표본을 걷었으면 아무것도 적지 않는다."""
        if found := accounts():
            self.stdout.write(f"\n표본 계정 (비밀번호는 모두 {PASSWORD})")
        for one in found:
            self.stdout.write(f"  {one['number']}  {one['name']}  {one['role']} · {one['team']}")
        self.stdout.write("")
