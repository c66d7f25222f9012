# Shared by the scripts of this folder; sourced, never run.
# shellcheck shell=bash

readonly REPLIKEY_SERVERS="${REPLIKEY_SERVERS:-/var/lib/replikey-servers}"
readonly REPLIKEY_SID="${REPLIKEY_SID:-$REPLIKEY_SERVERS/sid}"
export REPLIKEY_SERVERS REPLIKEY_SID

if [[ -t 1 ]]; then
  readonly bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  readonly bold='' dim='' red='' green='' plain=''
fi

say() { printf '%s\n' "$@"; }  # every argument on a line of its own
heading() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
fail() {
  printf '%s%s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}
require_root() { [[ $EUID -eq 0 ]] || fail "This must run as root (it installs packages): sudo $0"; }

# with_lock NAME COMMAND…: one such command at a time on this machine.
with_lock() {
  local name=$1
  shift
  mkdir -p "$REPLIKEY_SERVERS"
  (
    exec {lock}>"$REPLIKEY_SERVERS/.$name.lock"
    flock -w 1800 "$lock" || fail "another '$name' has been running for half an hour"
    # Not handed down, so that no child can keep the lock after us.
    "$@" {lock}>&-
  )
}
