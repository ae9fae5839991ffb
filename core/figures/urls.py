"""설정과 보고서 값의 주소."""

from core.figures.views import ReportedValueScreens, SettingScreens

urlpatterns = [*ReportedValueScreens.urls("reported-values/"), *SettingScreens.urls("settings/")]
