"""Run every benchmark beside this file, one after the other, and print what each says as a table.

``run.py [NAME …]`` runs only those named. A benchmark says what it found in a sentence, and each figure in a line of
JSON: ``what``, its ``ratio`` (against a floor or a peer that was measured in the same run) or ``value`` and ``unit``,
what is to be reached, and whether it is (``ok``). Absolute times say little on a busy machine.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
INSTANCES = HERE.parent / "data/stalls"


def main(wanted: list[str]) -> int:
    """Print the table and what was missed; the exit code says how many benchmarks could not be run."""
    scripts = sorted(path for path in HERE.glob("*.py") if path.name != Path(__file__).name)
    failed = 0
    missed: list[str] = []
    print("| benchmark | figure | reach | |\n|---|---|---|---|")
    for script in scripts:
        if wanted and script.stem not in wanted:
            continue
        for arguments in calls(script.stem):
            done = subprocess.run(
                [sys.executable, str(script), *arguments], capture_output=True, text=True, check=False
            )
            name = script.stem.replace("_", " ")
            if done.returncode:
                failed += 1
                said = done.stderr.strip().splitlines()[-1:] or ["failed"]
                print(f"| {name} | {said[0].replace('|', '/')} | | failed |", flush=True)
                continue
            for figures in found(done.stdout):
                if figures.get("ok") is False:
                    missed.append(figures["what"])
                print(f"| {name} | {row(figures)} |", flush=True)
    for what in missed:
        print(f"missed: {what}")
    return failed


def calls(name: str) -> Iterator[list[str]]:
    """What a benchmark is called with: once without arguments, the plan once for each season."""
    if name != "stalls_plan":
        yield []
        return
    for path in sorted(INSTANCES.rglob("*.json")):
        with tempfile.TemporaryDirectory() as folder:
            yield [str(path), str(Path(folder) / "plan.json")]


def found(text: str) -> Iterator[dict[str, Any]]:
    """The figures among what a benchmark printed."""
    for line in text.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def row(figures: dict[str, Any]) -> str:
    """A figure, what is to be reached, and whether it is."""
    known = ("what", "ratio", "value", "unit", "reach", "ok")
    said = [f"{figures['value']} {figures.get('unit', '')}".strip()] if "value" in figures else []
    said += [f"ratio {figures['ratio']}"] if "ratio" in figures else []
    said += [f"{key.replace('_', ' ')} {value}" for key, value in figures.items() if key not in known]
    state = {True: "reached", False: "**missed**", None: ""}[figures.get("ok")]
    return f"{figures['what']}: {', '.join(said)} | {figures.get('reach', '')} | {state}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
