"""시험에만 있는 주소: 차량에 하는 일."""

from django.urls import path

from config.urls import urlpatterns as product
from core.org.views import VehicleScreens
from core.screens.views.act import ActView

urlpatterns = [
    path("org/vehicles/<int:pk>/act/<slug:act>/", ActView.as_view(screens=VehicleScreens), name="core.vehicle-act"),
    *product,
]
