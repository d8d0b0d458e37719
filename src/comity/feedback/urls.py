"""Addresses of the room of feedback. A link has 43 letters, a number has points: neither is ever taken for the other."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from comity.feedback.views import asking, reports, results


class LinkOfATicket(StringConverter):
    """The letters of a link, exactly as many as there are."""

    regex = "[A-Za-z0-9_-]{43}"


class NumberOfAnActivity(StringConverter):
    """PARTY.NUMBER.ITERATION, whatever its case."""

    regex = r"[A-Za-z0-9-]{2,12}\.[0-9]{4,6}\.[0-9]{2}"


register_converter(LinkOfATicket, "ticket")
register_converter(NumberOfAnActivity, "activity_number")

urlpatterns = [
    path("feedback/", results.overview, name="feedback"),
    path("feedback/<ticket:token>/", asking.answer, name="feedback_answer"),
    path("feedback/<activity_number:number>/", results.results, name="feedback_results"),
    path("feedback/<activity_number:number>/open/", results.ask, name="feedback_open"),
    path("feedback/<activity_number:number>/links/", results.links, name="feedback_links"),
    path("feedback/<activity_number:number>/report/", reports.report, name="activity_report"),
    path("feedback/<activity_number:number>/report.<slug:form>", reports.paper, name="activity_report_paper"),
    path("feedback/<activity_number:number>/report/<slug:verb>/", reports.act, name="activity_report_act"),
]
