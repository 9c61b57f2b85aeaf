"""``venue-desk``: the window without a command, the command line with one, the centre with ``server``."""

import gc
import sys
from collections.abc import Callable, Sequence

# What may stand before the command; whatever else comes first is the command.
_WITH_VALUE = ("--data", "--lang", "--pin-file", "--passphrase-file", "--recovery-file")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for. Returns the exit code: 0, or 2 when it could not be done."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = _command(given)
    if command == "server":
        from venue_desk.server.commands import run as serve

        return _guarded(serve, given)
    if command is None:
        # Only Qt until the first paint; the records are loaded behind it. None of it is garbage, and later the window
        # collects its own (desktop.sweeping).
        gc.disable()
        from venue_desk.desktop.app import run as show

        return show(given)
    from venue_desk.commands.main import run

    return _guarded(run, given)


def _guarded(run: Callable[[list[str]], int], given: list[str]) -> int:
    """Run a command; what nobody caught is written down without any name, and told in a sentence."""
    try:
        return run(given)
    except Exception as error:  # noqa: BLE001 (told and written down)
        from platformdirs import user_log_path

        from venue_desk.domain import faults
        from venue_desk.language import _

        written = faults.write_down(error, user_log_path("venue-desk", appauthor=False))
        sys.stderr.write(_("Something went wrong") + ". ")
        sys.stderr.write(_("This is a fault of the program; what it was doing was not saved.") + "\n")
        if written:
            sys.stderr.write(_("A report without any name: {file}").format(file=written) + "\n")
        return 2


def _command(given: Sequence[str]) -> str | None:
    """The first word that is a command, or ``--help``; None when the window is meant."""
    skip = False
    for word in given:
        if skip:
            skip = False
        elif word in _WITH_VALUE:
            skip = True
        elif not word.startswith(tuple(f"{option}=" for option in _WITH_VALUE)):
            return word
    return None


if __name__ == "__main__":
    sys.exit(main())
