#!/usr/bin/env bash
# Builds the Dockerfile and runs docker-compose.yml for real, without a registry: a base image made
# by debootstrap, stand-ins for the images of MySQL and Redis, a Docker daemon of its own that is
# stopped at the end. What it makes is kept below $REPLIKEY_SERVERS/docker and used again.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
store=${REPLIKEY_SERVERS:-/var/lib/replikey-servers}/docker
mirror=${REPLIKEY_MIRROR:-}  # another than the one debootstrap knows
suite=${REPLIKEY_DOCKER_SUITE:-trixie}
base=debian:$suite-slim
run=/run/replikey-docker-test
size_limit_mb=30  # above the base image

say() { printf '%s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
skip() {
  [[ ${CI:-} == true ]] && fail "$*"
  say "SKIPPED: $*"
  exit 77
}

[[ $EUID -eq 0 ]] || skip "must run as root (it starts a Docker daemon)"
for tool in docker dockerd debootstrap; do
  command -v $tool >/dev/null || skip "$tool is not installed (packages docker.io, debootstrap)"
done
if docker compose version >/dev/null 2>&1; then
  compose_tool=(docker compose)
elif command -v docker-compose >/dev/null; then
  compose_tool=(docker-compose)
else
  skip "neither 'docker compose' nor docker-compose is installed (package docker-compose)"
fi

mkdir -p "$store" "$run"
exec 9>"$store/lock"
flock -w 600 9 || fail "another run has held $store/lock for ten minutes"

# --- a daemon of our own -------------------------------------------------------------------------
export DOCKER_HOST=unix://$run/docker.sock
unset DOCKER_CONTEXT
dockerd --data-root "$store/data" --exec-root "$run/exec" --pidfile "$run/docker.pid" \
  --host "$DOCKER_HOST" >"$store/dockerd.log" 2>&1 9>&- &
daemon=$!

project=replikey-test
compose() { "${compose_tool[@]}" -p $project -f "$source_dir/docker-compose.yml" "$@"; }
finish() {
  local status=$?
  trap - EXIT
  if kill -0 "$daemon" 2>/dev/null; then
    if ((status != 0)); then
      compose logs --tail 60 2>&1 || true
    fi
    compose down --volumes --timeout 20 >/dev/null 2>&1 || true
    kill "$daemon"
    wait "$daemon" || true
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# wait_for SECONDS WHAT COMMAND…
wait_for() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    kill -0 "$daemon" 2>/dev/null || fail "the Docker daemon ended: $(tail -n 3 "$store/dockerd.log")"
    ((SECONDS < end)) || fail "waited too long for $what"
    sleep 0.3
  done
}
wait_for 60 "the Docker daemon" docker version

# --- the base image ------------------------------------------------------------------------------
archive=$store/$suite.tar
if [[ ! -f $archive ]]; then
  say "making $base with debootstrap"
  rm -rf "$store/root"
  debootstrap --variant=minbase "$suite" "$store/root" ${mirror:+"$mirror"} >"$store/debootstrap.log" ||
    skip "debootstrap cannot reach its mirror"
  rm -rf "$store"/root/var/cache/apt/archives/*.deb "$store"/root/var/lib/apt/lists/* \
    "$store"/root/usr/share/{doc,man,locale}/*
  tar -C "$store/root" -cf "$archive.new" .
  mv "$archive.new" "$archive"
  rm -rf "$store/root"
fi
docker image inspect "$base" >/dev/null 2>&1 || docker import "$archive" "$base" >/dev/null

build() {  # build TAG ARGUMENT…: quiet unless it fails
  local tag=$1
  shift
  say "building $tag"
  docker build --build-arg BASE="$base" --tag "$tag" "$@" >"$store/build.log" 2>&1 ||
    { tail -n 40 "$store/build.log"; fail "docker build of $tag"; }
}

# --- the image -----------------------------------------------------------------------------------
build replikey "$source_dir"
version=$(docker run --rm replikey --version)
say "$version"
grep -q "$(sed -n 's/^project(replikey VERSION \([0-9.]*\).*/\1/p' "$source_dir/CMakeLists.txt")" <<<"$version" ||
  fail "the image's --version does not name the version of the project"
user=$(docker run --rm --entrypoint id replikey -u)
[[ $user -ne 0 ]] || fail "the container runs as root"
missing=$(docker run --rm --entrypoint ldd replikey /usr/bin/replikey | grep 'not found' || true)
[[ -z $missing ]] || fail "libraries are missing from the image: $missing"
status=0
docker run --rm replikey >/dev/null 2>&1 || status=$?
[[ $status -eq 78 ]] || fail "without a configuration the container exits with $status, not 78"
size() { docker image inspect --format '{{.Size}}' "$1"; }
added=$((($(size replikey) - $(size "$base")) / 1000000))
say "user $user, $(($(size replikey) / 1000000)) MB, of which $added MB above $base"
((added <= size_limit_mb)) || fail "the image adds $added MB to its base; $size_limit_mb are allowed"

# --- docker-compose.yml --------------------------------------------------------------------------
build mysql:8.4 --target mysql "$source_dir/tests/packaging/standin"
build redis:8 --target redis "$source_dir/tests/packaging/standin"
export BASE=$base
unset MYSQL_ROOT_PASSWORD MYSQL_PASSWORD

container() { compose ps -q "$1"; }
health() { docker inspect --format '{{.State.Health.Status}}' "$(container "$1")"; }
is_healthy() { [[ $(health "$1") == healthy ]]; }
sql() { compose exec -T -e MYSQL_PWD=root mysql mysql -uroot shop -e "$1"; }
key() { compose exec -T redis redis-cli --raw get article:article_id_1; }
key_has() { grep -qF "$1" < <(key); }
key_is_gone() { [[ $(compose exec -T redis redis-cli exists article:article_id_1 | tr -d '\r') == 0 ]]; }

compose down --volumes >/dev/null 2>&1 || true
say "docker compose up"
compose up --detach >"$store/compose.log" 2>&1 || { cat "$store/compose.log"; fail "docker compose up"; }
for service in mysql redis replikey; do
  wait_for 120 "$service to be healthy" is_healthy $service
done

sql "INSERT INTO article (title, author, status, price, tags) VALUES ('Hello', 'Ann', 'published', 9.50, '[1, 2]')"
wait_for 20 "the inserted row" key_has '"title":"Hello"'
say "$(key)"
sql "UPDATE article SET title = 'Hello again'"
wait_for 20 "the changed row" key_has '"title":"Hello again"'
compose restart --timeout 20 replikey >/dev/null 2>&1
sql "UPDATE article SET views = 7"
wait_for 60 "a change after a restart" key_has '"views":7'
sql "DELETE FROM article"
wait_for 20 "the deleted row" key_is_gone

id=$(container replikey)
compose stop --timeout 20 replikey >/dev/null 2>&1
code=$(docker inspect --format '{{.State.ExitCode}}' "$id")
[[ $code -eq 0 ]] || fail "stopped, replikey exits with $code"
say "ok: image and compose file work"
