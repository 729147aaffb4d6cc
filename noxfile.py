"""The jobs of a developer: nox -s lint tests scalar unlocked sanitize stubs bench docs."""

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "tests", "stubs"]
CPP = ["*.h", "*.cpp", "*.cu", "*.cuh"]


PROJECT = nox.project.load_toml("pyproject.toml")
DEV, DOCS = (nox.project.dependency_groups(PROJECT, group) for group in ("dev", "docs"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
UNLOCKED = ("canvas", "compose", "label", "encode", "decode", "split", "stroke", "joint", "dilate")
EMULATED = {"MASKENGINE_EMULATION": "ON"}  # the GPU on the host, which the suite runs kernels on
TYPED = [need for name in ("io", "cli", "remote") for need in EXTRAS[name] if "[" not in need]


@nox.session
def lint(session):
    """Style and types; changes nothing."""
    session.install(*DEV, "numpy", "hypothesis", *TYPED)  # whose types the package uses
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    files = session.run("git", "ls-files", *CPP, external=True, silent=True).split()
    session.run("clang-format", "--dry-run", "-Werror", *files)


@nox.session
def tests(session):
    """The whole suite on the installed package."""
    session.install(".[test]", env=EMULATED)
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def scalar(session):
    """The suite with the lowest CPU level and one thread in force."""
    session.install(".[test]", env=EMULATED)
    level = {"MASKENGINE_LEVEL": "scalar", "MASKENGINE_THREADS": "1"}
    session.run("python", "-m", "pytest", *session.posargs, env=level)


@nox.session(python=["3.13t", "3.14t"])
def unlocked(session):
    """The operations without the global lock: each test alone, then from four threads at once."""
    session.install("pytest", "pytest-run-parallel", "hypothesis<6.140", "scipy", "pillow", ".")
    files = session.posargs or [f"tests/test_{name}.py" for name in ("threads", *UNLOCKED)]
    run = ("python", "-X", "gil=0", "-m", "pytest", "-q")
    session.run(*run, *files)
    # a test that sets the number of threads of the process measures those of the others
    session.run(*run, "--parallel-threads=4", "-k", "not share_the_work", *files)


@nox.session(venv_backend="none")
@nox.parametrize("preset", ["asan", "tsan"])
def sanitize(session, preset):
    """The C++ tests under the address, undefined-behaviour and thread sanitizers."""
    session.run("cmake", "--preset", preset)
    session.run("cmake", "--build", "--preset", preset)
    session.run("ctest", "--test-dir", f"build/{preset}", "--output-on-failure")


@nox.session
def stubs(session):
    """Compare the stored stubs with the built modules; `-- --write` stores them."""
    session.install(".", *DEV)
    session.run("python", "tests/stubs.py", *(session.posargs or ["--check"]))


@nox.session
def bench(session):
    """Our numbers beside the peers'."""
    session.install(".[bench]")
    session.run("python", "bench/run.py", *session.posargs)


@nox.session
def docs(session):
    """Build the site into build/site; `-- --examples` runs every example of its pages, too."""
    session.install(".[test]", *DOCS, env=EMULATED)
    command = ["mkdocs", "build", "--strict", "--quiet", "-f", "docs/site/mkdocs.yml"]
    session.run(*command, env={"NO_MKDOCS_2_WARNING": "1"})
    if "--examples" in session.posargs:
        session.run("python", "-m", "pytest", "tests/test_readme.py", "tests/test_docs_site.py")
