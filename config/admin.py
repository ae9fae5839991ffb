"""관리자 화면(stub)."""
from django.contrib.admin import AdminSite
site = AdminSite(name="admin")
