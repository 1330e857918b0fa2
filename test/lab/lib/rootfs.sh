# A host's disk: a root directory such as a small server has. Only /usr is shared with the machine (copy on write).

HOST_ETC='alternatives ld.so.cache ld.so.conf ld.so.conf.d os-release debian_version services protocols localtime timezone
  login.defs shells iproute2 ethertypes rpc terminfo bash.bashrc profile inputrc networks gai.conf ssl/certs/ca-certificates.crt'

make_root() { # NAME
  local dir=$HOSTS/$1 root=$HOSTS/$1/root link
  [ -e "$dir/made" ] && return
  mkdir -p "$dir"/{docker,usr.up,usr.work}
  mkdir -p "$root"/{usr,etc,proc,sys,dev,run,tmp,root,home,opt,srv,mnt,media,boot,lab,var/{lib/docker,log,cache,tmp,spool}}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  chmod 700 "$root/root"
  for link in bin sbin lib lib32 lib64 libx32; do [ ! -L /$link ] || cp -a /$link "$root/$link"; done
  ln -sfn /run "$root/var/run"
  ln -sfn /run/lock "$root/var/lock"
  copy_etc "$root/etc"
  write_identity "$1" "$root/etc"
  write_daemon_config "$1" "$root/etc"
  write_sshd_config "$1" "$root/etc/ssh"
  authorize_users "$root"
  if [ "$1" != bastion ] && [ -n "${LAB_DISK:-}" ]; then
    truncate -s "${LAB_DISK}M" "$dir/disk.img"
    mkfs.ext4 -q -m 0 "$dir/disk.img"
  fi
  : >"$dir/made"
}

copy_etc() { # TARGET
  local file
  for file in $HOST_ETC; do
    [ ! -e "/etc/$file" ] || (cd /etc && cp -a --parents "$file" "$1/")
  done
}

write_identity() { # NAME ETC
  echo "$1" >"$2/hostname"
  echo "$LAB_ID$1" | md5sum | cut -c1-32 >"$2/machine-id"
  printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n127.0.1.1 %s\n' "$1" >"$2/hosts"
  echo "nameserver $GATE" >"$2/resolv.conf"
  printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n' >"$2/nsswitch.conf"
  cat >"$2/passwd" <<-E
	root:x:0:0:root:/root:/bin/bash
	daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
	sshd:x:101:65534::/run/sshd:/usr/sbin/nologin
	deploy:x:2000:2000:deployer:/home/deploy:/bin/bash
	guest:x:2001:2001:not in group docker:/home/guest:/bin/bash
	nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
	E
  printf '%s:*:19000:0:99999:7:::\n' root daemon sshd deploy guest nobody >"$2/shadow"
  chmod 640 "$2/shadow"
  printf '%s\n' root:x:0: daemon:x:1: tty:x:5: docker:x:998:deploy deploy:x:2000: guest:x:2001: nogroup:x:65534: >"$2/group"
}

# Docker Hub's names are served by the lab's registry (a mirror), and so are those of REGISTRY_NAMES (by the name server).
write_daemon_config() { # NAME ETC
  local name insecure
  mkdir -p "$2/docker/tls"
  insecure="\"$REGISTRY\", \"$GATE:5001\""
  for name in $REGISTRY_NAMES; do insecure+=", \"$name\""; done
  cat >"$2/docker/daemon.json" <<-E
	{
	  "hosts": ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2376"],
	  "tlsverify": true,
	  "tlscacert": "/etc/docker/tls/ca.pem",
	  "tlscert": "/etc/docker/tls/cert.pem",
	  "tlskey": "/etc/docker/tls/key.pem",
	  "insecure-registries": [$insecure],
	  "registry-mirrors": ["http://$REGISTRY"],
	  "log-opts": {"max-size": "1m", "max-file": "2"}
	}
	E
  [ "$1" = bastion ] || issue_certificate "$2/docker/tls" "$1" "subjectAltName=DNS:$1,DNS:$1.lab,IP:$(public_ip "$1"),IP:$(private_ip "$1"),IP:127.0.0.1"
}

write_sshd_config() { # NAME DIR
  mkdir -p "$2"
  [ -e "$2/ssh_host_ed25519_key" ] || ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$2/ssh_host_ed25519_key"
  cat >"$2/sshd_config" <<-E
	HostKey /etc/ssh/ssh_host_ed25519_key
	PermitRootLogin prohibit-password
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	UsePAM no
	UseDNS no
	PidFile /run/sshd.pid
	Subsystem sftp /usr/lib/openssh/sftp-server
	${LAB_SSHD_CONFIG:-}
	E
}

authorize_users() { # ROOT
  local user home
  for user in root deploy guest; do
    home=$1/home/$user
    [ $user != root ] || home=$1/root
    mkdir -p "$home/.ssh"
    cp "$LAB_DIR/keys/id_ed25519.pub" "$home/.ssh/authorized_keys"
    chmod 700 "$home/.ssh"
    chmod 600 "$home/.ssh/authorized_keys"
    [ $user = root ] || chown -R "$(awk -F: -v user=$user '$1==user{print $3":"$4}' "$1/etc/passwd")" "$home"
  done
}

make_keys() {
  local dir=$LAB_DIR/keys tls=$LAB_DIR/tls
  [ -e "$dir/id_ed25519" ] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$dir/id_ed25519"
  [ ! -e "$tls/cert.pem" ] || return 0
  mkdir -p "$tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=$LAB_ID" \
    -keyout "$tls/ca-key.pem" -out "$tls/ca.pem" 2>/dev/null
  issue_certificate "$tls" operator extendedKeyUsage=clientAuth
}

issue_certificate() { # DIR NAME EXTENSION: writes key.pem, cert.pem and ca.pem into DIR
  local tls=$LAB_DIR/tls
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" -keyout "$1/key.pem" 2>/dev/null |
    openssl x509 -req -days 3650 -CA "$tls/ca.pem" -CAkey "$tls/ca-key.pem" -set_serial "0x$(openssl rand -hex 8)" \
      -extfile <(echo "$3") -out "$1/cert.pem" 2>/dev/null
  [ "$1" -ef "$tls" ] || cp "$tls/ca.pem" "$1/ca.pem"
}
