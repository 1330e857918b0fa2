/**
 * The health check of a container with a liveness or startup probe, for a POSIX shell. It finds a static busybox beside
 * itself, and beside that `NAME.conf` with the probes of the container NAME (see `settings.ts`). A container that is no
 * longer alive is ended; its restart policy starts it again. Nothing but processes of the container's own control group
 * is ever signalled, whatever process namespace it shares.
 */
export const LIVENESS_SCRIPT = `# Looks whether this container is alive, and ends it when it is not.
tools=\${0%/*}
box=$tools/busybox

ask_tcp() { :; }

# The other end of a connection: standard input and output are the socket, 3 is for reasons.
ask_http() {
  exec 4<&0
  $box printf %b "$request"
  code=$(status)
  # Closed before its end, the answer would be a reset connection in the log of the server.
  $box timeout 2 $box cat <&4 >/dev/null 2>&1 3>&- &
  judge "$code"
}

# A peer that takes none of this client's ciphers has answered too.
ask_https() {
  exec 4<&0
  code=$($box printf %b "$request" | $box ssl_client -s 4 2>/dev/null | status)
  [ "$code" = none ] || judge "$code"
}

status() {
  read -r version code rest
  case $version in HTTP/*) echo "\${code%%[!0-9]*}" ;; *) echo none ;; esac
}

judge() {
  case $1 in [23]??) return 0 ;; none) echo 'no answer' >&3 ;; *) echo "it answered $1" >&3 ;; esac
  return 1
}

octets() { $box dd bs=1 count="$1" 2>/dev/null | $box hexdump -ve '1/1 "%02x"'; }

# Frames of HTTP/2: nine octets of head, of which three are the length and one the type.
ask_grpc() {
  $box printf %b "$request"
  while head=$(octets 9) && [ \${#head} = 18 ]; do
    length=$((0x\${head%????????????}))
    body=$([ $length = 0 ] || octets $length)
    # Data that says SERVING; other data, the end of the answer, a reset or a farewell.
    case \${head#??????}:$body in
      00??00000001:00000000020801) return 0 ;;
      00??00000001:* | 01?[13579bdf]00000001:* | 03??00000001:* | 07*) break ;;
    esac
  done
  echo 'it is not serving' >&3
  return 1
}

case $1 in --ask) "ask_$2"; exit ;; esac

name=$1
. "$tools/$name.conf"
state=/dev/shm/.stowage-$name-\${HOSTNAME:-pod}

# limited SECONDS COMMAND…
limited() {
  seconds=$1
  shift
  $box setsid "$@" &
  child=$!
  { $box sleep "$seconds"; kill -KILL -$child; } </dev/null >/dev/null 2>&1 3>&- &
  watch=$!
  wait $child 2>/dev/null
  code=$?
  kill $watch 2>/dev/null
  [ $code != 137 ] || echo "no answer within $seconds s" >&3
  return $code
}

# talk KIND SECONDS HOST PORT REQUEST
talk() {
  export request="$5"
  why=$(limited "$2" $box nc -w "$2" "$3" "$4" -e $box sh "$0" --ask "$1" 3>&1 2>/dev/null)
  code=$?
  [ -n "$why" ] || why='no connection'
  return $code
}

run() {
  why=$(limited "$@" 3>&1 >"$state.out" 2>&1)
  code=$?
  [ -n "$why" ] || why="exit code $code $($box tail -n 1 "$state.out" 2>/dev/null)"
  return $code
}

# Processes of this control group but for this one: members, and among them the first one that came from outside.
survey() {
  members='' main='' born=''
  read -r group </proc/self/cgroup
  for entry in /proc/[0-9]*; do
    pid=\${entry#/proc/}
    [ "$pid" != $$ ] && read -r other <"$entry/cgroup" && [ "$other" = "$group" ] && read -r line <"$entry/stat" || continue
    members="$members $pid"
    set -- \${line##*) }
    shift
    read -r other <"/proc/$1/cgroup" && [ "$other" = "$group" ] && continue
    shift 18
    [ -z "$born" ] || [ "$1" -lt "$born" ] || continue
    main=$pid born=$1
  done 2>/dev/null
}

end() { # REASON GRACE_SECONDS
  echo "$1"
  echo "stowage: the container is ended: $1" 2>/dev/null >"/proc/$main/fd/2"
  kill -TERM "$main"
  left=$2
  while [ "$left" -gt 0 ] && kill -0 "$main" 2>/dev/null; do
    $box sleep 1
    left=$((left - 1))
  done
  survey
  [ -z "$members" ] || kill -KILL $members 2>/dev/null
  exit 1
}

survey
read -r up rest </proc/uptime
age=$((\${up%%.*} - \${born:-0} / 100))
{ read -r since phase misses <"$state"; } 2>/dev/null
[ "$since" = "$born" ] || phase=startup misses=0

if [ "$phase" = startup ] && [ -n "$startup_limit" ]; then
  [ "$age" -ge "$startup_delay" ] || exit 1
  if ! startup; then
    [ "$age" -lt "$startup_limit" ] || end "the startup probe failed for $startup_limit s: $why" "$startup_grace"
    echo "startup probe: $why"
    exit 1
  fi
fi
echo "$born live $misses" >"$state"
[ "$age" -ge "$delay" ] || exit 1
liveness && misses=0 || misses=$((misses + 1))
echo "$born live $misses" >"$state"
[ "$misses" -gt 0 ] || exit 0
[ "$misses" -lt "$threshold" ] || end "the liveness probe failed $misses times: $why" "$grace"
echo "liveness probe: $why"
exit 1
`;
