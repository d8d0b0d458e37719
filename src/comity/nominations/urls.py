"""Addresses of the room of nominations."""

from django.urls import path

from comity.nominations.views import lists, moves, people, sheets

urlpatterns = [
    path("nominations/", lists.overview, name="nominations"),
    path("nominations/export.<slug:form>", lists.export, name="nominations_export"),
    path("nominations/move/", moves.move, name="nominations_move"),
    path("nominations/readings/", lists.read, name="nominations_readings"),
    path("nominations/people/", people.overview, name="nominations_people"),
    path("nominations/people/new/", people.register, name="nominations_register"),
    path("nominations/people/<str:number>/", people.person, name="nominations_person"),
    path("nominations/people/<str:number>/erase/", people.erase, name="nominations_erase"),
    path("nominations/import/", sheets.import_sheet, name="nominations_import"),
    path("nominations/import/<int:pk>/", sheets.batch, name="nominations_batch"),
    path("nominations/links/", sheets.overview, name="nominations_links"),
    path("nominations/links/<int:pk>/revoke/", sheets.revoke, name="nominations_link_revoke"),
    path("nominations/link/<str:token>/", sheets.through, name="nominations_link"),
    path("nominations/<int:pk>/waive/", moves.waive, name="nomination_waive"),
    path("nominations/<int:pk>/replace/", moves.replace, name="nomination_replace"),
    path("nominations/<str:number>/", lists.activity, name="nominations_activity"),
    path("nominations/<str:number>/rank/", moves.rank, name="nominations_rank"),
    path("nominations/<str:number>/collect/", moves.collect, name="nominations_collect"),
]
