"""Addresses of the register."""

from django.urls import path

from comity.frameworks.views import frameworks, keeping, parties, statements

urlpatterns = [
    path("parties/", parties.parties, name="parties"),
    path("parties/<str:code>/", parties.party, name="party"),
    path("parties/<str:code>/admit/", keeping.admit, name="party_admit"),
    path("parties/<str:code>/suspend/", keeping.suspend, name="party_suspend"),
    path("parties/<str:code>/suspensions/<int:pk>/lift/", keeping.lift, name="party_lift"),
    path("parties/<str:code>/accede/", keeping.accede, name="party_accede"),
    path("frameworks/", frameworks.frameworks, name="frameworks"),
    path("frameworks/<str:code>/", frameworks.framework, name="framework"),
    path("statements/", statements.statements, name="statements"),
]
