"""This computer's keyring: Windows Credential Manager, Secret Service or macOS Keychain, through ``keyring``.

Whatever it holds can be gone, changed or locked tomorrow, so each caller says what happens then.
"""

import secrets
from collections.abc import Callable
from typing import Any

SERVICE = "venue-desk"
LONGEST = 2_560  # bytes of one entry, in UTF-16, that Windows keeps
LOCKED = "KeyringLocked"  # the failure that a person can end by unlocking it


def ask(name: str) -> tuple[str, str]:
    """What the keyring holds under a name, empty where that is nothing; and the name of a failure."""
    answer, failed = _call(lambda ring: ring.get_password(SERVICE, name))
    return str(answer or ""), failed


def put(name: str, value: str) -> bool:
    """Give a value to the keyring, and see that it comes back."""
    if len(value.encode("utf-16-le")) > LONGEST:
        return False

    def keep(ring: Any) -> bool:
        ring.set_password(SERVICE, name, value)
        same: bool = ring.get_password(SERVICE, name) == value
        return same

    return _call(keep)[0] is True


def drop(name: str) -> None:
    """Let the keyring forget a name; it may never have known it."""
    _call(lambda ring: ring.delete_password(SERVICE, name))


def works() -> bool:
    """Whether this computer has a keyring that keeps what it is given."""
    probe, name = secrets.token_hex(8), "probe"
    kept = put(name, probe)
    if kept:
        drop(name)
    return kept


def _call(act: Callable[[Any], object]) -> tuple[object, str]:
    """What the keyring answers, and the name of the failure: back-ends raise what they like."""
    try:
        import keyring

        return act(keyring.get_keyring()), ""
    except Exception as error:  # noqa: BLE001 (D-Bus, COM and back-ends of others)
        return None, type(error).__name__
