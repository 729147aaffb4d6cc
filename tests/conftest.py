"""Finds cases/*.py, so that an operation brings its tests by being there."""

import importlib.util
import os
import signal
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import maskengine as me
from devices import DEVICES
from maskengine.testing import emulation
from maskengine.testing.cases import Case

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell starts what runs in the background so, and every command that a test interrupts too
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "default",
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("quick", settings.get_profile("default"), max_examples=8)
settings.register_profile("sanitizer", settings.get_profile("default"), max_examples=3)
settings.register_profile("long", settings.get_profile("default"), max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

CASES_DIR = Path(__file__).parent / "cases"


def load_cases() -> list[Case]:
    cases = []
    for path in sorted(CASES_DIR.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"maskengine_case_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        cases += module.CASES
    return cases


CASES = load_cases()


def pytest_generate_tests(metafunc):
    names = metafunc.fixturenames
    if "case" in names and "law" in names:
        pairs = [(c, law) for c in CASES for law in c.laws]
        ids = [f"{c.name}-{law}" for c, law in pairs]
        metafunc.parametrize(("case", "law"), pairs, ids=ids)
    elif "case" in names and "peer" in names:
        pairs = [(c, peer) for c in CASES for peer in c.peers]
        ids = [f"{c.name}-{peer}" for c, peer in pairs]
        metafunc.parametrize(("case", "peer"), pairs, ids=ids)
    elif "case" in names and "bad" in names:
        pairs = [(c, bad) for c in CASES for bad in c.hostile]
        ids = [f"{c.name}-{bad}" for c, bad in pairs]
        metafunc.parametrize(("case", "bad"), pairs, ids=ids)
    elif "case" in names and "device_name" in names:
        cases = [c for c in CASES if c.cuda is not None]
        metafunc.parametrize("case", cases, ids=[c.name for c in cases])
    elif "case" in names:
        metafunc.parametrize("case", CASES, ids=[c.name for c in CASES])
    if "device_name" in names:
        metafunc.parametrize("device_name", DEVICES)
    if "level" in names:
        metafunc.parametrize("level", me.cpu_levels())


def pytest_collection_modifyitems(items):
    status = me.devices()["cuda"]
    if status.startswith("unavailable: "):
        for item in items:
            if item.get_closest_marker("gpu"):
                item.add_marker(pytest.mark.skip(reason=f"no GPU: {status}"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    with emulated_gpu_or_skip():
        callspec = getattr(item, "callspec", None)
        if callspec is not None and callspec.params.get("device_name") in emulation.ORDERS:
            emulated_gpu()  # before hypothesis looks for the smallest example of its absence
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    with emulated_gpu_or_skip():
        return (yield)


@contextmanager
def emulated_gpu_or_skip():
    """Leave out what asks for the emulated GPU where this build has none."""
    try:
        yield
    except me.BackendUnavailable as error:
        if "_emulated" not in str(error.__cause__):
            raise
        pytest.skip(str(error))


@cache
def emulated_gpu():
    return emulation.EmulatedDevice("sequential")


@pytest.fixture
def data_dir() -> Path:
    return Path(__file__).parent / "data"
