# Names, paths and small helpers that every other part uses.

say() { printf 'lab: %s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}

# Sets LAB_DIR (absolute), HOSTS (one directory per host) and LAB_ID (unique per LAB_DIR: cgroup and machine ids).
choose_lab_dir() {
  LAB_DIR=${LAB_DIR:-/tmp/stowage-lab}
  case $LAB_DIR in /*) ;; *) LAB_DIR=$PWD/$LAB_DIR ;; esac
  LAB_DIR=$(readlink -m "$LAB_DIR")
  case $LAB_DIR in
    / | /usr* | /etc* | /bin* | /lib* | /var | /home | /root | /tmp | /run | /proc* | /sys* | /dev*)
      die "LAB_DIR=$LAB_DIR is not a place for a lab" ;;
  esac
  [[ $LAB_DIR =~ ^[A-Za-z0-9/._-]+$ ]] || die "LAB_DIR may have letters, digits and / . _ - only: $LAB_DIR"
  HOSTS=$LAB_DIR/hosts
  LAB_ID=lab$(cksum <<<"$LAB_DIR" | cut -d' ' -f1)
}

SETTINGS=(LAB_NET LAB_DISK LAB_MEM LAB_TMPFS LAB_DOCKERD_ARGS LAB_DOCKERD_ENV LAB_SSHD_CONFIG)

read_settings() {
  # shellcheck source=/dev/null
  if [ -r "$LAB_DIR/settings" ]; then . "$LAB_DIR/settings"; fi
  LAB_NET=${LAB_NET:-10.210}
  GATE=$LAB_NET.0.1 # the operator's own address: registry and name server
  REGISTRY=$GATE:5000
}

write_settings() {
  local name
  for name in "${SETTINGS[@]}"; do
    [ -z "${!name:-}" ] || printf '%s=%q\n' "$name" "${!name}"
  done >"$LAB_DIR/settings"
}

public_ip() { case $1 in bastion) echo "$LAB_NET.0.2" ;; *) echo "$LAB_NET.0.$((10 + ${1#host}))" ;; esac; }
private_ip() {
  local ip
  ip=$(public_ip "$1")
  echo "$LAB_NET.1.${ip##*.}"
}

host_names() {
  local dir
  for dir in "$HOSTS"/*/; do basename "$dir"; done | sort -V
}
is_host() { [[ ${1:-} =~ ^host[1-9][0-9]?$ || ${1:-} == bastion ]] && [ -d "$HOSTS/$1" ]; }
need_host() {
  [ -d "$LAB_DIR/keys" ] || die "no lab in $LAB_DIR (run: lab up)"
  is_host "${1:-}" || die "no such host: '${1:-}' (there are: $(host_names | tr '\n' ' '))"
}

# A process is known by its pid and start time together, so that a reused pid is never taken for ours.
start_time() { # PID; a zombie counts as gone
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) }
  [ "${stat:0:1}" != Z ] || return 1
  # shellcheck disable=SC2086
  set -- $stat
  echo "${20}"
}
remember() { echo "$2 $(start_time "$2")" >"$1"; } # FILE PID
alive() {                                          # FILE: prints the pid if that very process still runs
  local pid since
  [ -r "$1" ] && read -r pid since <"$1" && [ -n "$since" ] && [ "$(start_time "$pid" || true)" = "$since" ] && echo "$pid"
}

mounted() { grep -qF " $1 " /proc/self/mountinfo; }

wait_for() { # SECONDS CMD…
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.05
  done
}
is_gone() { ! start_time "$1" >/dev/null; }
wait_gone() { wait_for "$1" is_gone "$2"; } # SECONDS PID

# One lab command at a time; the lock file may vanish with a "down" while we wait for it.
lock() {
  while :; do
    mkdir -p "$LAB_DIR"
    exec 9>"$LAB_DIR/.lab"
    flock -w 120 9 || die "another lab command holds $LAB_DIR/.lab"
    [ "$LAB_DIR/.lab" -ef "/proc/$$/fd/9" ] && return
  done
}

# In a subshell about to become a daemon: keep nothing open of the caller's, or a reader of its pipe waits for ever.
close_inherited() {
  local fd
  for fd in "/proc/$BASHPID/fd"/*; do
    fd=${fd##*/}
    [ "$fd" -le 2 ] || [ "$fd" = 255 ] || eval "exec $fd>&-"
  done
}

daemon() { # NAME CMD…: run CMD in the operator's network, in the background
  local name=$1
  shift
  (
    close_inherited
    join_cgroups operator
    exec setsid nsenter --net="$LAB_DIR/ns/operator" -- "$@"
  ) </dev/null >>"$LAB_DIR/log/$name" 2>&1 &
  remember "$LAB_DIR/run/$name" $!
  disown
}
stop_daemon() { # NAME
  local file=$LAB_DIR/run/$1 pid
  if pid=$(alive "$file"); then
    kill "$pid" 2>/dev/null || true
    wait_gone 5 "$pid" || kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$file"
}
