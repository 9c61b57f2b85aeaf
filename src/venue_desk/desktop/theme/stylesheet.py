"""What Qt's own widgets need beyond the palette. Fonts are never set here: roles do that."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venue_desk.desktop.theme import Theme


def stylesheet(theme: "Theme") -> str:
    colours = theme.colours
    field = theme.control - 2
    return f"""
* {{ outline: none; }}
QFrame[card="true"] {{ background: {colours.surface}; border: 1px solid {colours.line}; border-radius: 14px; }}
QFrame[card="sunken"] {{ background: {colours.sunken}; border: 1px solid {colours.line}; border-radius: 14px; }}
QFrame[hairline="true"] {{ background: {colours.line}; border: none; }}
QWidget[ground="sunken"] {{ background: {colours.sunken}; }}
QDialog[framed="true"] {{ background: {colours.surface}; border: 1px solid {colours.edge}; }}
QWidget[ground="surface"] {{ background: {colours.surface}; }}
QScrollArea, QScrollArea > QWidget > QWidget[clear="true"] {{ background: transparent; border: none; }}
QAbstractItemView {{ background: {colours.surface}; border: none;
    selection-background-color: {colours.accent_soft}; selection-color: {colours.text}; }}
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit, QTimeEdit {{ background: {colours.surface};
    color: {colours.text}; border: 1px solid {colours.edge}; border-radius: 8px; padding: 0 11px;
    placeholder-text-color: {colours.muted};
    selection-background-color: {colours.accent}; selection-color: {colours.on_accent}; }}
QLineEdit, QSpinBox, QDateEdit, QTimeEdit {{ min-height: {field}px; }}
QPlainTextEdit, QTextEdit {{ padding: 7px; }}
QTextBrowser {{ border: none; background: transparent; padding: 0; }}
QLineEdit:hover, QPlainTextEdit:hover {{ border-color: {colours.muted}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDateEdit:focus, QTimeEdit:focus {{
    border: 2px solid {colours.focus}; padding: 0 10px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: 6px; }}
QTextBrowser:focus {{ border: none; padding: 0; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] {{ border: 1px solid {colours.danger}; }}
QLineEdit[wrong="true"]:focus, QPlainTextEdit[wrong="true"]:focus {{ border: 2px solid {colours.danger}; }}
QLineEdit:disabled, QLineEdit:read-only, QPlainTextEdit:read-only {{ background: {colours.sunken};
    color: {colours.muted}; }}
QLineEdit[role="door"] {{ min-height: {theme.px(56)}px; border-width: 2px; border-radius: 12px; padding: 0 14px; }}
QListView::item {{ padding: 7px 10px; border-radius: 6px; color: {colours.text}; }}
QListView::item:hover {{ background: {colours.hover}; }}
QListView::item:selected {{ background: {colours.accent_soft}; }}
QComboBox QAbstractItemView {{ border: 1px solid {colours.edge}; border-radius: 10px; padding: 5px; }}
QMenu {{ background: {colours.surface}; border: 1px solid {colours.edge}; border-radius: 10px; padding: 6px; }}
QMenu::item {{ padding: 8px 24px 8px 12px; border-radius: 6px; color: {colours.text}; }}
QMenu::item:selected {{ background: {colours.accent_soft}; }}
QMenu::item:disabled {{ color: {colours.muted}; }}
QMenu::separator {{ height: 1px; background: {colours.line}; margin: 6px 4px; }}
QToolTip {{ background: {colours.text}; color: {colours.ground}; border: none; border-radius: 6px;
    padding: 6px 9px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
QScrollBar::handle {{ background: {colours.edge}; border-radius: 4px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {colours.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QHeaderView {{ background: {colours.surface}; border: none; }}
QHeaderView::section {{ background: {colours.surface}; color: {colours.muted}; border: none;
    border-bottom: 1px solid {colours.line}; padding: 0 10px; }}
QTableCornerButton::section {{ background: {colours.surface}; border: none; }}
QProgressBar {{ background: {colours.sunken}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {colours.accent}; border-radius: 3px; }}
QSplitter::handle {{ background: transparent; }}
"""
