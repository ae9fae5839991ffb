"""업무 한 가지를 가리키는 이름표. 각 팀의 functions.py 가 한 줄에 하나씩 적는다."""

from dataclasses import dataclass


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
