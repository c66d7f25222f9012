#!/usr/bin/env python3
"""Writes the tests that ctest knows in a build folder as a CTestTestfile, so that the tests of
several builds can be run, and summed up, by one ctest.

Usage: collect_tests.py PREFIX BUILD_DIR [--chroot DIR] [-- CTEST_SELECTION...] > CTestTestfile.cmake
  PREFIX is put before the tests' names. With --chroot, build folder and tests are inside of DIR.
"""
import json
import subprocess
import sys

# Properties that name other tests, or things that tests of one build share.
PREFIXED = {"DEPENDS", "FIXTURES_REQUIRED", "FIXTURES_SETUP", "FIXTURES_CLEANUP"}
# What ctest says of a test but does not take as a property.
REPORT_ONLY = {"_BACKTRACE_TRIPLES"}


def quote(text):
    """A CMake bracket argument: nothing in it is expanded."""
    level = "="
    while f"]{level}]" in text:
        level += "="
    return f"[{level}[{text}]{level}]"


def plain_value(value):
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return str(value)


def in_chroot(root, working_dir, environment, command):
    return ["chroot", root, "env", "-C", working_dir, *environment, *command]


def main():
    arguments = sys.argv[1:]
    selection = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, selection = arguments[:at], arguments[at + 1:]
    prefix, build_dir, *rest = arguments
    root = rest[1] if rest[:1] == ["--chroot"] else None

    listing = ["ctest", "--test-dir", build_dir, "--show-only=json-v1", *selection]
    if root:
        listing = ["chroot", root, *listing]
    tests = json.loads(subprocess.run(listing, check=True, stdout=subprocess.PIPE).stdout)["tests"]
    if not tests:
        sys.exit(f"no tests in {build_dir} for {' '.join(selection)}")

    for test in tests:
        if "command" not in test:
            sys.exit(f"{build_dir}: {test['name']} has not been built")
        name, command = prefix + test["name"], test["command"]
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        if root:
            command = in_chroot(root, properties.pop("WORKING_DIRECTORY", "/"),
                                properties.pop("ENVIRONMENT", []), command)
        print(f"add_test({quote(name)} {' '.join(quote(word) for word in command)})")
        for key, value in properties.items():
            if key in REPORT_ONLY:
                continue
            if key in PREFIXED:
                value = [prefix + item for item in value]
            print(f"set_tests_properties({quote(name)} PROPERTIES {key} {quote(plain_value(value))})")


if __name__ == "__main__":
    main()
