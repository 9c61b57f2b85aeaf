"""Help (F1): the keys, and short pages on the tasks, from ``resources/help``."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QTextBrowser

from venue_desk import language, resources
from venue_desk.desktop import theme
from venue_desk.desktop.widgets import Dialog
from venue_desk.language import _


def topics() -> list[tuple[str, str]]:
    """Title and text of each help page in the language spoken, in the order of their file names."""
    folder = resources.path("help", language.active())
    pages = []
    for file in sorted(folder.glob("*.md")):
        text = file.read_text("utf-8")
        title, _rest = text.split("\n", 1)
        pages.append((title.lstrip("# "), text))
    return pages


class HelpDialog(Dialog):
    def __init__(self) -> None:
        super().__init__(_("Help and keys"), width=860)
        look = theme.now()
        self._topics = topics()
        line = QHBoxLayout()
        line.setSpacing(20)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Topics"))
        self.list.setFont(look.font("body"))
        widest = max(self.list.fontMetrics().horizontalAdvance(title) for title, _text in self._topics)
        self.list.setFixedWidth(max(look.px(230), min(widest + 48, look.px(300))))
        self.list.setSpacing(2)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for title, _text in self._topics:
            self.list.addItem(title)
        self.text = QTextBrowser()
        self.text.setAccessibleName(_("Help"))
        self.text.setFont(look.font("body"))
        self.text.setOpenLinks(False)
        self.text.setMinimumHeight(look.px(380))
        self.text.setSource(QUrl())
        line.addWidget(self.list)
        line.addWidget(self.text, 1)
        self.add(line, 1)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)

    def _show(self, number: int) -> None:
        self.text.setMarkdown(self._topics[number][1])
        _set_type(self.text.document())


def _set_type(document: QTextDocument) -> None:
    """Our own type in place of what Qt makes of Markdown: a quiet heading, roomy lines, tables without boxes."""
    look = theme.now()
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        shape = block.blockFormat()
        shape.setLineHeight(138, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if shape.headingLevel():
            shape.setTopMargin(0)
            shape.setBottomMargin(10)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            ink = QTextCharFormat()
            ink.setFont(look.font("card"))
            ink.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
            cursor.mergeCharFormat(ink)
        cursor.setBlockFormat(shape)
        block = block.next()
    for part in document.rootFrame().childFrames():
        if isinstance(part, QTextTable):
            shape_of_table = part.format()
            shape_of_table.setBorder(0)
            shape_of_table.setCellSpacing(0)
            shape_of_table.setCellPadding(5)
            shape_of_table.setTopMargin(6)
            shape_of_table.setBottomMargin(12)
            part.setFormat(shape_of_table)
