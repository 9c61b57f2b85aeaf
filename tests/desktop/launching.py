"""Launches the window of a folder twice at once, many times: ``launching.py FOLDER ROUNDS [--planted]``.

A process of its own that loads nothing but the window's code and forks before Qt runs: whoever is second must end
before it has loaded the store at all. Prints one JSON object.
"""

import json
import os
import select
import signal
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

PATIENCE = 60.0  # s for a round


def child(folder: Path, barrier: int, tell: int) -> None:
    """One launch: O its window has the records, P it was refused them, R it was raised, T it touched the folder."""
    from venue_desk.desktop import app
    from venue_desk.desktop.window import Window

    begin, raised = Window.begin, app.Start._raise
    touched: list[str] = []

    def opened(window: Window, desk: object) -> None:
        begin(window, desk)  # type: ignore[arg-type]
        os.write(tell, b"O")

    def refused(*_given: object) -> None:
        os.write(tell, b"P")

    def came(start: app.Start) -> None:
        raised(start)
        os.write(tell, b"R")

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("open", "os.mkdir", "os.rename", "os.remove") and str(arguments[0]).startswith(
            str(folder)
        ):
            touched.append(event)

    Window.begin, Window.refused = opened, refused  # type: ignore[method-assign, assignment]
    app.Start._raise = came  # type: ignore[method-assign, assignment]
    sys.addaudithook(watch)
    os.read(barrier, 1)
    code = app.run(["--data", str(folder)])
    if touched or "venue_desk.store.database" in sys.modules:
        os.write(tell, b"T")
    os.write(tell, b"X" if code == 0 else b"E")


def once(folder: Path) -> str:
    """Two launches at once. Returns what was wrong, empty when all was right."""
    ready, go = os.pipe()
    pipes: dict[int, int] = {}
    said: dict[int, str] = {}
    for _launch in range(2):
        hear, tell = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(hear)
            try:
                child(folder, ready, tell)
            finally:
                os._exit(0)
        os.close(tell)
        pipes[hear], said[process] = process, ""
    os.write(go, b"gg")
    try:
        while not _over(list(said.values())):
            heard, _w, _x = select.select(list(pipes), [], [], PATIENCE)
            if not heard:
                return f"waited in vain: {sorted(said.values())}"
            for pipe in heard:
                more = os.read(pipe, 16).decode()
                said[pipes[pipe]] += more
                if not more:
                    del pipes[pipe]
                    os.close(pipe)
            if not pipes:
                break
    finally:
        for process in said:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        for pipe in (ready, go, *pipes):
            os.close(pipe)
    first, second = sorted(said.values(), key=lambda one: "O" in one, reverse=True)
    right = set(first) == {"O", "R"} and second == "X"
    return "" if right else f"first {first!r}, second {second!r}"


def _over(said: list[str]) -> bool:
    """Whether one has its records and was raised, and the other has ended; or both are open, or one failed."""
    if any("E" in one or "P" in one for one in said) or all("O" in one for one in said):
        return True
    return any("O" in one and "R" in one for one in said) and any("X" in one for one in said)


def main() -> None:
    # Loaded once, before the forks.
    for module in ("PySide6.QtNetwork", "PySide6.QtSvg", "PySide6.QtWidgets", "venue_desk.desktop.app"):
        import_module(module)
    from venue_desk.desktop import single

    if "--planted" in sys.argv:
        single.Single.first = lambda _self: True  # type: ignore[method-assign, assignment]
    folder, rounds = Path(sys.argv[1]).absolute(), int(sys.argv[2])
    found = Counter(once(folder) for _round in range(rounds))
    right = found.pop("", 0)
    print(json.dumps({"rounds": rounds, "right": right, "wrong": dict(found.most_common(5))}))


if __name__ == "__main__":
    main()
