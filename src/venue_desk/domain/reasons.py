"""Why the computer refused something, in plain words: what the system and the database say is for engineers."""

import errno

from venue_desk.language import _


def plain(error: BaseException | str) -> str:
    """A reason to stand in brackets or after a colon, without a full stop."""
    number = error.errno if isinstance(error, OSError) else None
    text = str(getattr(error, "orig", None) or error)  # without the statement that was refused
    if number in (errno.ENOSPC, errno.EDQUOT) or "is full" in text:
        return _("the disk is full")
    if number == errno.EROFS or "readonly" in text:
        return _("it may only be read, not written")
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ESTALE):
        return _("it is not there")
    sharing = getattr(error, "winerror", 0) in (32, 33)
    if sharing or number in (errno.EBUSY, errno.ETXTBSY) or "locked" in text:
        return _("another program is using it")
    if number in (errno.EACCES, errno.EPERM):
        return _("this computer does not allow it")
    if number in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.EINVAL):
        return _("nothing can be kept under this name")
    if number is None and "malformed" in text:
        return _("a part of it cannot be read any more")
    if number is None and "not a database" in text:
        return _("it is damaged, or belongs to another key")
    if "unable to open" in text:
        return _("it cannot be opened")
    return _("the disk does not answer as it should")
