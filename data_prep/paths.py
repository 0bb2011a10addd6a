"""Where benchmark data lives: one setting, the environment variable `VIDEOREASON_DATA`."""

import os
from pathlib import Path

VARIABLE = "VIDEOREASON_DATA"


def data_root() -> Path:
    """Return the absolute folder that holds the benchmark manifests; it need not exist.

    It is the value of `VIDEOREASON_DATA`, else `videoreason/toyworld` below `XDG_CACHE_HOME`,
    else `~/.cache/videoreason/toyworld`. An empty variable counts as unset, and so does a relative
    `XDG_CACHE_HOME`, as its specification asks.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    cache = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not cache.is_absolute():
        cache = Path.home() / ".cache"
    return cache / "videoreason" / "toyworld"
