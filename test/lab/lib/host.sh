# A host's life: power on, become ready, power off.

HOST_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

boot() { # NAME: returns once the host's first process runs
  local name=$1 launcher group
  ! alive "$LAB_DIR/run/$name" >/dev/null || return 0
  make_root "$name"
  host_network_up "$name"
  rm -f "$LAB_DIR/run/$name"
  (
    close_inherited
    join_cgroups "$name"
    exec env -i PATH="$HOST_PATH" HOME=/ LAB_DIR="$LAB_DIR" setsid nsenter --net="$LAB_DIR/ns/$name" -- \
      unshare --fork --pid --mount --uts --ipc --cgroup --propagation private -- /bin/bash "$SELF" __mount "$name"
  ) </dev/null >"$LAB_DIR/log/$name.boot" 2>&1 &
  launcher=$!
  disown
  wait_for 20 alive "$LAB_DIR/run/$name" || {
    cat "$LAB_DIR/log/$name.boot" >&2
    die "$name did not boot"
  }
  # cgroup v2 lets no process sit in a group that passes its controllers on
  group=$(v2_mount)/$LAB_ID/$name/init
  [ ! -d "$group" ] || echo "$launcher" >"$group/cgroup.procs" 2>/dev/null || true
}

# Runs as process 1 of the new namespaces, still on the machine's root directory: mounts the host's and turns to it.
mount_host() { # NAME
  local name=$1 root=$HOSTS/$1/root pid _ v1 v2
  read -r pid _ </proc/self/stat # the machine's /proc is still mounted, so this is the pid seen from outside
  v1=$(v1_mounts)
  v2=$(v2_mount)
  hostname "$name"
  mount --bind "$root" "$root"
  if ! mount -t overlay "$LAB_ID" -o "lowerdir=/usr,upperdir=$HOSTS/$name/usr.up,workdir=$HOSTS/$name/usr.work" "$root/usr" 2>/dev/null; then
    mount --bind /usr "$root/usr"
    mount -o remount,bind,ro "$root/usr"
  fi
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
  mount -t sysfs -o nosuid,nodev,noexec sysfs "$root/sys"
  mount -t tmpfs -o mode=755 tmpfs "$root/run"
  mkdir -p "$root/run/sshd" "$root/run/lock"
  mount_dev "$root/dev"
  mount_cgroups "$root/sys/fs/cgroup" "$v1" "$v2"
  if [ -e "$HOSTS/$name/disk.img" ]; then
    mount -o loop "$HOSTS/$name/disk.img" "$root/var/lib/docker"
  else
    mount --bind "$HOSTS/$name/docker" "$root/var/lib/docker"
  fi
  cp "$HERE/host/init" "$root/lab/init"
  cp "$HOSTS/$name"/dockerd.{args,env} "$root/lab/"
  remember "$LAB_DIR/run/$name.new" "$pid"
  mkdir -p "$root/.machine"
  cd "$root"
  pivot_root . .machine
  cd /
  mv "/.machine$LAB_DIR/run/$name.new" "/.machine$LAB_DIR/run/$name"
  umount -l /.machine
  rmdir /.machine
  mount --make-rshared /
  exec /lab/init boot "$name" >/var/log/boot.log 2>&1
}

mount_dev() { # DIR
  local node path major minor
  mount -t tmpfs -o mode=755 tmpfs "$1"
  for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 fuse:10:229 net/tun:10:200 loop-control:10:237; do
    IFS=: read -r path major minor <<<"$node"
    mkdir -p "$(dirname "$1/$path")"
    mknod -m 666 "$1/$path" c "$major" "$minor"
  done
  mkdir "$1/pts" "$1/shm" "$1/mqueue"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$1/pts"
  mount -t tmpfs -o mode=1777 tmpfs "$1/shm"
  mount -t mqueue mqueue "$1/mqueue" || true
  ln -s pts/ptmx "$1/ptmx"
  ln -s /proc/self/fd "$1/fd"
  ln -s /proc/self/fd/0 "$1/stdin"
  ln -s /proc/self/fd/1 "$1/stdout"
  ln -s /proc/self/fd/2 "$1/stderr"
}

mount_cgroups() { # DIR V1_MOUNTS V2_MOUNT
  local mount options
  if [ -z "$2" ]; then
    mount -t cgroup2 cgroup "$1"
    mkdir -p "$1/init"
    echo 1 >"$1/init/cgroup.procs"
    return
  fi
  mount -t tmpfs -o mode=755 tmpfs "$1"
  while read -r mount options; do
    options=$(tr , '\n' <<<"$options" | grep -vE '^(rw|ro|xattr|clone_children|release_agent=.*)$' | paste -sd,)
    mkdir -p "$1/${mount##*/}"
    mount -t cgroup -o "$options" cgroup "$1/${mount##*/}"
  done <<<"$2"
  if [ -n "$3" ]; then
    mkdir -p "$1/unified"
    mount -t cgroup2 cgroup "$1/unified"
  fi
}

enter() { # NAME CMD…: run CMD on the host
  local name=$1 pid
  shift
  pid=$(alive "$LAB_DIR/run/$name") || die "$name is off"
  nsenter -t "$pid" -m -u -i -n -p -C -- "$@"
}

engine_answers() { curl -fs -m 2 --unix-socket "$LAB_DIR/engine/$1.sock" http://engine/_ping; } # NAME

wait_ready() { # NAME: wait for sshd and dockerd
  local name=$1 pid
  pid=$(alive "$LAB_DIR/run/$name") || die "$name is off"
  mkdir -p "$LAB_DIR/engine"
  ln -sfn "/proc/$pid/root/run/docker.sock" "$LAB_DIR/engine/$name.sock"
  wait_for 10 port_answers "$(public_ip "$name")" 22 || {
    tail -n 5 "$HOSTS/$name/root/var/log/sshd.log" >&2 || true
    die "$name: sshd does not answer"
  }
  [ "$name" = bastion ] || wait_for "${LAB_WAIT:-60}" engine_answers "$name" || {
    tail -n 15 "$HOSTS/$name/root/var/log/"{boot,dockerd}.log >&2 || true
    die "$name: dockerd does not answer"
  }
}

power_off() { # NAME: like a power failure, the peers are told nothing
  local name=$1 pid i
  [ ! -e "$LAB_DIR/ns/operator" ] || for i in 0 1; do in_operator ip link set "$name-$i" down 2>/dev/null || true; done
  if pid=$(alive "$LAB_DIR/run/$name"); then
    kill -9 "$pid" 2>/dev/null || true
    wait_gone 30 "$pid" || say "warning: $name (pid $pid) does not die"
  fi
  rm -f "$LAB_DIR/run/$name"
  remove_wire "$name"
  host_network_down "$name"
  drop_cgroups "$name"
}

control_dockerd() { # NAME stop|start|restart|kill [ARG…]
  local name=$1
  shift
  enter "$name" /lab/init dockerd "$@"
  [ $# -le 1 ] || echo "${*:2}" >"$HOSTS/$name/dockerd.args"
  case ${1:-} in start | restart) wait_ready "$name" ;; esac
}
