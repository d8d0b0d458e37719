"""What was changed since the last time, set beside an activity that is held again."""

from collections.abc import Sequence

from comity.activities.models import Activity
from comity.activities.queries.menu import Beside, Cell, suppliers
from comity.feedback.models import ActivityReport
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _


def wire() -> None:
    """Tell the menu, whose own room refuses to know what was reported; done once, at start."""
    suppliers.append(changed_since)


def changed_since(shown: Sequence[Activity], seen_by: Actor) -> Beside | None:
    """What the provider changed because of the report on the iteration before; on the page of one activity alone.

    It is written for the menu: whoever may see the activity may read it, and the report stays with those it was sent to.
    """
    if len(shown) != 1 or seen_by.is_stranger:
        return None
    before = ActivityReport.objects.filter(next_activity=shown[0].pk).values_list("activity__number", "changed").first()
    if before is None:
        return None
    words = Sentence(_("After {number}: {changed}"), {"number": before[0], "changed": before[1]})
    return Beside(Sentence(_("What was changed since")), {shown[0].pk: Cell(words)})
