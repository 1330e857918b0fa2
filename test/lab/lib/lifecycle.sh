# Bringing the whole lab up and down, and saying how it is.

lab_up() { # [N]
  local count=${1:-3} started=$SECONDS name names=(bastion)
  [[ $count =~ ^[1-9][0-9]?$ ]] || die 'lab up [N], N from 1 to 99'
  if [ -d "$LAB_DIR" ] && [ ! -e "$LAB_DIR/.lab" ] && [ -n "$(ls -A "$LAB_DIR")" ]; then
    die "$LAB_DIR exists and is no lab; choose another LAB_DIR"
  fi
  lock
  FRESH='' NEW_HOSTS=()
  [ -e "$LAB_DIR/settings" ] || FRESH=yes
  trap undo_up ERR EXIT
  mkdir -p "$LAB_DIR"/{ns,run,keys,hosts,log,build}
  [ -z "${LAB_TMPFS:-}" ] || mountpoint -q "$HOSTS" || mount -t tmpfs -o "size=${LAB_TMPFS}M,mode=755" "$LAB_ID" "$HOSTS"
  [ -z "$FRESH" ] || check_kernel
  install_packages
  [ -z "$FRESH" ] || check_kernel
  [ -z "$FRESH" ] || write_settings
  if command -v modprobe >/dev/null; then modprobe -qa overlay bridge br_netfilter veth vxlan tun 2>/dev/null || true; fi
  operator_network_up
  make_keys
  for name in $(seq -f 'host%g' "$count"); do names+=("$name"); done
  for name in "${names[@]}"; do bring_up_host "$name"; done
  images_up
  services_up
  for name in "${names[@]}"; do wait_ready "$name"; done
  write_ssh_config
  trap - ERR EXIT
  say "up: $(host_names | tr '\n' ' ')+ registry $REGISTRY, in $((SECONDS - started)) s; state in $LAB_DIR"
}

bring_up_host() { # NAME
  if alive "$LAB_DIR/run/$1" >/dev/null; then # what a test stopped or cut comes back
    heal "$1"
    enter "$1" /lab/init sshd start
    [ "$1" = bastion ] || enter "$1" /lab/init dockerd start
    return
  fi
  NEW_HOSTS+=("$1")
  mkdir -p "$HOSTS/$1"
  [ -e "$HOSTS/$1/dockerd.args" ] || echo "${LAB_DOCKERD_ARGS:-}" >"$HOSTS/$1/dockerd.args"
  [ -e "$HOSTS/$1/dockerd.env" ] || echo "${LAB_DOCKERD_ENV:-}" >"$HOSTS/$1/dockerd.env"
  boot "$1"
}

# A failed up leaves nothing of what it started. Its exit code stays: 3 says that a lab cannot run here.
undo_up() {
  local code=$? name
  trap - ERR EXIT
  [ $code != 0 ] || code=1
  if [ -n "${LAB_KEEP:-}" ]; then
    say 'up failed; all left as it is (LAB_KEEP)'
  elif [ -n "$FRESH" ]; then
    take_down
  else
    for name in "${NEW_HOSTS[@]}"; do
      power_off "$name"
      rm -rf --one-file-system "${HOSTS:?}/$name"
    done
  fi
  exit $code
}

write_ssh_config() {
  local name
  : >"$LAB_DIR/known_hosts"
  for name in $(host_names); do
    printf '%s,%s,%s %s\n' "$name" "$(public_ip "$name")" "$(private_ip "$name")" \
      "$(cut -d' ' -f1,2 "$HOSTS/$name/root/etc/ssh/ssh_host_ed25519_key.pub")" >>"$LAB_DIR/known_hosts"
  done
  {
    for name in $(host_names); do
      printf 'Host %s\n  HostName %s\n' "$name" "$(public_ip "$name")"
      printf 'Host %s-priv\n  HostName %s\n  ProxyJump bastion\n' "$name" "$(private_ip "$name")"
    done
    cat <<-E
	Host *
	  User root
	  IdentityFile $LAB_DIR/keys/id_ed25519
	  IdentitiesOnly yes
	  UserKnownHostsFile $LAB_DIR/known_hosts
	  StrictHostKeyChecking yes
	  BatchMode yes
	  ConnectTimeout 5
	E
  } >"$LAB_DIR/ssh_config"
}

