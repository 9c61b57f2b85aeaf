"""What a template may hold."""

from typing import Any

import pytest

from venue_desk.domain import templates
from venue_desk.domain.certificates import COMPETENCE, COMPLETION
from venue_desk.domain.problem import Problem

GOOD = {"title": "SERTIFIKAT", "title.en": "Certificate", "given": "", "given.en": " "}


def test_what_is_kept_is_what_can_be_printed() -> None:
    read = templates.template(
        "Kopi", {"kind": COMPETENCE, "usual": True, "texts": {**GOOD, "title": " SERTI\u200b\nFIKAT "}}
    )
    assert read == templates.Template(
        "Kopi", COMPETENCE, True, {"title": "SERTI FIKAT", "title.en": "Certificate"}
    )


@pytest.mark.parametrize(
    "value",
    [
        None, [], {}, {"kind": "ijazah", "texts": {}}, {"kind": COMPETENCE}, {"kind": COMPETENCE, "texts": []},
        {"kind": COMPETENCE, "texts": {"title": 5}},
        {"kind": COMPETENCE, "texts": {"name": "Orang Lain", "name.en": "x"}},
        {"kind": COMPETENCE, "texts": {"title.fr": "Certificat"}},
        {"kind": COMPETENCE, "texts": {"opening": "x", "opening.en": "x"}},
        {"kind": COMPETENCE, "texts": {"title": "SERTIFIKAT"}},
        {"kind": COMPETENCE, "texts": {"title.en": "Certificate"}},
        {"kind": COMPETENCE, "texts": {**GOOD, "title": "x" * 51}},
        {"kind": COMPETENCE, "texts": {**GOOD, "title": "شهادة"}},
        {"kind": COMPETENCE, "texts": {"course": "{period}", "course.en": "x"}},
        {"kind": COMPLETION, "texts": {"body": "{hours} { period }", "body.en": "x"}},
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_words(value: Any) -> None:
    with pytest.raises(Problem) as refused:
        templates.template("Kopi", value)
    assert refused.value.text


@pytest.mark.parametrize("name", ["", " ", "x" * 201])
def test_a_template_has_a_name(name: str) -> None:
    with pytest.raises(Problem):
        templates.template(name, {"kind": COMPETENCE, "texts": GOOD})
