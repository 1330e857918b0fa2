# Two bridges in the operator's network namespace, and a namespace with two interfaces for each host.

in_operator() { nsenter --net="$LAB_DIR/ns/operator" -- "$@"; }
bridge_of() { if [ "$1" = 0 ]; then echo pub; else echo priv; fi; } # 0|1

operator_network_up() {
  local file=$LAB_DIR/ns/operator bridge
  mounted "$file" && return
  : >"$file"
  unshare --net="$file" true
  in_operator sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.ip_forward=0
  in_operator ip link set lo up
  for bridge in pub priv; do
    in_operator ip link add "$bridge" type bridge
    in_operator ip link set "$bridge" up
  done
  in_operator ip addr add "$GATE/24" dev pub # the operator is on the public network only
  # registries that hosts know by name are asked on port 80: all of them are the lab's
  in_operator iptables -t nat -A PREROUTING -d "$GATE" -p tcp --dport 80 -j REDIRECT --to-ports 5000
}

host_network_up() { # NAME
  local name=$1 file=$LAB_DIR/ns/$1 i ip
  mounted "$file" && return
  : >"$file"
  unshare --net="$file" true
  # as on a fresh server: dockerd turns it on itself, and only then sets FORWARD to DROP
  nsenter --net="$file" sysctl -qw net.ipv4.ip_forward=0
  for i in 0 1; do
    if [ $i = 0 ]; then ip=$(public_ip "$name"); else ip=$(private_ip "$name"); fi
    in_operator ip link del "$name-$i" 2>/dev/null || true
    in_operator ip link add "$name-$i" type veth peer name eth$i netns "$file"
    in_operator ip link set "$name-$i" master "$(bridge_of $i)" up
    # a fixed MAC: with a new one after a reboot the neighbours' ARP entries are wrong for half a minute
    nsenter --net="$file" sh -ec "
      ip link set eth$i address 02:4c:00:00:0$i:$(printf %02x "${ip##*.}")
      ip addr add $ip/24 dev eth$i
      ip link set eth$i up
      ip link set lo up"
  done
  nsenter --net="$file" ip route add default via "$GATE"
}

host_network_down() { # NAME
  local i
  drop_namespace "$1"
  [ ! -e "$LAB_DIR/ns/operator" ] || for i in 0 1; do in_operator ip link del "$1-$i" 2>/dev/null || true; done
}

drop_namespace() { # NAME
  local file=$LAB_DIR/ns/$1
  while mounted "$file"; do umount "$file" || umount -l "$file" || break; done
  rm -f "$file"
}

port_answers() { in_operator timeout 1 bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null; } # IP PORT
