# Debian packages; sourced. `install_packages NAME…` does nothing, quickly, when all are there.
# shellcheck shell=bash disable=SC2034

readonly build_packages=(
  g++ cmake ninja-build pkg-config ccache git python3 libmariadb-dev libhiredis-dev libspdlog-dev
  libyaml-cpp-dev libgtest-dev libgmock-dev libcli11-dev nlohmann-json3-dev zlib1g-dev libssl-dev
  libxxhash-dev tzdata
)
readonly server_packages=(mariadb-server mariadb-client redis-server redis-tools)
readonly check_packages=(
  clang clang-tidy clang-format libclang-rt-14-dev redis-sentinel debootstrap ca-certificates
  openssl rsync systemd
)

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing_packages() {
  local package
  for package in "$@"; do
    is_installed "$package" || printf '%s\n' "$package"
  done
}

readonly policy_file=/usr/sbin/policy-rc.d
readonly policy_mark='# replikey: no service starts while packages are installed'

apt_install_now() (
  export DEBIAN_FRONTEND=noninteractive
  # Packages of servers start them on installation; here nothing may start by itself. Somebody
  # else's policy stays as it is; one of ours that an interrupted run left is taken over.
  if [[ ! -e $policy_file ]] || grep -qxF "$policy_mark" "$policy_file"; then
    trap 'rm -f "$policy_file"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >"$policy_file"
    chmod 755 "$policy_file"
  fi
  # One broken foreign source must not end it: what counts is whether the packages install.
  apt-get -q update || say "apt-get update had errors; going on"
  apt-get -q install -y --no-install-recommends "$@"
)

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return 0
  heading "Installing ${missing[*]}"
  require_root
  with_lock packages apt_install_now "${missing[@]}"
}
