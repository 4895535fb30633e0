#!/bin/sh
# Sets up the media server (Janus) and the relay (coturn) of calls on Debian 12 or newer, on the machine where the program runs. Run it as
# root, again after every change of the settings; what has not changed is left alone.
#
#   deploy/calls/set-up.sh SETTINGS ADDRESS [PUBLIC_ADDRESS]
#
# SETTINGS: the file with the program's settings, a line each: TURN_URL, TURN_SECRET, JANUS_URL, JANUS_SECRET.
# ADDRESS: the address of this machine. PUBLIC_ADDRESS: the one under which devices outside see it, where a router stands before it.
# TLS_CERTIFICATE and TLS_KEY: files, where TURN_URL names a turns: address. ROOT: a folder to write into instead of the machine; then
# nothing is installed or started.
set -eu

here=$(dirname "$(readlink -f "$0")")
root=${ROOT:-}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

[ $# -ge 2 ] || fail "Usage: $0 SETTINGS ADDRESS [PUBLIC_ADDRESS]"
settings=$1
address=$2
public=${3:-}
[ -r "$settings" ] || fail "$settings: cannot be read"
[ -n "$root" ] || [ "$(id -u)" = 0 ] || fail 'Run this as root.'

# Line by line instead of by the shell, so that nothing in it is run.
while IFS='=' read -r name value || [ -n "$name" ]; do
  case $name in
    TURN_URL | TURN_SECRET | JANUS_URL | JANUS_SECRET) export "$name=$value" ;;
  esac
done <"$settings"

draft=$(mktemp -d)
trap 'rm -rf "$draft"' EXIT

set -- --address "$address"
[ -z "$public" ] || set -- "$@" --public-address "$public"
"$here/../../bin/nharong" calls janus-config "$draft/janus" "$@" >/dev/null
[ -z "${TLS_CERTIFICATE:-}" ] || set -- "$@" --certificate "$TLS_CERTIFICATE" --key "$TLS_KEY"
"$here/../../bin/nharong" calls turn-config "$draft/coturn" "$@" >/dev/null

if [ -z "$root" ]; then
  export DEBIAN_FRONTEND=noninteractive
  if ! dpkg-query -W -f='${db:Status-Status}' janus coturn 2>/dev/null | grep -q '^installedinstalled$'; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends janus coturn
  fi
  # Debian runs Janus as root, who owns the whole machine.
  id janus >/dev/null 2>&1 || useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin janus
fi

# Puts a file in its place where it is another; remembers whose.
changed=' '
put() {
  service=$1 from=$2 to=$root$3 group=$4 mode=$5
  mkdir -p "$(dirname "$to")"
  if ! cmp -s "$from" "$to"; then
    cp "$from" "$to.new"
    chmod "$mode" "$to.new"
    [ -n "$root" ] || chown "root:$group" "$to.new"
    mv "$to.new" "$to"
    changed="$changed$service "
  fi
}

for file in janus.jcfg janus.transport.websockets.jcfg janus.plugin.videoroom.jcfg; do
  put janus "$draft/janus/$file" "/etc/nharong/janus/$file" janus 0640
done
put janus "$here/janus.service.conf" /etc/systemd/system/janus.service.d/nharong.conf root 0644
put coturn "$draft/coturn/turnserver.conf" /etc/turnserver.conf turnserver 0640
put coturn "$here/coturn.service.conf" /etc/systemd/system/coturn.service.d/nharong.conf root 0644

for service in janus coturn; do
  case $changed in
    *" $service "*) echo "$service: new settings" ;;
    *) echo "$service: nothing new" ;;
  esac
done
[ -z "$root" ] || exit 0

systemctl daemon-reload
systemctl enable --quiet janus coturn
for service in janus coturn; do
  case $changed in
    *" $service "*) systemctl restart "$service" ;;
    *) systemctl start "$service" ;;
  esac
done
exec "$here/../../bin/nharong" calls check
