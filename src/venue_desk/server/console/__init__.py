"""The centre's few pages: the public check of certificates, and behind a login what the agency sees and does."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from venue_desk.server.centre import Centre


def mount(app: "FastAPI", centre: "Centre") -> None:
    """Add the pages to the centre's application."""
    from venue_desk.server.console import (
        admission,
        agency,
        catalogue,
        entrance,
        keys,
        lists,
        sticks,
        verification,
    )

    for part in (verification, entrance, agency, admission, sticks, catalogue, lists, keys):
        app.include_router(part.routes(centre))
