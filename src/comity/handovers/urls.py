"""Addresses of handovers."""

from django.urls import path

from comity.handovers import views

urlpatterns = [
    path("handovers/", views.overview, name="handovers"),
    path("handovers/new/", views.new, name="handover_new"),
    path("handovers/<int:pk>/", views.one, name="handover"),
    path("handovers/<int:pk>/receipt.<slug:form>", views.receipt, name="handover_receipt"),
    path("handovers/<int:pk>/take-back/", views.take_back, name="handover_take_back"),
]
