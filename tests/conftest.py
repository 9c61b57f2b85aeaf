"""What every test stands on: a home of its own, no screen, no stray warning, real desks in temporary folders."""

import gc
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.pop("VENUE_DESK_TODAY", None)

import translations
from venue_desk import language

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from venue_desk.desktop.window import Window
    from venue_desk.store.desk import Desk

SAMPLE_DAY = date(2025, 11, 22)  # the Saturday on which the sample parish is looked at


@pytest.fixture(scope="session", autouse=True)
def _compiled_translations(tmp_path_factory: pytest.TempPathFactory) -> None:
    with _one_at_a_time(_shared_folder(tmp_path_factory) / "translations.lock"):
        translations.compile_all()


@pytest.fixture(scope="session", autouse=True)
def _compiled_statements() -> Iterator[None]:
    import engines
    from venue_desk.store import database

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "create_engine", engines.sharing)
        yield


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads or writes the settings, data or keyring of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name, folder in (
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
    ):
        monkeypatch.setenv(name, str(home / folder))
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(home / "key"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    language.use("id")
    yield
    language.use("id")


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A keyring in a file, and no key file named from outside."""
    import keyring

    from keyrings import FileKeyring

    file = tmp_path / "keyring.json"
    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    monkeypatch.setenv("VENUE_DESK_TEST_KEYRING", str(file))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]
    yield file
    keyring.set_keyring(before)


@pytest.fixture
def no_ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer without a keyring: the library's own back-end that fails."""
    import keyring
    from keyring.backends.fail import Keyring

    monkeypatch.delenv("VENUE_DESK_KEY_FILE")
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def _no_open_transaction() -> Iterator[None]:
    """A session that a test leaves with an open transaction would hold the file for the next one."""
    yield
    import sys

    orm = sys.modules.get("sqlalchemy.orm.session")
    if orm is None:
        return
    left = [session for session in orm._sessions.values() if session.in_transaction()]
    if left:
        gc.collect()
        left = [session for session in orm._sessions.values() if session.in_transaction()]
    for session in left:
        session.rollback()
    assert not left, f"{len(left)} transaction(s) left open"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator["Desk"]:
    """An empty parish in a folder of its own."""
    from venue_desk.actions import venue
    from venue_desk.store.desk import Desk

    made = Desk.create(tmp_path / "desk")
    made.do(venue.set_up, name="Paroki Uji", kind="parish", area="Jakarta Barat")
    yield made
    made.close()


@pytest.fixture
def sample(tmp_path: Path, sample_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Desk"]:
    """The sample parish on its Saturday, a copy that the test may change."""
    from venue_desk.store.desk import Desk

    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(sample_folder / "key"))
    monkeypatch.setenv("VENUE_DESK_TODAY", SAMPLE_DAY.isoformat())
    shutil.copytree(sample_folder / "desk", tmp_path / "sample")
    opened = Desk.open(tmp_path / "sample")
    yield opened
    opened.close()


@pytest.fixture
def window(sample: "Desk", make_window: "Callable[[Path], Window]") -> "Window":
    """The window of the sample parish, on its first page."""
    made = make_window(sample.folder)
    made.begin(sample)
    return made


@pytest.fixture(scope="module")
def _loaded_stays() -> None:
    """At its end each window collects what is there: with all that was loaded before, that took a tenth of a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def make_window(_loaded_stays: None, qtbot: "QtBot", tmp_path: Path) -> Iterator["Callable[[Path], Window]"]:
    """Make the real window over a folder, 1366 × 768, light; nothing is opened in it yet."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    from venue_desk.desktop import theme
    from venue_desk.desktop.settings import Settings
    from venue_desk.desktop.window import Window

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    made: list[Window] = []

    def make(folder: Path) -> Window:
        settings = Settings(tmp_path / f"desktop-{len(made)}.ini")
        settings.theme, settings.text_size = "light", 100
        theme.apply(app, settings.look(app))
        window = Window(settings, folder)
        made.append(window)
        window.resize(1366, 768)
        window.show()
        return window

    yield make
    for window in made:
        window.end()
        window.close()
        window.deleteLater()
    # Without a running loop nothing is deleted later, and a window's timers would go off in another test.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sample parish was built, once for all workers: ``desk`` is its data folder, ``key`` its key."""
    folder = _shared_folder(tmp_path_factory) / "sample"
    with _one_at_a_time(folder.with_suffix(".lock")), pytest.MonkeyPatch.context() as patch:
        if not (folder / "done").exists():
            from venue_desk.actions import sample
            from venue_desk.store.desk import Desk

            folder.mkdir()
            patch.setenv("VENUE_DESK_KEY_FILE", str(folder / "key"))
            patch.setenv("VENUE_DESK_TODAY", SAMPLE_DAY.isoformat())
            made = Desk.create(folder / "desk")
            made.do(sample.parish, today=SAMPLE_DAY)
            made.close()
            (folder / "done").touch()
    return folder


def _shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that the workers of one test run have in common."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


class _one_at_a_time:  # noqa: N801 - reads as a sentence after "with"
    """A lock between the workers of one test run: a folder can be made by one of them only."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __enter__(self) -> None:
        give_up = time.monotonic() + 120
        while True:
            try:
                self._place.mkdir()
                return
            except FileExistsError:
                assert time.monotonic() < give_up, f"{self._place} was never released"
                time.sleep(0.05)

    def __exit__(self, *_error: object) -> None:
        self._place.rmdir()
