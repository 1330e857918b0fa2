# What can go wrong with a host's network and disk, and its undoing.

cut_network() { # HOST [pub|priv|all]
  case ${2:-all} in
    pub) in_operator ip link set "$1-0" down ;;
    priv) in_operator ip link set "$1-1" down ;;
    all) cut_network "$1" pub; cut_network "$1" priv ;;
    *) die 'lab cut HOST [pub|priv|all]' ;;
  esac
}

# The kernel may lack sch_netem, so delay and loss come from a small program that carries the frames itself.
add_wire() { # HOST MS PCT
  local host=$1 program=$LAB_DIR/build/wire i
  [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ && $3 =~ ^[0-9]+(\.[0-9]+)?$ ]] || die 'lab delay HOST MS [PCT] | lab loss HOST PCT'
  remove_wire "$host"
  compile wire
  for i in 0 1; do
    in_operator sysctl -qw "net.ipv4.conf.$host-$i.arp_ignore=8"
    in_operator ip link set "$host-$i" nomaster
    daemon "wire-$host-$i" "$program" "$host-$i" "$host-${i}w" "$2" "$3"
    wait_for 5 in_operator ip link show "$host-${i}w" || {
      cat "$LAB_DIR/log/wire-$host-$i" >&2
      die "no wire to $host"
    }
    in_operator ip link set "$host-${i}w" master "$(bridge_of $i)" up
  done
}

remove_wire() { # HOST
  local i
  for i in 0 1; do
    [ -e "$LAB_DIR/run/wire-$1-$i" ] || continue
    stop_daemon "wire-$1-$i"
    if mounted "$LAB_DIR/ns/$1"; then in_operator ip link set "$1-$i" master "$(bridge_of $i)"; fi
  done
}

limit_rate() { # HOST KBIT
  local i
  [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die 'lab rate HOST KBIT'
  for i in 0 1; do
    in_operator tc qdisc replace dev "$1-$i" root tbf rate "$2kbit" burst 32kb latency 400ms
    nsenter --net="$LAB_DIR/ns/$1" tc qdisc replace dev eth$i root tbf rate "$2kbit" burst 32kb latency 400ms
  done
}

heal() { # HOST
  local i
  mounted "$LAB_DIR/ns/$1" || return 0
  remove_wire "$1"
  for i in 0 1; do
    in_operator ip link set "$1-$i" up
    in_operator tc qdisc del dev "$1-$i" root 2>/dev/null || true
    nsenter --net="$LAB_DIR/ns/$1" tc qdisc del dev eth$i root 2>/dev/null || true
  done
}

fill_disk() { # HOST [KEEP_MB]
  [ -e "$HOSTS/$1/disk.img" ] || die "$1 has no disk of its own (bring the lab up with LAB_DISK=MB)"
  # shellcheck disable=SC2016
  enter "$1" /bin/bash -c '
    free=$(df --output=avail -m /var/lib/docker | tail -1)
    size=$((free - $1))
    [ $size -le 0 ] || fallocate -l ${size}M "/var/lib/docker/.fill.$(date +%s%N)" 2>/dev/null || true
    df -h /var/lib/docker | tail -1' - "${2:-0}"
}
