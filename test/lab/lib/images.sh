# The lab's images: a few static files in one layer each, and small configurations.

compile() { # NAME: native/NAME.c → build/NAME
  local target=$LAB_DIR/build/$1 source=$HERE/native/$1.c
  [ ! -x "$target" ] || [ "$source" -nt "$target" ] || return 0
  mkdir -p "$LAB_DIR/build"
  gcc -O1 -static -s -pthread -o "$target.new" "$source" 2>"$target.log" || {
    cat "$target.log" >&2
    die "$1.c did not compile"
  }
  mv "$target.new" "$target"
}

APPLETS='sh ash ls cat echo sleep nslookup ping ip ps env id hostname true false grep sed awk nc mkdir rm cp mv chmod chown
  touch date kill df du dd tail head sort wc stat tr seq test printf sha256sum httpd traceroute mktemp readlink'

base_files() { # DIR: busybox and the few files every image has
  local applet
  mkdir -p "$1"/{bin,etc,tmp,proc,sys,dev,var,root}
  chmod 1777 "$1/tmp"
  cp -L "$(command -v busybox)" "$1/bin/busybox"
  for applet in $APPLETS; do ln -s busybox "$1/bin/$applet"; done
  printf '%s\n' root:x:0:0:root:/root:/bin/sh haproxy:x:99:99::/var/lib/haproxy:/bin/sh app:x:1000:1000::/:/bin/sh >"$1/etc/passwd"
  printf '%s\n' root:x:0: haproxy:x:99: app:x:1000: >"$1/etc/group"
}

files_web() { # DIR
  compile web
  base_files "$1"
  cp "$LAB_DIR/build/web" "$1/web"
}

files_pause() { # DIR
  compile pause
  cp "$LAB_DIR/build/pause" "$1/pause"
}

# Debian's haproxy with its libraries, laid out and started as the well-known image does it.
files_haproxy() { # DIR
  local binary perl library
  binary=$(command -v haproxy) perl=$(readlink -f "$(command -v perl)")
  base_files "$1"
  mkdir -p "$1"/usr/local/{sbin,etc/haproxy,bin} "$1/var/lib/haproxy"
  chown 99:99 "$1/var/lib/haproxy"
  cp "$binary" "$1/usr/local/sbin/haproxy"
  mkdir -p "$1/usr/bin"
  cp "$perl" "$1/usr/bin/perl" # part of Debian's base, as in the well-known image
  for library in $(ldd "$binary" "$perl" | awk '/=> \//{print $3} $1 ~ /^\/.*ld-linux/{print $1}'); do
    mkdir -p "$1${library%/*}"
    cp -L "$library" "$1$library"
  done
  cp "$HERE/host/haproxy-entrypoint" "$1/usr/local/bin/docker-entrypoint.sh"
}

make_layer() { # KIND: web, pause or haproxy → build/KIND.tar and build/KIND.tar.gz
  local base=$LAB_DIR/build/$1 owner=(--owner=0 --group=0)
  [ ! -e "$base.tar.gz" ] || return 0
  rm -rf "$base.fs"
  mkdir -p "$base.fs"
  "files_$1" "$base.fs"
  [ "$1" != haproxy ] || owner=()
  tar -C "$base.fs" --sort=name "${owner[@]}" --numeric-owner --mtime=@0 -cf "$base.tar" .
  gzip -n -1 <"$base.tar" >"$base.tar.gz.new"
  mv "$base.tar.gz.new" "$base.tar.gz"
}

health_check() { # SECONDS
  printf '"Healthcheck":{"Test":["CMD","/web","check"],"Interval":%s000000000,"Timeout":2000000000,"StartPeriod":2000000000,"Retries":2}' "$1"
}

