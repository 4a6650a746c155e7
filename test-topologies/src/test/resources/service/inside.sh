#!/usr/bin/env bash
# Installs, upgrades, and removes the Debian package on a machine that systemd runs. ServiceTest starts it in a container.
# Prints a line for each check: "ok" or "failed".
export DEBIAN_FRONTEND=noninteractive
deb=/heddle.deb

check() {
  local name=$1 out
  shift
  if out=$(eval "$*" 2>&1); then echo "ok: $name"; else echo "failed: $name: $* printed: $out"; fi
}

ready() {
  for _ in $(seq 100); do
    heddle --api unix:/run/heddle/api.sock status >/dev/null 2>&1 && return
    sleep 0.3
  done
  journalctl -u heddle --no-pager | tail -20
  return 1
}

as() { su "$1" -c "$2"; }

# The package as it was before it had a socket: its dynamic user and group are called heddle. Older, too: its version.
older() {
  dpkg-deb -R "$deb" /older
  sed -i 's/^Version: .*/Version: 0.0.1/' /older/DEBIAN/control
  sed -i -e '/^User=/d; /^Group=/d; /^RuntimeDirectory/d; s/^PrivateUsers=no/PrivateUsers=yes/' \
    -e 's|^ExecStart=.*|& --api-socket none|' /older/lib/systemd/system/heddle.service
  sed -i '/groupadd --system heddle$/d' /older/DEBIAN/postinst
  dpkg-deb -Znone -b /older /older.deb
}

files() {
  check "$1: the socket is for the group heddle" \
    '[ "$(stat -c "%A %G" /run/heddle/api.sock)" = "srw-rw---- heddle" ]'
  check "$1: the folder of the socket is for the group" '[ "$(stat -c "%a %G" /run/heddle)" = "750 heddle" ]'
  check "$1: the state is for the service alone" \
    '[ "$(stat -c %a /var/lib/private/heddle)" = 700 ] && ! as bob "ls /var/lib/heddle/"'
  check "$1: one owner" \
    '[ "$(stat -c %u /run/heddle/api.sock)" = "$(stat -c %u /var/lib/private/heddle/versions)" ]'
  check "$1: a member of the group is an admin" 'as alice "heddle token list"'
  check "$1: others are not" '! as bob "heddle --api unix:/run/heddle/api.sock status"'
}

useradd -m alice
useradd -m bob
check "the older package can be made" older
check "it can be installed" dpkg -i /older.deb
check "it runs" 'sleep 5; systemctl is-active heddle && curl -sf http://127.0.0.1:8080/health/live'
check "its group is dynamic" '! getent -s files group heddle && getent group heddle'
printf 'heddle: v1\nnetworks: {red: {vlan: 200}}\n' >/tmp/network.yaml
check "it takes a network" 'heddle apply /tmp/network.yaml'

check "an upgrade works" dpkg -i "$deb"
check "it makes a group that stays" getent -s files group heddle
usermod -aG heddle alice
check "the service runs after the upgrade" ready
files "after the upgrade"
check "the network is still there" 'as alice "heddle history" | grep -q "^ *1 "'

check "it restarts" 'systemctl restart heddle && ready'
pid=$(systemctl show -p MainPID --value heddle)
check "no capabilities" '[ "$(grep -c "^Cap...:[[:space:]]*0000000000000000$" /proc/$pid/status)" = 5 ]'
check "no new privileges, and a filter" 'grep -q "^NoNewPrivs:.1" /proc/$pid/status && grep -q "^Seccomp:.2" /proc/$pid/status'
check "exposure below 2.0 of 10" 'systemd-analyze security --threshold=20 --no-pager heddle.service | tail -3'
check "it comes again after SIGKILL" \
  'systemctl kill -s KILL heddle && sleep 3 && [ "$(systemctl show -p MainPID --value heddle)" != $pid ] && ready'
files "after SIGKILL"

check "who disables it" 'systemctl disable --now heddle'
check "and upgrades" 'dpkg -i "$deb"'
check "has it disabled" '! systemctl is-enabled heddle && ! systemctl is-active heddle'
check "who enables it again" 'systemctl enable --now heddle && ready'

check "it can be removed" dpkg -r heddle
check "then it is stopped, and its socket gone" '! systemctl is-active heddle && [ ! -e /run/heddle ]'
check "its state stays" '[ -d /var/lib/private/heddle/versions ]'
check "it can be installed again" 'dpkg -i "$deb" && ready'
check "with its state" 'as alice "heddle history" | grep -q "^ *1 "'
check "it can be purged" dpkg -P heddle
check "then nothing is left" '[ ! -e /run/heddle ] && [ ! -e /var/lib/private/heddle ] && [ ! -e /etc/heddle ]'
echo done
