"""The check of the translations finds each kind of fault, in a small program made for it."""

from pathlib import Path

import pytest

import translations

PROGRAM = """
from venue_desk.language import N_, _, ngettext

KIND = N_("Parish")

def greet(name, count):
    return _("Hello {name}").format(name=name) + ngettext("{count} person", "{count} people", count)
"""
ACTION = '''
def add(session, name):
    """Add a person

    More about it.
    """
'''
PO = """
msgid "Parish"
msgstr "Paroki"

msgid "Hello {name}"
msgstr "Halo {name}"

msgid "{count} person"
msgid_plural "{count} people"
msgstr[0] "{count} orang"

msgid "Add a person"
msgstr "Tambah orang"
"""
HEADER = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    _write(tmp_path, "src/venue_desk/greeting.py", PROGRAM)
    _write(tmp_path, "src/venue_desk/actions/people.py", ACTION)
    _write(tmp_path, "resources/translations/id/people.po", HEADER + PO)
    return tmp_path


def _write(root: Path, place: str, text: str) -> None:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _replace(root: Path, old: str, new: str) -> list[str]:
    path = root / "resources/translations/id/people.po"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return translations.check(root).lines


def test_all_is_well(program: Path) -> None:
    assert translations.check(program).lines == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('msgid "Parish"\nmsgstr "Paroki"', "", "is not translated"),
        ('"Tambah orang"', '""', "has no translation"),
        ("Halo {name}", "Halo {nama}", "other placeholders"),
        ("{count} orang", "orang", "other placeholders"),
        ('"Paroki"', '"Paroki…"', "both end in …"),
        ('msgid "Parish"', '#, fuzzy\nmsgid "Parish"', "fuzzy"),
        ('msgid "Parish"', 'msgid "Chapel"\nmsgstr "Kapel"\n\nmsgid "Parish"', "not used any more"),
    ],
)
def test_a_fault_is_named(program: Path, old: str, new: str, said: str) -> None:
    lines = _replace(program, old, new)
    assert len(lines) == 1
    assert said in lines[0]


def test_a_message_stands_in_one_file_only(program: Path) -> None:
    _write(program, "resources/translations/id/general.po", HEADER + '\nmsgid "Parish"\nmsgstr "Paroki"\n')
    assert ["also stands in general.po" in line for line in translations.check(program).lines] == [True]


def test_a_joined_message_is_found(program: Path) -> None:
    _write(program, "src/venue_desk/joined.py", 'def f(name):\n    return _(f"Hello {name}")\n')
    assert translations.check(program).lines == [
        "src/venue_desk/joined.py:2: a message must be one plain text"
    ]


def test_compiled_words_are_spoken(program: Path) -> None:
    import gettext

    first = translations.compile_all(program)
    catalogue = gettext.translation("venue_desk", program / "resources/translations", ["id"])
    assert catalogue.gettext("Parish") == "Paroki"
    assert catalogue.ngettext("{count} person", "{count} people", 2) == "{count} orang"
    written = first.stat().st_mtime_ns
    assert translations.compile_all(program).stat().st_mtime_ns == written, (
        "nothing changed, so nothing is written"
    )
