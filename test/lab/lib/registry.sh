# The registry (anonymous on port 5000, with a password on 5001) and the name server.

# Public registries whose names lead to the lab's own one, so that images keep their usual names.
REGISTRY_NAMES='registry.k8s.io quay.io ghcr.io'

services_up() {
  local port
  mkdir -p "$LAB_DIR/registry"
  if ! alive "$LAB_DIR/run/names" >/dev/null; then
    # without a name server that answers, dockerd lets the lookup of an unknown name hang for 10 s
    compile names
    # shellcheck disable=SC2086
    daemon names "$LAB_DIR/build/names" "$GATE" "$LAB_NET.0" registry.lab $REGISTRY_NAMES
  fi
  for port in 5000 5001; do
    alive "$LAB_DIR/run/registry-$port" >/dev/null || start_registry $port
  done
  for port in 5000 5001; do
    wait_for 10 port_answers "$GATE" $port || {
      tail "$LAB_DIR/log/registry-$port" >&2
      die "the registry does not answer on port $port"
    }
  done
}

start_registry() { # PORT
  local dir=$LAB_DIR/registry auth=''
  if [ "$1" = 5001 ]; then
    # user lab, password lab
    perl -e 'print "lab:".crypt("lab", q($2y$05$abcdefghijklmnopqrstuu))."\n"' >"$dir/htpasswd"
    auth=$(printf 'auth:\n  htpasswd:\n    realm: lab\n    path: %s' "$dir/htpasswd")
  fi
  cat >"$dir/$1.yml" <<E
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: $dir/data}
  delete: {enabled: true}
http: {addr: "$GATE:$1"}
$auth
E
  daemon "registry-$1" docker-registry serve "$dir/$1.yml"
}

# Images are written into the registry's storage directly: its layout on disk is stable, and this needs neither an
# engine nor a request.
store_blob() { # FILE: prints its digest
  local hash dir
  hash=$(sha256sum <"$1" | cut -d' ' -f1)
  dir=$LAB_DIR/registry/data/docker/registry/v2/blobs/sha256/${hash:0:2}/$hash
  if [ ! -e "$dir/data" ]; then
    mkdir -p "$dir"
    cp "$1" "$dir/data.new"
    mv "$dir/data.new" "$dir/data"
  fi
  echo "sha256:$hash"
}

write_link() { # DIR DIGEST
  mkdir -p "$1"
  printf %s "$2" >"$1/link"
}

link_image() { # REPOSITORY TAG MANIFEST_DIGEST BLOB_DIGEST…
  local base=$LAB_DIR/registry/data/docker/registry/v2/repositories/$1 tag=$2 manifest=$3 blob
  shift 3
  for blob in "$@"; do write_link "$base/_layers/sha256/${blob#sha256:}" "$blob"; done
  write_link "$base/_manifests/revisions/sha256/${manifest#sha256:}" "$manifest"
  write_link "$base/_manifests/tags/$tag/index/sha256/${manifest#sha256:}" "$manifest"
  write_link "$base/_manifests/tags/$tag/current" "$manifest"
}
