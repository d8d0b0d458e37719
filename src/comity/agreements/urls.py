"""Addresses of the room of agreements."""

from django.urls import path

from comity.agreements.views import agreements, papers

urlpatterns = [
    path("agreements/", agreements.overview, name="agreements"),
    path("agreements/keys/", agreements.keys, name="signing_keys"),
    path("agreements/compare/<int:former>/<int:latter>.<slug:form>", papers.comparison, name="agreement_comparison"),
    path("agreements/<int:pk>/", agreements.one, name="agreement"),
    path("agreements/<int:pk>/paper.<slug:form>", papers.paper, name="agreement_paper"),
    path("agreements/<int:pk>/print/", papers.printing, name="agreement_print"),
    path("agreements/<int:pk>/<slug:verb>/", agreements.step, name="agreement_step"),
]
