"""Addresses of the room of drafting."""

from django.urls import path

from comity.drafting.views import amendments, clauses, texts, versions

urlpatterns = [
    path("drafting/", texts.overview, name="texts"),
    path("drafting/begin/", texts.begin, name="text_begin"),
    path("drafting/compare/", versions.compare, name="versions_compare"),
    path("drafting/<int:pk>/", texts.inspect, name="text"),
    path("drafting/<int:pk>/turn/", texts.pass_turn, name="text_pass_turn"),
    path("drafting/<int:pk>/chapters/", texts.add_chapter, name="chapter_add"),
    path("drafting/<int:pk>/agree/", texts.agree_chapter, name="chapter_agree"),
    path("drafting/<int:pk>/clauses/", texts.add_clause, name="clause_add"),
    path("drafting/<int:pk>/versions/", versions.overview, name="versions"),
    path("drafting/<int:pk>/versions/make/", versions.make, name="version_make"),
    path("drafting/clauses/<int:pk>/", clauses.inspect, name="clause"),
    path("drafting/clauses/<int:pk>/brief/", clauses.brief, name="clause_brief"),
    path("drafting/clauses/<int:pk>/draft/", clauses.save, name="draft_save"),
    path("drafting/clauses/<int:pk>/discard/", clauses.discard, name="draft_discard"),
    path("drafting/clauses/<int:pk>/put-forward/", clauses.put_forward, name="clause_put_forward"),
    path("drafting/clauses/<int:pk>/move/", clauses.move, name="clause_move"),
    path("drafting/clauses/<int:pk>/comments/", clauses.comment, name="clause_comment"),
    path("drafting/clauses/<int:pk>/<slug:act>/", clauses.decide, name="clause_decide"),
    path("drafting/annexes/<int:pk>/take-out/", texts.take_out, name="annex_take_out"),
    path("drafting/comments/<int:pk>/settle/", clauses.settle_comment, name="comment_settle"),
    path("drafting/versions/<int:pk>/", versions.inspect, name="version"),
    path("drafting/versions/<int:pk>/amend/", amendments.start, name="amendment_start"),
    path("drafting/amendments/<int:pk>/", amendments.inspect, name="amendment"),
    path("drafting/amendments/<int:pk>/change/", amendments.change, name="amendment_change"),
    path("drafting/amendments/<int:pk>/undo/", amendments.undo, name="amendment_undo"),
    path("drafting/amendments/<int:pk>/adopt/", amendments.adopt, name="amendment_adopt"),
    path("drafting/amendments/<int:pk>/<slug:act>/", amendments.decide, name="amendment_decide"),
]
