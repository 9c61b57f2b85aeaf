"""A keyring for tests: the library's own kind of back-end, kept in a JSON file. A mark in the file locks it."""

import json
import os
from pathlib import Path
from typing import Any

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class FileKeyring(KeyringBackend):
    """Chosen by ``PYTHON_KEYRING_BACKEND=keyrings.FileKeyring``; its file is named by VENUE_DESK_TEST_KEYRING."""

    priority = 1

    def _file(self) -> Path:
        return Path(os.environ["VENUE_DESK_TEST_KEYRING"])

    def _all(self) -> dict[str, Any]:
        file = self._file()
        kept: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        if kept.get("locked"):
            raise KeyringLocked("locked")
        return kept

    def get_password(self, service: str, username: str) -> str | None:
        found = self._all().get(f"{service}/{username}")
        return str(found) if found is not None else None

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file().write_text(json.dumps({**self._all(), f"{service}/{username}": password}), "utf-8")

    def delete_password(self, service: str, username: str) -> None:
        kept = self._all()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("not there")
        self._file().write_text(json.dumps(kept), "utf-8")
