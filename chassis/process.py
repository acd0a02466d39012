"""What a process does with itself before its work."""

import gc
import signal


def spare_the_collector() -> None:
    """Look for garbage in circles less often: a batch of events is many objects and no circles.

    What has been imported is never looked at again. Rebuilding a view takes less processor time so.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def end_as_by_ctrl_c(*endings: signal.Signals) -> None:
    """Take these signals for Ctrl-C, which alone asyncio turns into an orderly end of its tasks. (A
    shell starts what it puts in the background deaf to Ctrl-C itself.)"""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for ending in endings:
        signal.signal(ending, lambda *_: signal.raise_signal(signal.SIGINT))
