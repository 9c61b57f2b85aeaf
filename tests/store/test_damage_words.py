"""What a person is told about each kind of damage: in plain words, in both languages, without the database's own."""

import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import exc

from store.damages import KINDS, harm
from store.test_damage import whole
from venue_desk import language
from venue_desk.commands.main import run
from venue_desk.domain.problem import Problem
from venue_desk.domain.reasons import plain
from venue_desk.store import backups, database, recovery, swap, trouble
from venue_desk.store.desk import Desk
from venue_desk.store.lock import take

__all__ = ["whole"]

ENGINEERS = re.compile(
    r"sqlite|sqlcipher|malformed|database|disk image|quick_check|btree|b-tree|page \d|errno|exception|traceback"
    r"|\berror\b|operationalerror|no such|unsupported file|user_version|\bNone\b|journal:|not authorized|integrity",
    re.IGNORECASE,
)


def told(folder: Path) -> list[str]:
    """All that is said from a start to what can be brought back."""
    said: list[str] = []

    def heard(act: Callable[[], object]) -> None:
        try:
            act()
        except Problem as problem:
            said.extend((problem.text, problem.hint))

    heard(lambda: Desk.open(folder).close())
    with closing(take(folder)):
        swap.finish(folder)
        said.append(recovery.fault(folder))
        heard(lambda: recovery.prepare(folder))
    key = database.read_key(folder)
    heard(lambda: backups.preview(folder / database.FILE, key))
    heard(lambda: recovery.restore(folder, folder / database.FILE))
    return [one for one in said if one]


@pytest.mark.parametrize("number", range(KINDS))
def test_each_damage_is_told_in_plain_words(
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VENUE_DESK_KEY_FILE", str(whole / "key"))
    by_language: dict[str, list[str]] = {}
    for lang in ("id", "en"):
        folder = tmp_path / lang
        shutil.copytree(whole / "crashed", folder)
        name = harm(folder, number)
        language.use(lang)
        by_language[lang] = told(folder)
        for arguments in (["check"], ["recover", "--dry-run"], ["recover"], ["check"]):
            assert run(["--data", str(folder), "--lang", lang, *arguments]) in (0, 1, 2)
        printed = capsys.readouterr()
        by_language[lang] += (printed.out + printed.err).splitlines()
        for sentence in by_language[lang]:
            words = sentence.replace(str(folder), "")
            assert not ENGINEERS.search(words.replace(database.FILE, "")), f"{name}: {sentence}"
    shared = {one for one in by_language["id"] if one in by_language["en"] and re.search("[a-z]{4}", one)}
    assert not shared, f"not translated: {shared}"


REFUSALS = [
    "database or disk is full",
    "attempt to write a readonly database",
    "unable to open database file",
    "disk I/O error",
    "database is locked",
    "database disk image is malformed",
    "file is not a database",
]


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("text", REFUSALS)
def test_what_the_database_refuses_is_told_in_plain_words(tmp_path: Path, text: str, lang: str) -> None:
    language.use(lang)
    problem = trouble.meaning(tmp_path, text)
    assert problem and problem.hint
    assert not ENGINEERS.search(problem.text.replace(str(tmp_path), ""))
    with pytest.raises(Problem), trouble.told(tmp_path):
        raise exc.DatabaseError("", None, Exception(text))


@pytest.mark.parametrize("lang", ["id", "en"])
def test_what_the_system_refuses_is_told_in_plain_words(lang: str) -> None:
    language.use(lang)
    for number in range(1, 140):
        assert not ENGINEERS.search(plain(OSError(number, "Input/output error")))


def test_the_test_finds_the_databases_own_words() -> None:
    assert all(ENGINEERS.search(text) for text in REFUSALS)
