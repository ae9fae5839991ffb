"""업무 한 가지를 가리키는 이름표. 각 팀의 functions.py 가 한 줄에 하나씩 적는다."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps


@dataclass(frozen=True)
class WorkFunction:
    """업무분장표의 업무 하나.

    package  업무 폴더의 이름(예: "budget.appropriations")
    title    업무분장표에 적힌 이름
    menu     왼쪽 메뉴에 쓰는 짧은 이름
    route    첫 화면의 주소 이름. 아직 만들지 않은 업무는 비워 둔다.
    """

    package: str
    title: str
    menu: str
    route: str = ""

    @property
    def team(self) -> str:
        """업무를 맡은 팀의 값(앱 이름과 같다)."""
        return self.package.partition(".")[0]


def function_trail(module: str) -> Sequence[str | tuple[str, str]]:
    """업무 폴더의 모듈(예: "legal.lawsuits.views.records")에서 팀과 업무의 첫 화면: ("의회법무팀", ("소송사무", "legal.lawsuits")).

    팀의 앱 설정(apps.py)이 자기 팀의 업무를 안다. 업무 폴더 밖의 모듈이면 빈 길이다.
    """
    team = apps.get_app_config(module.partition(".")[0]) if apps.is_installed(module.partition(".")[0]) else None
    found = next((one for one in getattr(team, "functions", ()) if f"{module}.".startswith(f"{one.package}.")), None)
    return (str(team.verbose_name), (found.menu, found.route)) if team and found else ()
