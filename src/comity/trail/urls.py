"""Addresses of the trail."""

from django.urls import path

from comity.trail import views

urlpatterns = [
    path("trail/", views.trail, name="trail"),
    path("trail/lines.csv", views.trail_table, name="trail_table"),
]
