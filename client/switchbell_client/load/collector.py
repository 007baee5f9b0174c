"""Keeps the garbage collector from making the latencies that are to be measured."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG_OBJECTS = 100_000


@contextmanager
def rare_collections() -> Iterator[None]:
    """While it lasts the collector runs seldom, and never looks at what exists already.

    Thousands of clients are millions of objects, none of them garbage: to look through them stops
    the program for a tenth of a second each time.
    """
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
