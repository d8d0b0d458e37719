"""The one address of this room: the living style page."""

from django.urls import path

from comity.ui import views
from comity.ui.visits import signed_in

urlpatterns = [path("style/", signed_in(views.style_page), name="style")]
