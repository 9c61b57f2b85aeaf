"""Compile the translations whenever a wheel or an sdist is built."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling finds this class by its base."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the files are gathered."""
        del version, build_data
        root = Path(self.root)
        sys.path.insert(0, str(root / "packaging"))
        import translations

        # The whole folder is put into a wheel, also what Git ignores.
        translations.compile_all(root)
