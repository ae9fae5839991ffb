"""내 계정의 주소."""

from django.contrib.auth.views import PasswordChangeDoneView
from django.urls import path

from core.org import account

urlpatterns = [
    path("login/", account.LoginView.as_view(), name="login"),
    path("logout/", account.LogoutView.as_view(), name="logout"),
    path("password/", account.PasswordChangeView.as_view(), name="password_change"),
    path("password/done/", PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("keepalive/", account.keepalive, name="keepalive"),
    path("preferences/", account.PreferencesView.as_view(), name="preferences"),
    path("preferences/year/", account.choose_year, name="preferences-year"),
    path("preferences/pins/", account.toggle_pin, name="preferences-pin"),
    path("help/", account.HelpView.as_view(), name="help"),
]
