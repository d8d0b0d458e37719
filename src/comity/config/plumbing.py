"""Commands of the house itself: prepare, release, web, jobs, doctor, backup, restore."""

import os
import subprocess
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, cast

import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app as jobs_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from comity.config import guard
from comity.config.cluster import tools_for
from comity.config.environment import Misconfigured
from comity.config.founding import founding
from comity.config.health import state_of_health
from comity.config.preparation import fill
from comity.config.processes import serving
from comity.config.words import compile_translations
from comity.ui.terminal import Format, answer, talk

# What libraries ship for the browser and no page of ours asks for; compressing it would take longer than all the rest.
UNUSED_FILES = ["ext", "htma*", "htmx-4*", "htmx-2.js", "*.map"]
PACK = settings.PACKAGE.parent.parent / "packs" / "nato"


def mount(app: typer.Typer) -> None:
    """Add the commands that belong to no room."""
    for command in (prepare, release, web, jobs, doctor, backup, restore):
        app.command()(command)
    app.command("django", hidden=True, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(django_command)


def release() -> None:
    """Check the settings, bring the database up to this version, gather static files."""
    compile_translations()
    call_command("check")
    with nullcontext() if _has_tables() else founding():
        call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED_FILES)
    talk("The database and the static files are those of this version.")


def web(port: int = 8000, host: str = "127.0.0.1", workers: int = 2) -> None:
    """Serve the pages and the API."""
    if settings.DEMONSTRATION and host not in {"127.0.0.1", "::1", "localhost"}:
        raise Misconfigured(
            "A demonstration serves this machine alone. Set COMITY_DEMONSTRATION=no and COMITY_SECRET_KEY to serve others."
        )
    guard.require_ready()
    command = serving(host, port, workers)
    # The server takes the place of this process, so that whoever watches it watches the server itself.
    os.execv(command[0], command)  # noqa: S606


def jobs() -> None:
    """Work off the queue until stopped."""
    guard.require_ready()
    connector = cast(DjangoConnector, jobs_app.connector).get_worker_connector()
    jobs_app.with_connector(connector).run_worker(concurrency=2, delete_jobs="never")


def doctor(format: Format = Format.TEXT) -> None:
    """Say how the service stands."""
    state = state_of_health()
    answer(state, format)
    raise typer.Exit(0 if state["ok"] else 1)


def backup(file: Annotated[Path, typer.Argument(help="where the backup goes; it must not exist yet")]) -> None:
    """Write the whole database into one file."""
    if file.exists():
        raise typer.BadParameter(f"{file} exists already; a backup never overwrites another.")
    draft = file.with_suffix(file.suffix + ".part")
    _postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={draft}", *_database())
    draft.rename(file)
    talk(f"{file}: {file.stat().st_size:,} bytes")


def restore(file: Annotated[Path, typer.Argument(exists=True)], force: bool = False) -> None:
    """Put a backup in the place of the database; what is there now must be empty unless --force is said."""
    if _has_tables() and not force:
        raise typer.BadParameter("The database is not empty. Say --force to put the backup in its place.")
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    _postgres("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", *_database(), str(file))
    talk(f"{file} is restored. Bring it up to this version: comity release")


def django_command(context: typer.Context) -> None:
    """Run a management command of the framework (for developers)."""
    call_command(*context.args)


def prepare() -> None:
    """Make the data directory whole: schema, static files, translations, the pack and, if wanted, the demonstration."""
    release()
    fill(PACK, password=os.environ.get("COMITY_DEMO_PASSWORD", ""), at=datetime.now(UTC))


def _has_tables() -> bool:
    return bool(connection.introspection.table_names())


def _database() -> list[str]:
    """The database as PostgreSQL's own tools are told of it; the password goes by the environment."""
    chosen = connection.settings_dict
    named = {"--host": chosen["HOST"], "--port": chosen["PORT"], "--username": chosen["USER"], "--dbname": chosen["NAME"]}
    return [f"{option}={value}" for option, value in named.items() if value]


def _postgres(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools on the database of the settings.

    Raises:
        Misconfigured: the tool failed.
    """
    with connection.cursor() as cursor:
        program = tools_for(cursor.connection.info.server_version // 10_000) / tool
    connection.close()
    environment = os.environ | {"PGPASSWORD": str(connection.settings_dict["PASSWORD"])}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Misconfigured(f"{tool} failed: {done.stderr.strip()}")
