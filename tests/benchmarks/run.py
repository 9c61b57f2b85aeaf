"""Run every benchmark beside this file, one after the other, and print what each says as a table.

``run.py [NAME …]`` runs only those named. The figures are ratios against a floor or a peer that was measured in the
same run; absolute times say little on a busy machine.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
INSTANCES = HERE.parent / "data/stalls"


def main(wanted: list[str]) -> int:
    """Print the table; the exit code says how many benchmarks could not be run."""
    scripts = sorted(path for path in HERE.glob("*.py") if path.name != Path(__file__).name)
    failed = 0
    print("| benchmark | result | took |\n|---|---|---|")
    for script in scripts:
        if wanted and script.stem not in wanted:
            continue
        for arguments in calls(script.stem):
            start = time.monotonic()
            done = subprocess.run(
                [sys.executable, str(script), *arguments], capture_output=True, text=True, check=False
            )
            failed += done.returncode != 0
            said = "<br>".join(lines(done.stdout if done.returncode == 0 else done.stderr))
            print(
                f"| {script.stem.replace('_', ' ')} | {said} | {time.monotonic() - start:.0f} s |", flush=True
            )
    return failed


def calls(name: str) -> Iterator[list[str]]:
    """What a benchmark is called with: once without arguments, the plan once for each season."""
    if name != "stalls_plan":
        yield []
        return
    for path in sorted(INSTANCES.rglob("*.json")):
        with tempfile.TemporaryDirectory() as folder:
            yield [str(path), str(Path(folder) / "plan.json")]


def lines(text: str) -> Iterator[str]:
    """What a benchmark printed, its figures as words; of a failure the last line."""
    printed = [line.strip() for line in text.splitlines() if line.strip()]
    for line in printed if len(printed) < 12 else printed[-1:]:
        try:
            figures = json.loads(line)
        except ValueError:
            figures = None
        if isinstance(figures, dict):
            yield ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in figures.items())
        else:
            yield line.replace("|", "/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
