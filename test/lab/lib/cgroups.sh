# Each host has a cgroup of its own, in every version 1 hierarchy and in version 2, so that it can be limited and removed.

v1_mounts() { # prints "MOUNTPOINT OPTIONS" lines
  awk '{for(i=7;i<NF;i++) if($i=="-") break; if($(i+1)=="cgroup") print $5, $(i+3)}' /proc/self/mountinfo | sort -u -k1,1
}
v2_mount() {
  awk '{for(i=7;i<NF;i++) if($i=="-") break; if($(i+1)=="cgroup2"){print $5; exit}}' /proc/self/mountinfo
}

has_memory_limit() { [ -n "${LAB_MEM:-}" ] && [[ $1 == host* ]]; }

join_cgroups() { # NAME: put this shell into the host's cgroups
  local mount _options
  while read -r mount _options; do
    join_v1 "$mount" "$1"
  done < <(v1_mounts)
  mount=$(v2_mount)
  [ -z "$mount" ] || join_v2 "$mount" "$1"
}

join_v1() { # MOUNT NAME
  local group=$1/$LAB_ID/$2 dir
  mkdir -p "$group" 2>/dev/null || return 0
  if [ -e "$1/cpuset.cpus" ]; then
    for dir in "$1/$LAB_ID" "$group"; do
      cat "$1/cpuset.cpus" >"$dir/cpuset.cpus"
      cat "$1/cpuset.mems" >"$dir/cpuset.mems"
    done
  fi
  if [ -e "$group/memory.limit_in_bytes" ] && has_memory_limit "$2"; then
    echo $((LAB_MEM * 1048576)) >"$group/memory.limit_in_bytes"
  fi
  echo $BASHPID >"$group/cgroup.procs"
}

join_v2() { # MOUNT NAME
  local group=$1/$LAB_ID/$2 controller
  mkdir -p "$group" 2>/dev/null || return 0
  for controller in $(cat "$1/cgroup.controllers"); do
    echo "+$controller" >"$1/cgroup.subtree_control" || true
    echo "+$controller" >"$1/$LAB_ID/cgroup.subtree_control" || true
  done 2>/dev/null
  if [ -e "$group/memory.max" ] && has_memory_limit "$2"; then echo $((LAB_MEM * 1048576)) >"$group/memory.max"; fi
  mkdir -p "$group/init"
  echo $BASHPID >"$group/cgroup.procs"
}

drop_cgroups() { # [NAME]: remove what the dead processes left, and kill what no pid file names
  local mount group pid
  for mount in $(v1_mounts | cut -d' ' -f1) $(v2_mount); do
    group=$mount/$LAB_ID${1:+/$1}
    [ -d "$group" ] || continue
    find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null | while read -r pid; do
      [ "$pid" = 0 ] || kill -9 "$pid" 2>/dev/null || true
    done
    wait_for 10 sh -c "find '$group' -depth -type d -exec rmdir {} + ; ! [ -d '$group' ]" || say "warning: could not remove cgroup $group"
  done
}

memory_used() { # NAME: megabytes, page cache left out
  local mount group usage
  for mount in $(v1_mounts | awk '$2~/(^|,)memory(,|$)/{print $1}') $(v2_mount); do
    group=$mount/$LAB_ID/$1
    for usage in "$group/memory.usage_in_bytes" "$group/memory.current"; do
      [ -e "$usage" ] || continue
      awk -v used="$(cat "$usage")" '$1 ~ /^(total_)?inactive_file$/ {cache=$2} END {printf "%d", (used-cache)/1048576}' "$group/memory.stat"
      return
    done
  done
  echo '?'
}
