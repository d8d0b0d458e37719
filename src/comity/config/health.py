"""Whether the service can do its work: the database answers, its schema is this program's, the jobs are looked after."""

from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def schema_state() -> str:
    """`current`, `behind` (migrations are missing) or `ahead` (the database was made by a newer program)."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "behind"
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    return "ahead" if any(app in executor.loader.migrated_apps for app, _ in unknown) else "current"


def state_of_health() -> dict[str, Any]:
    """What the health page shows; `ok` only when everything is as it must be."""
    try:
        schema = schema_state()
        jobs = _jobs()
    except DatabaseError as fault:
        return {"ok": False, "schema": "unknown", "database": f"unreachable: {type(fault).__name__}", "jobs": "unknown"}
    version = connection.cursor().connection.info.server_version // 10_000
    return {"ok": schema == "current", "schema": schema, "database": f"PostgreSQL {version}", "jobs": jobs}


def _jobs() -> str:
    """How the queue stands: workers seen in the last half minute, and jobs waiting or failed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'),"
            " count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'failed') FROM procrastinate_jobs"
        )
        workers, waiting, failed = cursor.fetchone()
    return f"{workers} workers, {waiting} waiting, {failed} failed"
