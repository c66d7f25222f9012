#!/usr/bin/env python3
"""Fails when an #include climbs: every module may include only the modules listed for it.

Usage: check_floors.py SOURCE_ROOT [--dot | --path]
  --dot   prints the includes found, as Graphviz
  --path  prints the table below without the edges other edges already imply
"""
import pathlib
import re
import sys

# Bottom first. A module may include itself and what is listed; nothing else.
FLOORS = {
    "base":       set(),
    "model":      {"base"},
    "telemetry":  {"base"},
    "mysql":      {"base", "model"},
    "redis":      {"base"},
    "source":     {"base", "model", "telemetry", "mysql"},
    "catalog":    {"base", "model", "telemetry", "mysql"},
    "decode":     {"base", "model"},
    "value":      {"base", "model", "decode"},
    "route":      {"base", "model", "decode", "value"},
    "render":     {"base", "model", "decode", "value", "route"},
    "queue":      {"base"},
    "checkpoint": {"base", "model", "telemetry", "redis"},
    "write":      {"base", "model", "telemetry", "redis", "decode", "queue", "route", "render", "checkpoint"},
    "pipeline":   {"base", "model", "telemetry", "mysql", "redis", "catalog", "source", "decode", "value", "route", "render",
                   "queue", "checkpoint", "write"},
    "config":     {"base", "model", "telemetry", "mysql", "redis", "catalog", "source", "value", "route", "render", "checkpoint",
                   "write", "pipeline"},
    "app":        {"base", "model", "telemetry", "mysql", "redis", "catalog", "source", "decode", "value", "route", "render",
                   "queue", "checkpoint", "write", "pipeline", "config"},
}
# A third-party header is welcome under one module's src/ folder and nowhere else.
OWNERS = {
    r"^(mysql\.h|mariadb_rpl\.h|errmsg\.h|mysqld_error\.h|mysql/|mariadb/)": "mysql",
    r"^hiredis/": "redis",
    r"^(spdlog|fmt)/": "telemetry",
    r"^yaml-cpp/": "config",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    project = next(p.name for p in (root / "include").iterdir() if p.is_dir())
    edges, faults = set(), []
    order = list(FLOORS)
    for module, allowed in FLOORS.items():
        faults += [f"FLOORS: {module} lists {up}, which stands above it" for up in allowed
                   if order.index(up) >= order.index(module)]
    for base in (root / "include" / project, root / "src"):
        for path in sorted(base.rglob("*")):
            if path.suffix not in {".hpp", ".cpp"}:
                continue
            module = path.relative_to(base).parts[0]
            if module not in FLOORS:
                faults.append(f"{path}: module '{module}' has no floor")
                continue
            for style, target in INCLUDE.findall(path.read_text(encoding="utf-8")):
                if target.startswith(project + "/"):
                    other = target.split("/")[1]
                    if style != '"':
                        faults.append(f'{path}: write "{target}" with quotes')
                    if other != module:
                        edges.add((module, other))
                        if other not in FLOORS[module]:
                            faults.append(f"{path}: {module} may not include {other} ({target})")
                for pattern, owner in OWNERS.items():
                    if re.match(pattern, target) and (module != owner or base.name == project):
                        faults.append(f"{path}: <{target}> belongs under src/{owner}/ only")
    if "--dot" in sys.argv:
        print("digraph { rankdir=BT;")
        for a, b in sorted(edges):
            print(f'  "{a}" -> "{b}";')
        print("}")
    if "--path" in sys.argv:
        def reach(module):
            return set().union(*({m} | reach(m) for m in FLOORS[module])) if FLOORS[module] else set()
        for module in reversed(order):
            below = FLOORS[module]
            direct = [m for m in below if not any(m in reach(n) for n in below - {m})]
            print(f"{module:<11} -> {', '.join(sorted(direct, key=order.index, reverse=True)) or '(std only)'}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
