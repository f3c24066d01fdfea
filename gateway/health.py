"""Is the gateway alive, and is what it needs there?"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app

from gateway import problems
from gateway.clients import NEEDED, Clients
from gateway.guards import public

routes = Blueprint("health", __name__, url_prefix="/health")


def install(app: Flask) -> None:
    app.register_blueprint(routes)


@routes.get("/live")
@public
def live() -> Response:
    """200 while this worker runs."""
    return problems.json({"status": "alive"})


@routes.get("/ready")
@public
def ready() -> Response:
    """503 while a service is away without which we take no traffic; the others only make us do less."""
    clients: Clients = current_app.extensions["clients"]
    away = clients.away()
    if not away:
        return problems.json({"status": "ready", "away": []})
    needed = any(name in NEEDED for name in away)
    return problems.json(
        {"status": "not ready" if needed else "degraded", "away": away}, 503 if needed else 200
    )
