"""Addresses of the room of changes."""

from django.urls import path

from comity.changes.views import changes

urlpatterns = [
    path("changes/", changes.overview, name="changes"),
    path("changes/new/", changes.new, name="change_new"),
    path("changes/<int:pk>/", changes.inspect, name="change"),
    path("changes/<int:pk>/apply/", changes.apply, name="change_apply"),
    path("changes/<int:pk>/<slug:verb>/", changes.settle, name="change_settle"),
]
