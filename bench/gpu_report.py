"""What bench/gpu_check.sh found, as JSON: also where a step failed, or was stopped.

Run: python bench/gpu_report.py FOLDER [FOLDER for results]

FOLDER holds what the steps left: `steps`, a line `name=value` for each; gpu_tests.xml, of pytest;
throughput.json. What is missing is None.
"""

import json
import re
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path


def read_steps(path):
    """Give what each step noted: numbers where they are some."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = [line.split("=", 1) for line in lines if "=" in line]
    return {name: int(value) if value.isdecimal() else value for name, value in pairs}


def read_tests(path):
    """Count tests; name those that failed, and why others were skipped."""
    try:
        suite = ET.parse(path).getroot().find("testsuite")  # noqa: S314 - pytest wrote it
    except (OSError, ET.ParseError):
        return None
    found = {key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")}
    cases = [(case, child) for case in suite.iter("testcase") for child in case]
    found["failed"] = [
        f"{case.get('classname')}::{case.get('name')}: {child.get('message', '')[:300]}"
        for case, child in cases
        if child.tag in {"failure", "error"}
    ]
    reasons = {child.get("message", "") for _, child in cases if child.tag == "skipped"}
    found["skipped_as"] = sorted(reasons)
    return found


def read_json(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def installed():
    """Name the device and the version, or say why there is none."""
    try:
        import maskengine as me
    except ImportError as error:
        return f"unavailable: maskengine does not import ({error})", None
    return me.devices()["cuda"], me.__version__


def main():
    out = Path(sys.argv[1])
    results = Path(sys.argv[2] if len(sys.argv) > 2 else "bench/results")
    device, version = installed()
    report = {"device": device, "version": version, "steps": read_steps(out / "steps")}
    report["tests"] = read_tests(out / "gpu_tests.xml")
    report["throughput"] = read_json(out / "throughput.json")
    text = json.dumps(report, indent=2) + "\n"
    name = re.sub(r"[^a-z0-9]+", "-", device.split(",")[0].lower().removeprefix("nvidia "))
    name = f"{time.strftime('%Y-%m-%d')}-{name.strip('-')[:40]}.json"
    (out / name).write_text(text)
    if results.is_dir() and not device.startswith("unavailable"):
        (results / name).write_text(text)
    print(text)


if __name__ == "__main__":
    main()
