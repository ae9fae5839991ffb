"""공휴일의 주소."""

from core.deadlines.views import HolidayScreens

urlpatterns = [*HolidayScreens.urls("holidays/")]
