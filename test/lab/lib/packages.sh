# What the machine must have, and its installation on Debian and Ubuntu.

REQUIREMENTS='
dockerd          docker.io
docker           docker.io
sshd             openssh-server
ssh              openssh-client
iptables         iptables
ip               iproute2
docker-registry  docker-registry
haproxy          haproxy
busybox          busybox-static
openssl          openssl
curl             curl
gcc              gcc
gcc              libc6-dev
sysctl           procps
nsenter          util-linux
mkfs.ext4        e2fsprogs
'

missing_packages() {
  local tool package
  {
    while read -r tool package; do
      [ -z "$tool" ] || command -v "$tool" >/dev/null || echo "$package"
    done <<<"$REQUIREMENTS"
    # a dynamically linked busybox is no use inside an image
    if command -v busybox >/dev/null && ldd "$(command -v busybox)" >/dev/null 2>&1; then echo busybox-static; fi
    if command -v gcc >/dev/null && [ "$(gcc -print-file-name=libc.a)" = libc.a ]; then echo libc6-dev; fi
  } | sort -u
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  [ -z "${LAB_NO_APT:-}" ] || cannot_run "missing packages: ${missing[*]} (LAB_NO_APT is set)"
  command -v apt-get >/dev/null || cannot_run "missing packages: ${missing[*]}, and no apt-get to install them with"
  say "installing ${missing[*]}"
  # two labs may come up at once: the second waits, then finds everything there
  exec 8>/run/lock/stowage-lab-packages
  flock 8
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
  exec 8>&-
  hash -r
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} = 0 ] || cannot_run "installed, but still not usable: ${missing[*]}"
}

apt_install() {
  local log=$LAB_DIR/apt.log policy='' attempt
  # nothing of what is installed may start by itself
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    policy=ours
  fi
  for attempt in first after-update; do
    if DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 </dev/null; then break; fi
    if [ $attempt = after-update ]; then
      [ -z "$policy" ] || rm -f /usr/sbin/policy-rc.d
      tail -n 20 "$log" >&2
      cannot_run "apt-get could not install $*"
    fi
    apt-get update >>"$log" 2>&1 </dev/null || true
  done
  [ -z "$policy" ] || rm -f /usr/sbin/policy-rc.d
}

# Namespaces, mounts and bridges may be forbidden even to root (an unprivileged container).
check_kernel() {
  local problem
  problem=$(unshare --net --mount --pid --fork --propagation private -- sh -c \
    'mount -t tmpfs tmpfs /mnt && { ! command -v ip >/dev/null || ip link add lab type bridge; }' 2>&1) ||
    cannot_run "the kernel refuses namespaces, mounts or bridges: ${problem//$'\n'/; }"
}

check_machine() {
  local missing
  mapfile -t missing < <(missing_packages)
  if [ ${#missing[@]} -gt 0 ] && { [ -n "${LAB_NO_APT:-}" ] || ! command -v apt-get >/dev/null; }; then
    cannot_run "missing packages: ${missing[*]}"
  fi
  check_kernel
  say "a lab can run here${missing[*]:+ (up installs: ${missing[*]})}"
}
