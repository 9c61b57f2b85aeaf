"""The one order that a centre can give: a desk removes its records. Signed, so that nobody else can give it.

Over the wire it comes with the refusal of a revoked desk, on a stick in the return file. It names the desk's id of
one enrolment, so it says nothing to a desk that was let in again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from venue_desk.domain.problem import Problem
from venue_desk.language import _

_SAID = b"venue desk: remove the records\n"


@dataclass(frozen=True, slots=True)
class Order:
    """An order whose signature is the centre's. ``at`` is when it was given."""

    device: str
    at: str


class Ordered(Problem):
    """The centre ordered this desk to remove its records; nothing was done yet. ``order`` is checked."""

    def __init__(self, order: Order) -> None:
        super().__init__(
            _("The centre has the records on this computer removed."),
            _("What the centre does not have yet is sealed for it first."),
        )
        self.order = order


def heed(said: Any, device: str, keys: Mapping[str, str]) -> None:
    """Raise Ordered where the centre with these keys, at which this device was enrolled, says so and signed it."""
    order = checked(said, device, keys)
    if order is not None:
        raise Ordered(order)


def give(keys: Mapping[str, str], device: str, at: str) -> dict[str, str]:
    """The order as it travels; ``keys`` are the centre's private ones."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys["sign"]))
    return {"device": device, "at": at, "signature": signer.sign(_signed(device, at)).hex()}


def checked(said: Any, device: str, keys: Mapping[str, str]) -> Order | None:
    """The order for this device, where the centre with these public keys signed it; None for all else."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not isinstance(said, dict) or not device or said.get("device") != device:
        return None
    try:
        at, signature = str(said["at"])[:40], bytes.fromhex(str(said["signature"]))
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys["sign"]))
        public.verify(signature, _signed(device, at))
    except (InvalidSignature, KeyError, ValueError):
        return None
    return Order(device, at)


def _signed(device: str, at: str) -> bytes:
    return _SAID + f"{device}\n{at}".encode()
