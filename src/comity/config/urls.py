"""Every address: the rooms' pages, the API, sign-in, health."""

from django.urls import URLPattern, URLResolver, include, path

from comity.config import access, views
from comity.config.api import api
from comity.config.rooms import faces

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", views.health, name="health"),
    path("preferences/", views.preferences, name="preferences"),
    path("api/v1/docs", views.reference, name="api_reference"),
    path("api/v1/", api.urls),
    path("accounts/demonstration/", views.demonstration, name="demonstration"),
    path("accounts/access/", access.who_may_do_what, name="access"),
    *(path("", include(module)) for module in faces("urls")),
]
handler404 = "comity.config.views.not_found"
handler403 = "comity.config.views.forbidden"
handler500 = "comity.config.views.fault"
