"""One process for each data directory."""

from __future__ import annotations

import fcntl
import os
import pathlib

from aggregator.core import errors


class Lock:
    """Holds a data directory for one process, as long as that lives (flock: a kill leaves nothing stale)."""

    def __init__(self, folder: pathlib.Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise errors.StoreError(f"cannot use the data directory {folder}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            message = f"the data directory {folder} is in use by another aggregator; stop it first, or name another with --data"
            raise errors.StoreBusy(message) from None

    def release(self) -> None:
        """Let another process have it."""
        os.close(self._file)