# add_image NAME:TAG [KEY=VALUE…] [--layer KIND] [--cmd JSON] [--entrypoint JSON] [--healthcheck none|SECONDS]
#           [--user USER] [--volume PATH] [--stop-signal NAME] [--arch NAME]
# KEY=VALUE is environment. The image is known as NAME:TAG both in the registry and on Docker Hub (library/NAME).
add_image() {
  local reference=$1 kind=web arch env='"PATH=/bin:/usr/local/sbin:/usr/local/bin:/usr/bin"' cmd='["/web"]' health=1 extra=''
  [[ $reference =~ ^[a-z0-9][a-z0-9/._-]*:[A-Za-z0-9._-]+$ ]] || die "an image is NAME:TAG, not '$reference'"
  arch=$(dpkg --print-architecture)
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --*) [ $# -ge 2 ] || die "$1 needs a value" ;;&
      --layer) kind=$2; shift ;;
      --cmd) cmd=$2; shift ;;
      --healthcheck) health=$2; shift ;;
      --entrypoint) extra+=",\"Entrypoint\":$2"; shift ;;
      --user) extra+=",\"User\":\"$2\""; shift ;;
      --volume) extra+=",\"Volumes\":{\"$2\":{}}"; shift ;;
      --stop-signal) extra+=",\"StopSignal\":\"$2\""; shift ;;
      --arch) arch=$2; shift ;;
      [A-Za-z_]*=*) env+=",\"${1//\"/\\\"}\"" ;;
      *) die "not KEY=VALUE or a known option: '$1'" ;;
    esac
    shift
  done
  [ "$kind" != web ] || extra+=',"ExposedPorts":{"8080/tcp":{}}'
  [ "$health" = none ] || [ "$kind" != web ] || extra+=,$(health_check "$health")
  make_layer "$kind"
  store_image "${reference%:*}" "${reference##*:}" "$kind" "$arch" \
    "\"Env\":[$env],\"Cmd\":$cmd,\"Labels\":{\"lab.tag\":\"${reference##*:}\"}$extra"
}

store_image() { # REPOSITORY TAG KIND ARCH CONFIG: prints the reference by digest
  local base=$LAB_DIR/build/$3 work config layer manifest
  work=$(mktemp -d "$LAB_DIR/build/image.XXXXXX")
  printf '{"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z","config":{%s},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"lab"}]}' \
    "$4" "$5" "$(sha256sum <"$base.tar" | cut -d' ' -f1)" >"$work/config"
  config=$(store_blob "$work/config")
  layer=$(store_blob "$base.tar.gz")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":%s,"digest":"%s"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":%s,"digest":"%s"}]}' \
    "$(stat -c %s "$work/config")" "$config" "$(stat -c %s "$base.tar.gz")" "$layer" >"$work/manifest"
  manifest=$(store_blob "$work/manifest")
  link_image "$1" "$2" "$manifest" "$config" "$layer"
  case $1 in */*) ;; *) link_image "library/$1" "$2" "$manifest" "$config" "$layer" ;; esac
  rm -rf "$work"
  echo "$REGISTRY/$1:$2@$manifest"
}

images_up() {
  [ ! -e "$LAB_DIR/build/stored" ] || return 0
  {
    add_image web:1 VERSION=1 --healthcheck 2
    add_image web:2 VERSION=2 --healthcheck 2
    add_image web:3 VERSION=3 --healthcheck 2
    add_image web:bad VERSION=bad HEALTH=bad                  # runs, never healthy
    add_image web:slow VERSION=slow START_DELAY=3000          # listens after 3 s
    add_image web:dies VERSION=dies EXIT_AFTER=3000           # healthy, then exits 1 after 3 s
    add_image web:stubborn VERSION=stubborn IGNORE_TERM=1     # has to be killed
    add_image web:nocheck VERSION=nocheck --healthcheck none  # no HEALTHCHECK in the image
    add_image web:foreign VERSION=foreign --arch s390x        # for another architecture
    add_image store:1 VERSION=1 DATA_DIR=/data --volume /data --healthcheck 2 # keeps what /put and /incr are given
    add_image crash:1 --healthcheck none --cmd '["/bin/sh","-c","echo starting; echo cannot start >&2; exit 1"]'
    add_image job:1 --healthcheck none --cmd '["/bin/sh","-c","echo job done"]'
    add_image tool:1 --healthcheck none --cmd '["/bin/sleep","infinity"]'
    local tag
    add_image busybox:musl --healthcheck none --cmd '["/bin/sh"]'                  # static, as the well-known one
    for tag in 3.9 3.10; do add_image pause:$tag --layer pause --cmd null --entrypoint '["/pause"]'; done
    for tag in lts lts-alpine 2.6; do
      add_image haproxy:$tag --layer haproxy --user haproxy --stop-signal SIGUSR1 --entrypoint '["docker-entrypoint.sh"]' \
        --cmd '["haproxy","-f","/usr/local/etc/haproxy/haproxy.cfg"]'
    done
    for tag in 1 2; do
      add_image stowage-demo/web:$tag NAME=web VERSION=$tag --healthcheck 2
      add_image stowage-demo/api:$tag NAME=api VERSION=$tag --healthcheck 2
    done
    add_image stowage-demo/store:1 NAME=db VERSION=1 DATA_DIR=/data --volume /data --healthcheck 2
    add_image stowage-demo/worker:1 --healthcheck none --cmd '["/web","poll","http://api:8080/visits","5000"]'
  } >"$LAB_DIR/build/references"
  : >"$LAB_DIR/build/stored"
}
