"""A damaged file page by page: each is encrypted and guarded by itself, so a whole one still says what it holds.

Neither the file's first page nor its tree is needed, nor the file where its log is there. The layouts are SQLCipher's
(version 4: 4096 bytes, of which the last 80 are IV and HMAC-SHA512; a key given raw) and SQLite's (file format 3).
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from struct import unpack_from
from typing import Any

SIZE, RESERVE, SALT = 4096, 80, 16
_USABLE = SIZE - RESERVE
_LOG_HEAD, _FRAME = 32, 24
_LEAF = 0x0D  # a page that holds rows of a table
_STRAY = 64  # pages at a wrong place that are still asked for their own number
_INTS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Row = list[Any]
Pages = dict[int, list[bytes]]  # by number: what is whole of each, the newest version first


def read(file: bytes, log: bytes, key: str, salts: Iterable[bytes]) -> Pages:
    """All whole pages of a database and its log, decrypted. ``salts``: how the file began, as it was noted."""
    frames = [
        (unpack_from(">I", log, at)[0], log[at + _FRAME : at + _FRAME + SIZE])
        for at in range(_LOG_HEAD, len(log) - _FRAME - SIZE + 1, _FRAME + SIZE)
    ]
    begins = {*salts, file[:SALT], *(page[:SALT] for number, page in frames if number == 1)}
    opens = [_opener(bytes.fromhex(key), begin) for begin in begins if len(begin) == SALT]
    found: Pages = {}

    def keep(number: int, page: bytes) -> bool:
        for opened in opens:
            plain = opened(number, page)
            if plain is not None:
                found.setdefault(number, []).append(plain)
                return True
        return False

    for number, page in reversed(frames):
        keep(number, page)
    last = len(file) // SIZE
    stray: list[bytes] = []
    for number in range(1, last + 1):
        page = file[(number - 1) * SIZE : number * SIZE]
        if not keep(number, page):
            stray.append(page)
    for page in stray[:_STRAY]:
        for number in range(1, last + 1):
            if keep(number, page):
                break
    return found


def _opener(key: bytes, salt: bytes) -> Callable[[int, bytes], bytes | None]:
    """Decrypts a page of the file that begins with this salt; None where the page is not whole."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    guard = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)
    cipher = algorithms.AES(key)

    def opened(number: int, page: bytes) -> bytes | None:
        begin = SALT if number == 1 else 0
        iv, told = page[_USABLE : _USABLE + 16], page[_USABLE + 16 :]
        said = page[begin : _USABLE + 16] + number.to_bytes(4, "little")
        if not hmac.compare_digest(hmac.digest(guard, said, "sha512"), told):
            return None
        decryptor = Cipher(cipher, modes.CBC(iv)).decryptor()
        return bytes(begin) + decryptor.update(page[begin:_USABLE]) + decryptor.finalize()

    return opened


def rows(pages: Pages, columns: int, *, old: bool = False) -> Iterator[Row]:
    """The rows of all tables of that many columns, the newest version of each page first.

    ``old`` asks for earlier versions of the pages too, which the log still holds.
    """
    depth = max((len(versions) for versions in pages.values()), default=0) if old else 1
    for version in range(depth):
        for versions in pages.values():
            if version < len(versions):
                yield from _leaf(versions[version], pages, columns)


def _leaf(page: bytes, pages: Pages, columns: int) -> Iterator[Row]:
    if page[0] != _LEAF:
        return
    for index in range(unpack_from(">H", page, 3)[0]):
        try:
            row = _row(_payload(page, unpack_from(">H", page, 8 + 2 * index)[0], pages), columns)
        except (IndexError, ValueError, KeyError):
            continue
        if row is not None:
            yield row


def _payload(page: bytes, at: int, pages: Pages) -> bytes:
    size, at = _varint(page, at)
    _rowid, at = _varint(page, at)
    most = _USABLE - 35
    if size <= most:
        return page[at : at + size]
    least = (_USABLE - 12) * 32 // 255 - 23
    here = least + (size - least) % (_USABLE - 4)
    here = here if here <= most else least
    said, following = page[at : at + here], int.from_bytes(page[at + here : at + here + 4])
    while len(said) < size:
        further = pages[following][0]  # of a row too long for its page
        following = int.from_bytes(further[:4])
        said += further[4 : 4 + size - len(said)]
    return said


def _row(said: bytes, columns: int) -> Row | None:
    end, at = _varint(said, 0)
    kinds: list[int] = []
    while at < end:
        kind, at = _varint(said, at)
        kinds.append(kind)
        if len(kinds) > columns:
            return None
    if len(kinds) != columns:
        return None
    row: Row = []
    for kind in kinds:
        if kind >= 12:
            part = said[at : at + (kind - 12) // 2]
            if len(part) < (kind - 12) // 2:
                raise ValueError
            at += len(part)
            row.append(part.decode() if kind % 2 else part)
        elif kind in _INTS:
            row.append(int.from_bytes(said[at : at + _INTS[kind]], signed=True))
            at += _INTS[kind]
        elif kind == 7:
            row.append(unpack_from(">d", said, at)[0])
            at += 8
        else:
            row.append({0: None, 8: 0, 9: 1}[kind])
    return row


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(9):
        byte = data[at + index]
        if index == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    raise AssertionError
