"""Writes of the API that are sent twice and done once.

The key of a caller is kept in the same transaction as the effect: of two equal calls at one moment the second waits
for the first to commit and is then given its answer. Only successes are kept; what was refused may be tried again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from comity.accounts.models import Answer
from comity.config.problems import problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=24)
LONGEST = 200
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def is_to_be_done_once(request: HttpRequest) -> bool:
    """Whether this is a write that carries a key."""
    return request.method in WRITES and HEADER in request.headers


def once(request: HttpRequest, caller: str, at: datetime, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Do a write, or give the answer of the first time."""
    key = request.headers[HEADER]
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        return problem(400, f"{HEADER} takes 1 to {LONGEST} printable ASCII characters.", code="idempotency-key-not-valid")
    digest = _digest(request)
    with transaction.atomic():
        Answer.objects.filter(actor=caller, at__lt=at - KEPT_FOR).delete()
        kept, is_first = Answer.objects.get_or_create(actor=caller, key=key, defaults={"digest": digest, "at": at})
        if not is_first:
            return _again(kept, digest)
        response = do()
        if 200 <= response.status_code < 300:
            _keep(kept, response)
        else:
            transaction.set_rollback(True)
        return response


def _again(kept: Answer, digest: str) -> HttpResponse:
    if kept.digest != digest:
        return problem(422, f"This {HEADER} was used for another request.", code="idempotency-key-reused")
    response = HttpResponse(kept.body, status=kept.code, content_type=kept.kind)
    response[REPLAYED] = "true"
    return response


def _keep(row: Answer, response: HttpResponse) -> None:
    row.code, row.kind, row.body = response.status_code, response.headers.get("Content-Type", ""), response.content.decode()
    row.save(update_fields=["code", "kind", "body"])


def _digest(request: HttpRequest) -> str:
    what = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    what.update(request.body)
    return what.hexdigest()
