#!/usr/bin/env bash
# A real S3 store for tests: one Ceph monitor, manager, object store and gateway in one folder, as root.
#   ceph-rgw.sh start FOLDER PORT   prints S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY, S3_BUCKET, S3_REGION as NAME=value
#   ceph-rgw.sh stop FOLDER
# Needs ceph-mon ceph-mgr ceph-osd radosgw. Cephx stays on: without it the gateway hangs. About 440 MB of memory.
set -euo pipefail

action="${1:?start or stop}"
folder="$(mkdir -p "${2:?folder}" && cd "$2" && pwd)"
conf="$folder/ceph.conf"

if [ "$action" = stop ]; then
  # Gateway first, monitor last; only processes that this folder's pid files name.
  for name in rgw osd mgr mon; do
    file="$folder/$name.pid"
    [ -f "$file" ] && kill "$(cat "$file")" 2>/dev/null || true
    rm -f "$file"
  done
  exit 0
fi

port="${3:?port}"
mon_port="$((port + 1))"
access=xinbiao-test
secret="$(head -c 18 /dev/urandom | base64 | tr -d '/+=')"
fsid="$(cat /proc/sys/kernel/random/uuid)"
mkdir -p "$folder"/{mon,mgr,osd,rgw,run}

cat > "$conf" <<CONF
[global]
fsid = $fsid
mon_host = [v2:127.0.0.1:$mon_port]
ms_bind_msgr1 = false
public_addr = 127.0.0.1
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = $folder/keyring
run_dir = $folder/run
admin_socket = $folder/run/\$name.asok
log_file = $folder/\$name.log
pid_file = $folder/run/\$name.pid
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
osd_objectstore = memstore
memstore_device_bytes = 2147483648
mon_data = $folder/mon
mgr_data = $folder/mgr
osd_data = $folder/osd
rgw_data = $folder/rgw
rgw_frontends = beast endpoint=127.0.0.1:$port
rgw_enable_usage_log = false
rgw_enable_ops_log = false
rgw_run_sync_thread = false
rgw_gc_max_objs = 1
rgw_lc_max_objs = 1
mgr_initial_modules =
CONF

ceph-authtool --create-keyring "$folder/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool "$folder/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
ceph-authtool "$folder/keyring" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx' --cap mgr 'allow rw' >/dev/null
ceph-authtool "$folder/keyring" --gen-key -n mgr.x --cap mon 'allow profile mgr' --cap osd 'allow *' >/dev/null
ceph-authtool "$folder/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd' >/dev/null

monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon_port]" "$folder/monmap" >/dev/null
ceph-mon -c "$conf" --mkfs -i a --monmap "$folder/monmap" --keyring "$folder/keyring"

daemon() { # NAME PROGRAM ARGS…
  local name="$1"
  shift
  setsid "$@" >"$folder/$name.out" 2>&1 </dev/null &
  echo "$!" > "$folder/$name.pid"
}
wait_for() { # WHAT COMMAND…
  local what="$1"
  shift
  for _ in $(seq 1 240); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.25
  done
  echo "ceph-rgw: $what did not come up; see $folder" >&2
  return 1
}

daemon mon ceph-mon -c "$conf" -i a -f
wait_for monitor ceph -c "$conf" --connect-timeout 2 mon stat
daemon mgr ceph-mgr -c "$conf" -i x -f
osd_uuid="$(cat /proc/sys/kernel/random/uuid)"
ceph -c "$conf" osd new "$osd_uuid" 0 >/dev/null
ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd_uuid" >"$folder/mkfs.out" 2>&1
daemon osd ceph-osd -c "$conf" -i 0 -f
wait_for "object store" sh -c "ceph -c '$conf' osd stat | grep -q '1 up'"
daemon rgw radosgw -c "$conf" -n client.rgw -f
wait_for gateway curl -sf "http://127.0.0.1:$port/"
radosgw-admin -c "$conf" user create --uid=test --display-name=test --access-key="$access" --secret-key="$secret" >/dev/null 2>"$folder/user.err"

echo "S3_ENDPOINT=http://127.0.0.1:$port"
echo "S3_ACCESS_KEY=$access"
echo "S3_SECRET_KEY=$secret"
echo "S3_BUCKET=xinbiao-test"
echo "S3_REGION=default"
