"""Engines that share what they compiled: a desk has one for a day, a test run opens thousands."""

from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Engine, create_engine
from sqlalchemy.util import LRUCache

_first = create_engine("sqlite://", module=driver)
_first.connect().close()  # its dialect has asked all that it asks a database
_compiled: "LRUCache[Any, Any]" = LRUCache(1500)


def sharing(*args: Any, **more: Any) -> Engine:
    """An engine that compiles no statement which another compiled already: that takes a fifth of the time."""
    made = create_engine(*args, **more)
    made.dialect = made.pool._dialect = _first.dialect
    made._compiled_cache = _compiled
    return made
