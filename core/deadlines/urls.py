"""공휴일, 기한 규칙, 기한, 달력의 주소."""

from django.urls import path

from core.deadlines import views

urlpatterns = [
    path("calendar/", views.CalendarView.as_view(), name="core.calendar"),
    path("calendar/subscription/", views.CalendarTokenView.as_view(), name="core.calendar-token"),
    path("calendar.ics", views.calendar_feed, name="core.calendar-feed"),
    *views.DeadlineScreens.urls("deadlines/"),
    *views.DeadlineRuleScreens.urls("deadline-rules/"),
    *views.HolidayScreens.urls("holidays/"),
]
