"""A window in a process of its own that is killed over something unfinished.

``drafting.py FOLDER CASE begin|look [--planted]``:
``begin`` opens a dialog and types; it says "kept" when the draft must be safe, and then waits to be killed. ``look``
starts again and prints as JSON which page and dialog came back, with what in it.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from venue_desk.desktop import app
from venue_desk.desktop.widgets import Dialog
from venue_desk.desktop.window import Window
from venue_desk.domain.venue import Signer

LIST = Path(__file__).parents[1] / "data/spreadsheets/synthetic__google_form.csv"
PERSON, VOID, VENDOR, IMPORT, WIZARD = "person", "void", "vendor", "import", "wizard"
STEPS: tuple[dict[str, Any], ...] = (
    {"name": "Paroki Setengah Jadi"},
    {"letterhead": ["Program Pelatihan"]},
    {"signers": [{"role": "coordinator", "name": "Bernadeta Uji", "title": "Koordinator", "nip": ""}]},
    {"stalls": 7, "market": "Kedai Uji"},
)


def _dialog(window: Window) -> Any:
    return next((one for one in window.findChildren(Dialog) if one.isVisible()), None)


def _begin(window: Window, case: str) -> None:
    page: Any
    if case.startswith(WIZARD):
        first: Any = window.first
        first.set_up()
        for number, typed in enumerate(STEPS[: int(case[-1]) + 1]):
            if number:
                first._wizard.onward()
            signers = [Signer(**one) for one in typed.get("signers", ())]
            first._wizard._form.set_values(**{**typed, "signers": signers} if signers else typed)
        return
    if case == PERSON:
        window.go("people")
        page = window.page
        page.add_person()
        _dialog(window).form.set_values(name="Setengah Diketik", phone="08120000")
    elif case == VOID:
        window.go("certificates")
        page = window.page
        page.void(page.register.table.current() or _first(page))
        _dialog(window).form.set_values(reason="Nama salah ejaan")
    elif case == VENDOR:
        window.go("stalls")
        page = window.page
        page.add_vendor()
        _dialog(window).form.set_values(name="Warung Setengah", products="Lum")
    elif case == IMPORT:
        window.go("people")
        page = window.page
        page.read(LIST)


def _first(page: Any) -> Any:
    from venue_desk.queries import certificates

    return next(one for one in page.shell.desk.ask(certificates.listed) if one.voided_on is None)


def _choose(window: Window) -> bool:
    """In the import: leave the first row out, and enrol the others in a course."""
    from venue_desk.domain.people import Choice

    dialog = _dialog(window)
    if dialog is None or not dialog.rows.all():
        return False
    dialog.rows._decide(dialog.rows.all()[0].entry.line, Choice.SKIP, "")
    dialog.course.setCurrentIndex(1)
    return True


def _kept(window: Window, case: str) -> bool:
    from venue_desk.store import beginning, drafts

    if case.startswith(WIZARD):
        at = int(case[-1])
        found = beginning.kept(window.folder)
        return found.get("step") == at and _has(found["values"], STEPS[at])
    left = window.desk.ask(drafts.kept, window.role)
    wanted = {PERSON: "phone", VOID: "reason", VENDOR: "products", IMPORT: "rows"}[case]
    return left is not None and wanted in left.values


def _has(values: dict[str, Any], typed: dict[str, Any]) -> bool:
    def same(key: str) -> bool:
        if key == "signers":
            return all(one in values.get(key, ()) for one in typed[key])
        return bool(values.get(key) == typed[key])

    return all(same(key) for key in typed)


def _seen(window: Window, case: str) -> dict[str, Any] | None:
    if case.startswith(WIZARD):
        wizard = window.first._wizard if window.first is not None else None
        return {"step": wizard._at, "held": wizard._draft()["values"]} if wizard is not None else None
    dialog = _dialog(window)
    if dialog is None or (case == IMPORT and not dialog.rows.all()):
        return None
    held = {name: value for name, value in dialog.held().items() if isinstance(value, str | list)}
    return {"page": window.stage.here, "dialog": type(dialog).__name__, "held": held}


def main(folder: Path, case: str, what: str) -> None:
    """Run the window as a person starts it, and do one half."""
    arrived = app.Start._arrived
    steps: list[Callable[[Window], bool]] = []

    def begin(window: Window) -> bool:
        _begin(window, case)
        return True

    def kept(window: Window) -> bool:
        return _kept(window, case) and (print("kept", flush=True) is None)

    def look(window: Window) -> bool:
        found = _seen(window, case)
        if found is not None:
            print(json.dumps(found), flush=True)
            os._exit(0)
        return False

    steps += [begin, *([_choose] if case == IMPORT else []), kept] if what == "begin" else [look]

    def on(start: Any, found: Any) -> None:
        arrived(start, found)

        def step() -> None:
            if steps and steps[0](start.window):
                steps.pop(0)

        timer = QTimer(start)
        timer.timeout.connect(step)
        timer.start(20)

    if "--planted" in sys.argv:
        Dialog.hold = lambda _self, _values: None  # type: ignore[method-assign, assignment]
    app.Start._arrived = on  # type: ignore[method-assign, assignment]
    app.run(["--data", str(folder), "--lang", "id"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
