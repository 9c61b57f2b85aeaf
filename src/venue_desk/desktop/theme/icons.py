"""One family of icons, SVG with ``currentColor`` strokes, tinted here and kept by name, colour and size."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap

from venue_desk import resources


@cache
def _drawing(name: str) -> bytes:
    return resources.path("icons", f"{name}.svg").read_bytes()


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """An icon in one colour (``#RRGGBB``), ``size`` px square, sharp on the sharpest screen we are on."""
    from PySide6.QtSvg import QSvgRenderer

    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    drawn = _drawing(name).replace(b"currentColor", colour.encode())
    painter = QPainter(made)
    QSvgRenderer(QByteArray(drawn)).render(painter, QRectF(made.rect()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def icon(name: str, colour: str, size: int) -> QIcon:
    return QIcon(pixmap(name, colour, size))
