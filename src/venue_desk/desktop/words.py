"""Qt's own words (standard buttons, the file, print and page dialogs) in our languages; Qt has no Indonesian."""

import json
from functools import lru_cache

from PySide6.QtCore import QObject, QTranslator

from venue_desk import language, resources


@lru_cache(maxsize=1)
def _indonesian() -> dict[str, str]:
    words: dict[str, str] = json.loads(resources.path("translations", "qtbase_id.json").read_text("utf-8"))
    return words


class QtWords(QTranslator):
    """Answers for Qt's texts while Indonesian is spoken; for English, Qt's own text is right."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        if language.active() != "id":
            return None
        words = _indonesian()
        return words.get(f"{context}|{sourceText}") or words.get(sourceText)
