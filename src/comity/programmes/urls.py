"""Addresses of the room of programmes."""

from django.urls import path

from comity.programmes import views

urlpatterns = [path("programmes/", views.programmes, name="programmes")]
