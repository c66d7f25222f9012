#!/usr/bin/env python3
"""clang-tidy over every file of a compile_commands.json, skipping files of which nothing has
changed since they were found clean: neither they, nor what they include, nor the settings.

Usage: tidy.py SOURCE_DIR BUILD_DIR JOBS
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys


def settings_of(source, path):
    """All .clang-tidy files from the folder of the file up to the source folder."""
    return b"".join((folder / ".clang-tidy").read_bytes() for folder in path.parents
                    if folder.is_relative_to(source) and (folder / ".clang-tidy").exists())


def fingerprint(source, version, entry):
    command = [word for word in shlex.split(entry["command"]) if word != "-c"]
    if "-o" in command:
        at = command.index("-o")
        del command[at:at + 2]
    preprocessed = subprocess.run([*command, "-E", "-P", "-C"], cwd=entry["directory"], check=True,
                                  stdout=subprocess.PIPE).stdout
    parts = (version, settings_of(source, pathlib.Path(entry["file"])), preprocessed,
             entry["command"].encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def check(source, build, stamps, version, entry):
    """What clang-tidy complains about, empty when nothing."""
    stamp = stamps / fingerprint(source, version, entry)
    if stamp.exists():
        return ""
    done = subprocess.run(["clang-tidy", "-p", str(build), "--quiet", "--warnings-as-errors=*", entry["file"]],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        stamp.touch()
        return ""
    return done.stdout + done.stderr


def main():
    source, build = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    jobs = int(sys.argv[3])
    stamps = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "replikey-tidy"
    stamps.mkdir(parents=True, exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], check=True, stdout=subprocess.PIPE).stdout
    entries = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        # Once per file, though several targets may compile it; nothing that a build made.
        if not pathlib.Path(entry["file"]).is_relative_to(source / "build"):
            entries.setdefault(entry["file"], entry)
    faulty = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = {pool.submit(check, source, build, stamps, version, entry): file
                   for file, entry in entries.items()}
        for result in concurrent.futures.as_completed(results):
            if result.result():
                faulty += 1
                print(f"== {results[result]}\n{result.result()}", flush=True)
    print(f"clang-tidy: {len(entries)} files, {faulty} with faults")
    return 1 if faulty or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
