"""A logo for the letterhead: any picture that Qt reads, made small."""

import base64
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPixmap

from venue_desk.desktop import theme
from venue_desk.domain.problem import Problem
from venue_desk.domain.venue import LARGEST_LOGO
from venue_desk.language import _

_SIDES = (480, 320, 200)  # px; 25 mm on paper at 480 px are 488 dots per inch


def from_file(path: Path) -> str:
    """A picture file as a small PNG in base64. Raises Problem when it is no picture."""
    picture = QImage(str(path))
    if picture.isNull():
        raise Problem(
            _("{file} is not a picture that can be read.").format(file=path.name),
            hint=_("Choose a PNG or JPEG file."),
        )
    data = b""
    for side in _SIDES:
        small = picture
        if max(picture.width(), picture.height()) > side:
            small = picture.scaled(
                side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        data = _png(small)
        if len(data) <= LARGEST_LOGO:
            break
    return base64.b64encode(data).decode("ascii")


def _png(picture: QImage) -> bytes:
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(held.data())


def pixmap(logo: str, side: int) -> QPixmap:
    """A kept logo for the screen, at most ``side`` px at 100 %."""
    shown = QPixmap()
    shown.loadFromData(base64.b64decode(logo))
    wanted = theme.now().px(side)
    return shown.scaled(
        wanted, wanted, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
