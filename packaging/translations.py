"""Compile the Indonesian translations and say what is missing, obsolete, written twice or wrongly filled in.

Run it: ``python packaging/translations.py [--check | --quiet]``. A message stands in one of the .po files only.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

ROOT = Path(__file__).resolve().parents[1]

Message = str | tuple[str, str]  # a plural is keyed by both of its English forms

_MARKERS = {"_": 1, "N_": 1, "ngettext": 2}


@dataclass
class Findings:
    """What is wrong with the translations, each a sentence for the person who mends it."""

    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        self.lines.append(line)


def catalogue_files(root: Path = ROOT) -> list[Path]:
    return sorted((root / "resources/translations/id").glob("*.po"))


def compiled_file(root: Path = ROOT) -> Path:
    return root / "resources/translations/id/LC_MESSAGES/venue_desk.mo"


def stale(root: Path = ROOT) -> bool:
    """Whether a .po file was changed, added or removed since they were last compiled."""
    target = compiled_file(root)
    if not target.is_file():
        return True
    watched = [*catalogue_files(root), target.parents[1], Path(__file__)]
    return target.stat().st_mtime < max(path.stat().st_mtime for path in watched)


def compile_all(root: Path = ROOT) -> Path:
    """Write one catalogue from all .po files where that is needed; returns its path."""
    target = compiled_file(root)
    if not stale(root):
        return target
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    whole = Catalog(locale="id", project="venue-desk")
    whole.mime_headers = [("Plural-Forms", "nplurals=1; plural=0;")]  # Indonesian has no plural forms
    for source in catalogue_files(root):
        for message in read(source):
            whole.add(message.id, message.string)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".tmp")
    with half.open("wb") as out:
        write_mo(out, whole)
    half.replace(target)
    return target


def read(path: Path) -> list:  # type: ignore[type-arg]
    """The messages of one .po; raises babel's PoFileError on a broken file."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return [message for message in read_po(file, locale="id", abort_invalid=True) if message.id]


def used(root: Path = ROOT) -> dict[Message, str]:
    """Each message that the program can show, with the place that shows it first."""
    found: dict[Message, str] = {}
    package = root / "src/venue_desk"
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"), str(path))
        where = path.relative_to(root).as_posix()
        for line, message in _marked(tree):
            found.setdefault(message, f"{where}:{line}")
        if package / "actions" in (path.parent, path.parent.parent if path.name == "__init__.py" else None):
            for line, name in _action_names(tree):
                found.setdefault(name, f"{where}:{line}")
    for path in sorted((root / "resources/web").glob("*.html")):
        for line, message in _in_template(path.read_text("utf-8")):
            found.setdefault(message, f"{path.relative_to(root).as_posix()}:{line}")
    return found


def _in_template(text: str) -> Iterator[tuple[int, Message]]:
    """The messages of a page of the centre."""
    from jinja2 import Environment
    from jinja2.ext import extract_from_ast

    for line, function, said in extract_from_ast(Environment(autoescape=True).parse(text), tuple(_MARKERS)):
        texts = [one for one in (said if isinstance(said, tuple) else (said,)) if one is not None]
        wanted = _MARKERS[function]
        if len(texts) >= wanted:
            yield line, texts[0] if wanted == 1 else (texts[0], texts[1])


def _marked(tree: ast.AST) -> Iterator[tuple[int, Message]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKERS):
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        wanted = _MARKERS[node.func.id]
        if len(texts) >= wanted:
            yield node.lineno, texts[0] if wanted == 1 else (texts[0], texts[1])


def _action_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The names in the Undo menu: the first docstring lines of public functions that take the session."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args]
        first = arguments[0].arg if arguments else ""
        docstring = ast.get_docstring(node)
        if first == "session" and docstring:
            yield node.lineno, docstring.splitlines()[0].strip().rstrip(".")


def computed_messages(root: Path = ROOT) -> list[str]:
    """Calls of ``_`` with an f-string or a joined text, which no catalogue can ever hold."""
    found = []
    for path in sorted((root / "src/venue_desk").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKERS:
                bad = [a for a in node.args[:2] if isinstance(a, (ast.JoinedStr, ast.BinOp))]
                if bad:
                    found.append(f"{path.relative_to(root).as_posix()}:{node.lineno}")
    return found


def placeholders(text: str) -> set[str]:
    """``{name}`` fields and ``%(name)s`` ones of a message."""
    try:
        fields = {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}
    except ValueError:  # a lone brace: not a format string
        fields = set()
    return fields | set(re.findall(r"%\(\w+\)[sd]", text))


def check(root: Path = ROOT) -> Findings:
    """Compare what the program says with what is translated."""
    findings = Findings()
    program = used(root)
    translated: dict[Message, str] = {}
    for path in catalogue_files(root):
        for message in read(path):
            key: Message = message.id
            if key in translated:
                findings.add(f"{path.name}: {_short(key)} also stands in {translated[key]}")
            translated[key] = path.name
            if key not in program:
                findings.add(f"{path.name}: {_short(key)} is not used any more")
            findings.lines.extend(f"{path.name}: {fault}" for fault in _faults(message))
    findings.lines.extend(
        f"{where}: {_short(message)} is not translated"
        for message, where in program.items()
        if message not in translated
    )
    findings.lines.extend(f"{where}: a message must be one plain text" for where in computed_messages(root))
    return findings


def _faults(message) -> Iterator[str]:  # type: ignore[no-untyped-def]
    sources = message.id if isinstance(message.id, tuple) else (message.id,)
    targets = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if message.fuzzy:
        yield f"{_short(message.id)} is marked fuzzy"
    if not all(targets):
        yield f"{_short(message.id)} has no translation"
        return
    allowed = set().union(*(placeholders(text) for text in sources))
    # The singular may say "one" where the plural counts; the single Indonesian form needs the plural's fields.
    needed = placeholders(sources[-1])
    for target in targets:
        if not needed <= placeholders(target) <= allowed:
            yield f"{_short(message.id)} has other placeholders than its translation"
        if sources[0].endswith("…") != target.endswith("…"):
            yield f"{_short(message.id)} and its translation do not both end in …"


def _short(message: Message) -> str:
    text = message if isinstance(message, str) else message[0]
    return repr(text if len(text) <= 70 else text[:69] + "…")


def main() -> int:
    """Compile and print what is wrong; ``--check`` fails when something is, ``--quiet`` only compiles."""
    compile_all()
    if "--quiet" in sys.argv[1:]:
        return 0
    lines = check().lines
    for line in lines:
        print(line)
    print(
        f"{len(used())} messages, {len(lines)} to mend"
        if lines
        else f"{len(used())} messages, all translated"
    )
    return 1 if lines and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
