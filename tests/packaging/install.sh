#!/usr/bin/env bash
# install.sh CMAKE BUILD_DIR VERSION: installs a build into an empty prefix and judges what is there.
set -euo pipefail
cmake=$1 build=$2 version=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
check() {  # check WHAT COMMAND…
  local what=$1
  shift
  if "$@"; then
    echo "ok: $what"
  else
    echo "FAILED: $what"
    failures=$((failures + 1))
  fi
}

# As `cmake --install --prefix` does it, into a prefix chosen only now.
prefix=$work/prefix
"$cmake" --install "$build" --prefix "$prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
unit=$prefix/lib/systemd/system/replikey.service
version_line=$("$prefix/bin/replikey" --version) || true
check "replikey --version names $version" grep -qF "$version" <<<"$version_line"
check "the unit is there" test -f "$unit"
check "the unit starts the installed program" \
  grep -qxF "ExecStart=$prefix/bin/replikey --config $prefix/etc/replikey/replikey.yaml" "$unit"
check "the unit is fully configured" bash -c '! grep -n "@[A-Z_]*@" "$1"' - "$unit"
check "the example configuration is there" test -f "$prefix/etc/replikey/replikey.example.yaml"
for document in LICENSE README.md CHANGELOG.md CONFIG.md; do
  check "$document is there" test -f "$prefix/share/doc/replikey/$document"
done
check "nothing for developers is installed" test ! -e "$prefix/include"

# As a package is made: for /usr, staged elsewhere.
stage=$work/stage
DESTDIR=$stage "$cmake" --install "$build" --prefix /usr >"$work/install.log" || { cat "$work/install.log"; exit 1; }
check "a package's unit names the final paths" \
  grep -qxF "ExecStart=/usr/bin/replikey --config /etc/replikey/replikey.yaml" "$stage/usr/lib/systemd/system/replikey.service"
check "a package's configuration is in /etc" test -f "$stage/etc/replikey/replikey.example.yaml"

if command -v systemd-analyze >/dev/null; then
  complaints=$(systemd-analyze verify --recursive-errors=no "$unit" 2>&1) && clean=yes || clean=no
  check "systemd-analyze verify is content" test "$clean" = yes
  check "systemd-analyze verify is silent: $complaints" test -z "$(grep -F replikey <<<"$complaints")"
  # --threshold counts in tenths and allows equality: 19 is below 2.0.
  check "systemd-analyze security is below 2.0" \
    bash -c 'systemd-analyze security --offline=true --threshold=19 "$1" | tail -n 1' - "$unit"
elif [[ ${CI:-} == true ]]; then
  check "systemd-analyze is installed (package systemd)" false
else
  echo "SKIPPED: systemd-analyze is not installed (package systemd)"
  exit $((failures > 0 ? 1 : 77))
fi
exit $((failures > 0))
