"""Addresses of reports."""

from django.urls import path

from comity.reports.views import timeline

urlpatterns = [
    path("timeline/", timeline.timeline, name="timeline"),
]
