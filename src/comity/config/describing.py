"""The description of the API (OpenAPI 3.1), completed: who may call, which errors there are, how a write is done once."""

from typing import Any

from ninja import NinjaAPI

from comity.config.once import HEADER, LONGEST
from comity.config.problems import KIND, KNOWN
from comity.ui.wire import Public

METHODS = ("get", "post", "put", "patch", "delete")
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token made on /accounts/tokens/."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The session of a browser; writes need X-CSRFToken.",
    },
}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"at": {"type": "string"}, "why": {"type": "string"}}},
        },
    },
}
KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Makes the write safe to send again: the same key and body get the same answer, for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[ -~]+$"},
}


def completed(description: dict[str, Any], api: NinjaAPI) -> dict[str, Any]:
    """The library's description with what all operations have in common."""
    public = _public_operations(api)
    components = description.setdefault("components", {})
    components["securitySchemes"] = SCHEMES
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in description["paths"].values():
        for method in METHODS:
            if method in operations:
                _complete(operations[method], method, is_public=operations[method]["operationId"] in public)
    return description


def _complete(operation: dict[str, Any], method: str, *, is_public: bool) -> None:
    operation["security"] = [*([{}] if is_public else []), {"token": []}, {"session": []}]
    told = operation["responses"] = {str(number): answer for number, answer in operation["responses"].items()}
    for number in (400, 401, 403, 404, 405, 409, 422, 429):
        words = KNOWN[number][1] if number in KNOWN else "Refused, with the code and the sentence of the refusal."
        told.setdefault(
            str(number), {"description": words, "content": {KIND: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        )
    # One description object may stand under several methods; the key is added once.
    parameters = operation.setdefault("parameters", [])
    if method != "get" and KEY not in parameters:
        parameters.append(KEY)


def _public_operations(api: NinjaAPI) -> set[str]:
    """The identifiers of the operations that answer strangers."""
    return {
        operation.operation_id or api.get_openapi_operation_id(operation)
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
        if any(isinstance(guard, Public) for guard in operation.auth_callbacks) or operation.auth_param is None
    }