take_down() {
  local name pid mount file
  [ -d "$LAB_DIR" ] || return 0
  # all at once: the kernel ends everything in a host with its first process
  for name in $(host_names); do
    if pid=$(alive "$LAB_DIR/run/$name"); then kill -9 "$pid" 2>/dev/null || true; fi
  done
  for name in $(host_names); do power_off "$name"; done
  rm -f "$LAB_DIR/run/guarded" # not ours to end
  for file in "$LAB_DIR"/run/*; do stop_daemon "${file##*/}"; done
  drop_namespace operator
  drop_cgroups
  for mount in $(awk '{print $5}' /proc/self/mountinfo | grep -F "$LAB_DIR/" | sort -r); do
    umount "$mount" || umount -l "$mount" || true
  done
  rm -rf --one-file-system "$LAB_DIR"
}

lab_down() {
  local started=$SECONDS
  [ -d "$LAB_DIR" ] || { say "no lab in $LAB_DIR"; return 0; }
  [ -e "$LAB_DIR/.lab" ] || die "$LAB_DIR is no lab (no .lab in it); not touched"
  lock
  take_down
  say "down in $((SECONDS - started)) s"
}

# So that a killed test run leaves no lab behind.
guard() { # PID
  [[ ${1:-} =~ ^[0-9]+$ ]] || die 'lab guard PID'
  [ -d "$LAB_DIR/run" ] || die "no lab in $LAB_DIR"
  ! alive "$LAB_DIR/run/guard" >/dev/null || return 0
  remember "$LAB_DIR/run/guarded" "$1"
  (
    close_inherited
    cd /
    LAB_DIR=$LAB_DIR exec setsid "$SELF" __guard
  ) </dev/null >>"$LAB_DIR/log/guard" 2>&1 &
  remember "$LAB_DIR/run/guard" $!
  disown
}

watch_guarded() {
  while alive "$LAB_DIR/run/guarded" >/dev/null; do sleep 2; done
  rm -f "$LAB_DIR/run/guard" "$LAB_DIR/run/guarded"
  lab_down
}

lab_status() {
  [ -e "$LAB_DIR/keys/id_ed25519" ] || { say "no lab in $LAB_DIR"; return 1; }
  local name pid sshd engine running bad=0
  printf '%-8s %-12s %-12s %-7s %-8s %-8s %-10s %s\n' HOST PUBLIC PRIVATE PID SSHD DOCKERD RUNNING MEM_MB
  for name in $(host_names); do
    sshd=no engine=- running=-
    pid=$(alive "$LAB_DIR/run/$name" || true)
    if [ -n "$pid" ]; then
      ! port_answers "$(public_ip "$name")" 22 || sshd=yes
      if [ "$name" != bastion ]; then
        engine=no
        if engine_answers "$name" >/dev/null; then
          engine=yes
          running=$(docker -H "unix://$LAB_DIR/engine/$name.sock" ps -q 2>/dev/null | wc -l)
        fi
      fi
    fi
    [ "$sshd" = yes ] && [ "$engine" != no ] || bad=1
    printf '%-8s %-12s %-12s %-7s %-8s %-8s %-10s %s\n' "$name" "$(public_ip "$name")" "$(private_ip "$name")" \
      "${pid:-off}" "$sshd" "$engine" "$running" "$([ -z "$pid" ] || memory_used "$name")"
  done
  if alive "$LAB_DIR/run/registry-5000" >/dev/null; then
    echo "registry http://$REGISTRY (anonymous), http://$GATE:5001 (lab/lab): up"
  else
    echo 'registry: down'
    bad=1
  fi
  return $bad
}

lab_env() {
  local name addresses=()
  [ -e "$LAB_DIR/ssh_config" ] || die "no lab in $LAB_DIR (run: lab up)"
  for name in $(host_names); do
    [ "$name" = bastion ] || addresses+=("$name=$(public_ip "$name")")
  done
  printf 'export %s=%q\n' LAB "$SELF" LAB_DIR "$LAB_DIR" LAB_NET "$LAB_NET" LAB_NETNS "$LAB_DIR/ns/operator" \
    LAB_HOSTS "${addresses[*]}" LAB_BASTION "$(public_ip bastion)" LAB_REGISTRY "$REGISTRY" \
    LAB_KEY "$LAB_DIR/keys/id_ed25519" LAB_KNOWN_HOSTS "$LAB_DIR/known_hosts" LAB_SSH_CONFIG "$LAB_DIR/ssh_config" \
    LAB_TLS "$LAB_DIR/tls"
}
