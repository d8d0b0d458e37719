"""A database is founded quickly, and is the one its migrations describe."""

from typing import Any

from django.apps.registry import Apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from comity.config.founding import founding


def told(apps: Apps) -> dict[str, Any]:
    """What a registry says of each model: its fields, its laws, what points to it."""
    return {
        model._meta.label: (
            sorted(field.name for field in model._meta.get_fields(include_hidden=True)),
            [(law.name, law.deconstruct()) for law in model._meta.constraints],
            [(index.name, index.deconstruct()) for index in model._meta.indexes],
        )
        for model in apps.get_models(include_auto_created=True)
    }


def test_the_quick_way_knows_every_model_as_the_slow_one_does() -> None:
    loader = MigrationLoader(None)
    state = ProjectState()
    state.apps  # noqa: B018 - drawn at the start, as it is when migrations are applied
    with founding():
        for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
            state = loader.graph.nodes[key].mutate_state(state, preserve=False)

    assert told(state.apps) == told(loader.project_state().apps)


def test_the_framework_is_left_as_it_was() -> None:
    before = ProjectState.add_model, ProjectState._append_option

    with founding():
        pass

    assert (ProjectState.add_model, ProjectState._append_option) == before
