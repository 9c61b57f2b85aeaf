"""Compile the translations whenever a wheel or an sdist is built."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling finds this class by its base."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the files are gathered."""
        root = Path(self.root)
        sys.path.insert(0, str(root / "packaging"))
        import translations

        compiled = translations.compile_all(root)
        if self.target_name == "wheel" and version != "editable":
            # Git ignores what is compiled; the wheel must have it all the same.
            place = compiled.relative_to(root / "resources").as_posix()
            build_data["force_include"][str(compiled)] = f"venue_desk/_resources/{place}"
