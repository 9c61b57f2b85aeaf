"""Who may do what at this desk, and how wrong PINs are slowed down."""

from datetime import datetime

from venue_desk.domain.problem import Problem
from venue_desk.language import N_, _

COORDINATOR, HELPER = "coordinator", "helper"
ROLES = {COORDINATOR: N_("Coordinator"), HELPER: N_("Helper")}

IDLE = 10  # minutes without a key or a click until the desk locks itself; 0 is never
IDLES = (1, 5, 10, 30, 60, 0)

# A helper takes attendance: these pages, these commands, and undoing these steps.
_PAGES = frozenset({"attendance"})
ANYBODY = "anybody"  # asks for no PIN: it makes a new venue, or wants the recovery key itself
# Who may run a command of a desk that has a PIN. One that is not named here nobody may run, and a test says so.
COMMANDS = {
    "init": ANYBODY,
    "recovery check": ANYBODY,
    "recovery use": ANYBODY,
    **dict.fromkeys(("attendance mark", "attendance show", "attendance guest"), HELPER),
    **dict.fromkeys(
        (
            *("backup", "check", "history", "move", "recover", "redo", "restore", "undo"),
            *(f"attendance {verb}" for verb in ("cards", "close", "register", "reopen", "rest")),
            *(
                f"certificates {verb}"
                for verb in (
                    *("assess", "assessment", "hand-over", "issue", "keys export", "keys import"),
                    *("keys list", "keys withdraw", "list", "print", "reprint", "verify", "void"),
                )
            ),
            *(
                f"courses {verb}"
                for verb in ("add", "close", "enrol", "leave", "list", "promote", "reopen", "show")
            ),
            *(f"outcomes {verb}" for verb in ("list", "record", "refer", "show")),
            *(f"people {verb}" for verb in ("add", "export", "find", "import", "list", "merge", "show")),
            *("recovery new", "recovery show"),
            *("report attendance", "report outcomes", "report stalls"),
            *(f"stalls {verb}" for verb in ("plan", "publish", "show", "swap")),
            *(f"stalls vendors {verb}" for verb in ("add", "away", "list")),
            *("sync", "sync export", "sync import", "sync join", "sync last", "sync settle", "sync status"),
        ),
        COORDINATOR,
    ),
}
STEPS = frozenset(
    {
        "Mark attendance",
        "Clear attendance",
        "Key in the paper register",
        "Mark everyone who is left",
        "Add guest",
    }
)

LEAST = 4  # characters of a PIN or password
FREE, FIRST_WAIT, MOST_WAIT = 3, 5, 300  # wrong tries without a wait; then seconds, doubled each time


def may_open(role: str, page: str) -> bool:
    """Whether a role may see a page."""
    return role == COORDINATOR or (role == HELPER and page in _PAGES)


def may_run(role: str, command: str) -> bool:
    """Whether a role may run a command (``attendance mark``)."""
    return COMMANDS.get(command) in ({COORDINATOR, HELPER} if role == COORDINATOR else {role})


def may_undo(role: str, step: str | None) -> bool:
    """Whether a role may take back a step of this name."""
    return role == COORDINATOR or (role == HELPER and (step is None or step in STEPS))


def wait(wrong: int, last: datetime | None, now: datetime) -> int:
    """Seconds until the next try after so many wrong ones, the last of them then."""
    if wrong < FREE or last is None:
        return 0
    delay = min(FIRST_WAIT << min(wrong - FREE, 10), MOST_WAIT)
    # A clock that was turned back makes nobody wait longer than the delay itself.
    return max(0, min(delay, delay - int((now - last).total_seconds())))


def checked_pin(pin: str, again: str) -> str:
    """A new PIN or password. Raises Problem where it is too short or was typed differently the second time."""
    if len(pin) < LEAST:
        raise Problem(_("A PIN has at least {count} characters.").format(count=LEAST))
    if len(set(pin)) == 1:
        raise Problem(_("One character repeated is no PIN."), _("Choose one that nobody guesses."))
    if pin != again:
        raise Problem(_("The two are not the same."), _("Type the PIN again."))
    return pin
