# The folder of Debian unstable: newer servers, Oracle's client library, a newer compiler; sourced.
# shellcheck shell=bash

# Another mirror than the one debootstrap knows, if any.
readonly sid_mirror="${REPLIKEY_MIRROR:-}"
readonly sid_packages=(
  mysql-server-core mysql-client-core redis-server redis-tools valkey-server
  g++ cmake ninja-build pkg-config ccache python3 libmysqlclient-dev libhiredis-dev libspdlog-dev
  libyaml-cpp-dev libgtest-dev libgmock-dev libcli11-dev nlohmann-json3-dev zlib1g-dev libssl-dev
  libxxhash-dev openssl tzdata
)
# MariaDB's packages conflict with MySQL's, so they are unpacked beside them, into $sid_mariadb.
readonly sid_mariadb_packages=(mariadb-server-core mariadb-server mariadb-client-core)
readonly sid_mariadb=/opt/mariadb
# Holds what was installed; written last, so a folder without it is half-made. Tests also know by
# it that they run inside the folder.
readonly sid_mark=.replikey-sid

sid_mount() {
  local root=$1
  mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
  mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
}

# Everything mounted below a folder, deepest first.
unmount_below() {
  local root target
  root=$(realpath -m "$1")
  while read -r target; do
    umount "$target"
  done < <(awk -v root="$root/" 'index($5, root) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
}

remove_sid() {
  local root=$1
  [[ -e $root ]] || return 0
  unmount_below "$root"
  rm -rf --one-file-system "$root"  # /dev is another file system: never followed into
}

sid_apt() {
  local root=$1
  shift
  chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"
}

sid_contents() { printf '%s\n' "${sid_packages[@]}" "${sid_mariadb_packages[@]}"; }

sid_unpack_mariadb() {
  local root=$1 folder=$1/tmp/mariadb-packages package
  local -a libraries
  rm -rf "$folder" "$root$sid_mariadb"
  mkdir -p "$folder" "$root$sid_mariadb"
  chroot "$root" sh -c 'cd /tmp/mariadb-packages && apt-get -q -o APT::Sandbox::User=root download "$@"' \
    download "${sid_mariadb_packages[@]}"
  for package in "$folder"/*.deb; do
    dpkg-deb -x "$package" "$root$sid_mariadb"
  done
  # The libraries that the server is linked to, out of what its package depends on.
  mapfile -t libraries < <(dpkg-deb -f "$folder"/mariadb-server-core_*.deb Depends |
    tr ',' '\n' | sed -E 's/^ +//; s/[ (|].*//' | grep '^lib')
  sid_apt "$root" install -y --no-install-recommends "${libraries[@]}"
  rm -rf "$folder"
}

sid_install() {
  local root=$1
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  # A mirror that lags behind will do for tests; signatures are still checked.
  printf 'Acquire::Check-Valid-Until "false";\n' >"$root/etc/apt/apt.conf.d/90replikey"
  sid_apt "$root" update
  sid_apt "$root" install -y --no-install-recommends "${sid_packages[@]}"
  sid_unpack_mariadb "$root"
  sid_apt "$root" clean
  chroot "$root" id mysql >/dev/null 2>&1 ||
    chroot "$root" useradd --system --user-group --no-create-home --shell /usr/sbin/nologin mysql
  sid_contents >"$root/$sid_mark"
}

sid_is_complete() {
  [[ -f $REPLIKEY_SID/$sid_mark ]] &&
    cmp -s "$REPLIKEY_SID/$sid_mark" <(sid_contents)
}

make_sid_now() {
  sid_is_complete && return 0  # made while we waited for the lock
  if [[ -f $REPLIKEY_SID/$sid_mark ]]; then
    heading "Completing Debian unstable in $REPLIKEY_SID"
    sid_mount "$REPLIKEY_SID"
    sid_install "$REPLIKEY_SID"
    return
  fi
  heading "Making Debian unstable in $REPLIKEY_SID (some minutes, 2 GB)"
  local fresh=$REPLIKEY_SID.new
  remove_sid "$fresh"
  remove_sid "$REPLIKEY_SID"
  mkdir -p "$(dirname "$REPLIKEY_SID")"
  debootstrap --variant=minbase sid "$fresh" ${sid_mirror:+"$sid_mirror"}
  sid_mount "$fresh"
  sid_install "$fresh"
  unmount_below "$fresh"
  mv -T "$fresh" "$REPLIKEY_SID"
}

setup_sid() {
  sid_is_complete || with_lock sid make_sid_now
  sid_mount "$REPLIKEY_SID"
}
