"""A venue's whole journal in one file, for a desk's first sync: made once for each state, resumable by range."""

import shutil
import tempfile
import threading
from pathlib import Path

from fastapi import Response
from fastapi.responses import FileResponse

from venue_desk.server.centre import Centre
from venue_desk.server.devices import us_now
from venue_desk.server.giving import give
from venue_desk.server.ledger import venue_row
from venue_desk.sync.messages import LARGEST, Answer, pack

KEPT = 20  # files


class Snapshots:
    """Snapshots in a folder of their own, removed when the centre stops. One is made at a time."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._folder = Path(tempfile.mkdtemp(prefix="venue-desk-snapshots-"))
        self._lock = threading.Lock()

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def response(self, token: str) -> Response:
        """The file for the device with this token. Raises Refused."""
        device = self._centre.admit(token)
        with self._centre.reading(device.venue) as connection:
            row = venue_row(connection, device.venue)
            path = self._folder / f"{device.venue}-{row.head}.zst"
            with self._lock:
                if not path.exists():
                    given = give(connection, device.venue, 0, row.head, {}, LARGEST // 2)
                    answer = Answer(
                        us_now(connection).epoch,
                        0,
                        given.cursor,
                        given.at,
                        given.more,
                        row.head,
                        runs=given.runs,
                    )
                    part = path.with_suffix(".part")
                    part.write_bytes(pack(answer))
                    part.replace(path)
                    self._thin()
        return FileResponse(
            path, media_type="application/vnd.venue-desk.sync", headers={"X-Cursor": str(row.head)}
        )

    def _thin(self) -> None:
        files = sorted(self._folder.glob("*.zst"), key=lambda file: file.stat().st_mtime)
        for file in files[:-KEPT]:
            file.unlink(missing_ok=True)
