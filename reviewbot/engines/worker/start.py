"""Start a worker: a process that outlives its caller, and holds nothing of it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys

from reviewbot.engines.worker.place import Place

_START_SECONDS = 20.0
# The variables that a worker has. It lives on when the commit is done that it was started in:
# git's variables would name that commit's index, and keys in the environment are none of its own.
_KEPT = ("HOME", "PATH", "LANG", "USER", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME")
_KEPT_BEGINNINGS = (
    *("LC_", "XDG_", "DYLD_", "OMP_", "GGML_", "VK_"),
    *("CUDA_", "NVIDIA_", "HIP_", "HSA_", "ROCR_", "ROCM_", "ONEAPI_", "ZE_", "SYCL_"),
)


def start(place: Place) -> bool:
    """Start a worker where none is; it listens when this returns. False where there is one, or
    somebody starts it now.

    Raises OSError where it does not start. The lock goes over to the worker with the open file:
    there is no moment between in which another could be started, and it ends with the worker.
    """
    lock = os.open(place.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _start(place, lock)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def _start(place: Place, lock: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    log = os.open(place.log, flags, 0o600)
    try:
        # What is started binds the socket, leaves the worker behind and ends.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "reviewbot.engines.worker", str(place.folder), str(lock)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            pass_fds=(lock,),
            env=_environment(),
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(log)
    try:
        status = process.wait(_START_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    if status != 0:
        raise OSError(f"the worker did not start; see {place.log}")


def _environment() -> dict[str, str]:
    kept = (name for name in os.environ if name in _KEPT or name.startswith(_KEPT_BEGINNINGS))
    return {name: os.environ[name] for name in kept}
