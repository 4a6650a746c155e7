#!/usr/bin/env bash
# container.sh FOLDER PACKAGE SCRIPT: boots a container with systemd, whose files are those of this machine, and runs a
# script there. Its changes are in memory only. Writes what the script prints to FOLDER/report.
set -euo pipefail
folder=$1 package=$2 script=$3
mount -t tmpfs none "$folder"
mkdir "$folder"/{changes,work,root}
root=$folder/root
mount -t overlay none -o "lowerdir=/,upperdir=$folder/changes,workdir=$folder/work" "$root"
cp "$package" "$root/heddle.deb"
cp "$script" "$root/inside.sh"
# Of the machine's own services none starts. Containers often have a policy that no service starts at all.
rm -rf "$root"/etc/systemd/system/* "$root/usr/sbin/policy-rc.d" "$root/etc/machine-id" "$root"/var/lib/heddle \
  "$root"/var/lib/private/heddle
dpkg --root="$root" --force-all -P heddle >/dev/null 2>&1 || true
systemd-id128 new >"$root/etc/machine-id"
cat >"$root/etc/systemd/system/inside.service" <<'U'
[Unit]
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/bash -c '/bin/bash /inside.sh >/report 2>&1'
ExecStopPost=/bin/systemctl poweroff --no-block --force
U
timeout -s KILL 300 systemd-nspawn --register=no --keep-unit --quiet --private-network -D "$root" \
  --boot systemd.unit=inside.service >"$folder/boot" 2>&1 </dev/null || true
cat "$root/report" 2>/dev/null || tail -20 "$folder/boot"
