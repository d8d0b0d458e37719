"""The one address of this room: the living style page."""

from django.urls import path

from comity.ui import views

urlpatterns = [path("style/", views.style_page, name="style")]
