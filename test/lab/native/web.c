/* web - the lab's HTTP server: one static binary, a thread per connection, no dependencies.
 *
 * web                      serve on $PORT
 * web get URL [COUNT]      print what URL answers (busybox-static's wget crashes on host names)
 * web poll URL MS          the same for ever, every MS milliseconds; failures are printed too
 * web check [PATH]         ask 127.0.0.1:$PORT, exit 0 on 200, else 1 (a HEALTHCHECK for an image with no shell)
 *
 * Routes: / "VERSION HOSTNAME" | /healthz 200 or 503 | /slow?MS | /env | /file?PATH | /bytes?N | /ip (the peer's)
 *         /exit?CODE | /fetch?URL (asked from here) | with DATA_DIR: /put?KEY=VALUE /get?KEY /incr?KEY
 *         /echo (a WebSocket's connection that sends back what it gets; knows one key, that of RFC 6455's example)
 * Environment: PORT=8080 VERSION=0 HEALTH=ok|bad
 *   START_DELAY=ms (before listening)    READY_AFTER=ms (503 until then)    EXIT_AFTER=ms    EXIT_CODE=1
 *   STOP_DELAY=ms (keeps serving that long after SIGTERM)    DRAIN=10000 (longest wait for requests in flight then)
 *   IGNORE_TERM=1    DATA_DIR=path    NAME=word (for FORWARD)
 *   FORWARD=PATH=URL[,PATH=URL]… (answers PATH with "NAME VERSION HOSTNAME > " and what URL answers) */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BODY 65536

extern char **environ;

struct request { int fd, keep; const char *path; char *query; char *body; /* scratch of BODY bytes */ };

static volatile sig_atomic_t stopping;
static int active; /* requests being answered now */
static long started;
static const char *version;
static char host[256];
static int listener = -1;
static pthread_mutex_t store = PTHREAD_MUTEX_INITIALIZER;

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void nap(long ms) {
  struct timespec t = {ms / 1000, ms % 1000 * 1000000};
  while (nanosleep(&t, &t) && errno == EINTR) ;
}

static const char *text_setting(const char *name, const char *fallback) {
  const char *value = getenv(name);
  return value && *value ? value : fallback;
}

static long setting(const char *name, long fallback) {
  const char *value = getenv(name);
  return value && *value ? atol(value) : fallback;
}

static int send_all(int fd, const char *bytes, size_t length) {
  while (length) {
    ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
    if (sent <= 0) return -1;
    bytes += sent;
    length -= sent;
  }
  return 0;
}

static int reply(struct request *r, const char *status, const char *body, size_t length) {
  char head[256];
  int n = snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nX-Version: %s\r\nConnection: %s\r\n\r\n",
                   status, length, version, r->keep ? "keep-alive" : "close");
  return send_all(r->fd, head, n) || send_all(r->fd, body, length) ? -1 : 0;
}

static int reply_text(struct request *r, const char *status, const char *body) { return reply(r, status, body, strlen(body)); }

/* ---- client */

static int connect_to(const char *name, const char *port, const char **problem) {
  struct addrinfo hint = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *list = 0, *at;
  struct timeval patience = {3, 0};
  int fd = -1, error = getaddrinfo(name, port, &hint, &list);
  if (error) return *problem = gai_strerror(error), -1;
  for (at = list; at; at = at->ai_next) {
    fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (!connect(fd, at->ai_addr, at->ai_addrlen)) break;
    *problem = errno == EINPROGRESS ? "timed out" : strerror(errno);
    close(fd);
    fd = -1;
  }
  freeaddrinfo(list);
  return fd;
}

/* GETs url; the answer's body, or what went wrong, goes into out. Returns the status, or 0 without an answer. */
static int fetch(const char *url, char *out, size_t size) {
  char name[256], port[16] = "80", path[1024] = "/", request[1400];
  const char *problem = "no address";
  if (sscanf(url, "http://%255[^:/]:%15[0-9]%1023s", name, port, path) < 2 && sscanf(url, "http://%255[^:/]%1023s", name, path) < 1)
    return snprintf(out, size, "not a URL: %.200s\n", url), 0;
  int fd = connect_to(name, port, &problem);
  if (fd < 0) return snprintf(out, size, "%s: %s\n", name, problem), 0;
  send_all(fd, request, snprintf(request, sizeof request, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, name));
  size_t have = 0;
  ssize_t got;
  while (have < size - 1 && (got = recv(fd, out + have, size - 1 - have, 0)) > 0) have += got;
  close(fd);
  out[have] = 0;
  char *body = strstr(out, "\r\n\r\n");
  if (have < 12 || !body) return snprintf(out, size, "%s: no answer\n", name), 0;
  int status = atoi(out + 9);
  memmove(out, body + 4, strlen(body + 4) + 1);
  return status;
}

static int get(const char *url, int count) {
  static char body[BODY];
  int failed = 0;
  for (; count > 0; count--) {
    int status = fetch(url, body, sizeof body);
    if (status && status / 100 != 2) printf("%d ", status);
    fputs(body, stdout);
    if (status / 100 != 2) failed = 1;
  }
  return failed;
}

/* ---- routes */

static int health(struct request *r) {
  int ready = strcmp(text_setting("HEALTH", "ok"), "bad") && now() - started >= setting("READY_AFTER", 0) &&
              !(stopping && setting("STOP_DELAY", 0));
  return ready ? reply_text(r, "200 OK", "ok\n") : reply_text(r, "503 Service Unavailable", "not ready\n");
}

static int environment(struct request *r) {
  size_t n = 0;
  for (char **at = environ; *at && n + strlen(*at) + 2 < BODY; at++) n += sprintf(r->body + n, "%s\n", *at);
  return reply(r, "200 OK", r->body, n);
}

static int file(struct request *r) {
  FILE *f = fopen(r->query, "r");
  if (!f) return reply_text(r, "404 Not Found", strerror(errno));
  size_t n = fread(r->body, 1, BODY, f);
  fclose(f);
  return reply(r, "200 OK", r->body, n);
}

static int bytes(struct request *r) {
  long left = atol(r->query);
  char head[128];
  int failed = send_all(r->fd, head, snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n", left));
  memset(r->body, 'x', BODY);
  while (!failed && left > 0) {
    size_t part = left > BODY ? BODY : (size_t)left;
    failed = send_all(r->fd, r->body, part);
    left -= part;
  }
  return failed;
}

static int peer(struct request *r) {
  struct sockaddr_in a;
  socklen_t size = sizeof a;
  getpeername(r->fd, (void *)&a, &size);
  return reply(r, "200 OK", r->body, snprintf(r->body, BODY, "%s\n", inet_ntoa(a.sin_addr)));
}

static int key_path(const char *key, char *path, size_t size, const char *suffix) {
  if (!*key || strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != strlen(key)) return -1;
  return snprintf(path, size, "%s/%s%s", getenv("DATA_DIR"), key, suffix) < (int)size ? 0 : -1;
}

static void read_key(const char *key, char *value, size_t size) {
  char path[1200];
  *value = 0;
  FILE *f = key_path(key, path, sizeof path, "") ? 0 : fopen(path, "r");
  if (!f) return;
  value[fread(value, 1, size - 1, f)] = 0;
  fclose(f);
}

static int write_key(const char *key, const char *value) { /* by rename, so that a crash leaves the old or the new value */
  char path[1200], next[1200];
  if (key_path(key, path, sizeof path, "") || key_path(key, next, sizeof next, ".new")) return errno = EINVAL, -1;
  FILE *f = fopen(next, "w");
  if (!f) return -1;
  int failed = fputs(value, f) < 0;
  failed |= fflush(f) | fsync(fileno(f));
  failed |= fclose(f);
  return failed ? -1 : rename(next, path);
}

static int keep_values(struct request *r) { /* /put?KEY=VALUE /get?KEY /incr?KEY */
  char value[4096];
  int failed = 0;
  if (!getenv("DATA_DIR")) return reply_text(r, "404 Not Found", "no DATA_DIR\n");
  pthread_mutex_lock(&store);
  if (r->path[1] == 'p') {
    char *mark = strchr(r->query, '=');
    if (mark) *mark = 0;
    snprintf(value, sizeof value, "%s", mark ? mark + 1 : "");
    failed = write_key(r->query, value);
  } else {
    read_key(r->query, value, sizeof value);
    if (r->path[1] == 'i') {
      snprintf(value, sizeof value, "%ld", atol(value) + 1);
      failed = write_key(r->query, value);
    }
  }
  pthread_mutex_unlock(&store);
  if (failed) return reply_text(r, "500 Internal Server Error", strerror(errno));
  return reply(r, "200 OK", r->body, snprintf(r->body, BODY, "%s\n", value));
}

static int pass_on(struct request *r, const char *url) {
  int n = snprintf(r->body, 512, "%s %s %s > ", text_setting("NAME", "web"), version, host);
  int status = fetch(url, r->body + n, BODY - n);
  return reply_text(r, status / 100 == 2 ? "200 OK" : "502 Bad Gateway", r->body);
}

/* Finds r->path in FORWARD; 0 when it is not there. */
static int forward_target(struct request *r, char *url, size_t size) {
  const char *at = text_setting("FORWARD", "");
  size_t length = strlen(r->path);
  for (; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : 0) {
    if (strncmp(at, r->path, length) || at[length] != '=') continue;
    size_t span = strcspn(at + length + 1, ",");
    snprintf(url, size, "%.*s", (int)span, at + length + 1);
    return 1;
  }
  return 0;
}

static int echo(struct request *r) {
  static const char head[] = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  int failed = send_all(r->fd, head, sizeof head - 1);
  r->keep = 0;
  for (ssize_t got; !failed && (got = recv(r->fd, r->body, BODY, 0)) > 0;) failed = send_all(r->fd, r->body, got);
  return failed;
}

static int answer(struct request *r) {
  char url[1024];
  const char *p = r->path;
  if (forward_target(r, url, sizeof url)) return pass_on(r, url);
  if (!strcmp(p, "/")) return reply(r, "200 OK", r->body, snprintf(r->body, BODY, "%s %s\n", version, host));
  if (!strcmp(p, "/healthz")) return health(r);
  if (!strcmp(p, "/env")) return environment(r);
  if (!strcmp(p, "/file")) return file(r);
  if (!strcmp(p, "/bytes")) return bytes(r);
  if (!strcmp(p, "/ip")) return peer(r);
  if (!strcmp(p, "/echo")) return echo(r);
  if (!strcmp(p, "/fetch")) return pass_on(r, r->query);
  if (!strcmp(p, "/put") || !strcmp(p, "/get") || !strcmp(p, "/incr")) return keep_values(r);
  if (!strcmp(p, "/slow")) {
    nap(atol(r->query));
    if (stopping) r->keep = 0;
    return reply(r, "200 OK", r->body, snprintf(r->body, BODY, "%s %s slept %s\n", version, host, r->query));
  }
  if (!strcmp(p, "/exit")) {
    r->keep = 0;
    reply_text(r, "200 OK", "bye\n");
    _exit(atoi(r->query));
  }
  return reply_text(r, "404 Not Found", "not found\n");
}

/* ---- server */

static void *serve(void *arg) {
  int fd = (int)(long)arg, failed = 0;
  char head[8192], path[2048], *body = malloc(BODY);
  size_t have = 0;
  for (struct request r = {.fd = fd, .keep = 1, .path = path, .body = body}; body && !failed && r.keep;) {
    char *end;
    head[have] = 0;
    while (!(end = strstr(head, "\r\n\r\n"))) {
      ssize_t got = have < sizeof head - 1 ? recv(fd, head + have, sizeof head - 1 - have, 0) : 0;
      if (got <= 0) goto out;
      have += got;
      head[have] = 0;
    }
    __sync_fetch_and_add(&active, 1);
    *end = 0;
    if (sscanf(head, "%*15s %2047s", path) != 1) strcpy(path, "/");
    r.keep = !strstr(head, " HTTP/1.0") && !strcasestr(head, "\nConnection: close") && !stopping;
    r.query = strchr(path, '?');
    if (r.query) *r.query++ = 0;
    else r.query = path + strlen(path);
    failed = answer(&r);
    __sync_fetch_and_sub(&active, 1);
    have -= end + 4 - head;
    memmove(head, end + 4, have);
  }
out:
  free(body);
  shutdown(fd, SHUT_WR);
  close(fd);
  return 0;
}

static void on_term(int signal) {
  (void)signal;
  stopping = 1;
}

static void *drain(void *unused) { /* after SIGTERM: finish what is in flight, then exit 0 */
  (void)unused;
  while (!stopping) nap(20);
  fprintf(stderr, "web %s: SIGTERM, draining\n", version);
  nap(setting("STOP_DELAY", 0));
  shutdown(listener, SHUT_RDWR);
  close(listener);
  long since = now(), longest = setting("DRAIN", 10000);
  nap(30);
  while (__sync_fetch_and_add(&active, 0) && now() - since < longest) nap(10);
  fprintf(stderr, "web %s: stopped\n", version);
  _exit(0);
}

static void *die_later(void *ms) {
  nap((long)ms);
  fprintf(stderr, "web %s: EXIT_AFTER reached\n", version);
  _exit(setting("EXIT_CODE", 1));
}

static int listen_and_serve(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(setting("PORT", 8080))};
  int on = 1;
  pthread_t thread;
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 256 * 1024);
  pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
  listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (void *)&a, sizeof a) || listen(listener, 1024)) return perror("bind"), 1;
  printf("web %s listening on %ld\n", version, setting("PORT", 8080));
  pthread_create(&thread, &small, drain, 0);
  if (setting("EXIT_AFTER", 0)) pthread_create(&thread, &small, die_later, (void *)setting("EXIT_AFTER", 0));
  for (;;) {
    int fd = accept(listener, 0, 0);
    if (fd >= 0) {
      if (pthread_create(&thread, &small, serve, (void *)(long)fd)) close(fd);
    } else if (stopping) pause();
    else if (errno != EINTR) nap(10);
  }
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  version = text_setting("VERSION", "0");
  started = now();
  gethostname(host, sizeof host - 1);
  setvbuf(stdout, 0, _IOLBF, 0);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, setting("IGNORE_TERM", 0) ? SIG_IGN : on_term);
  signal(SIGINT, on_term);
  if (!strcmp(mode, "get") && argc > 2) return get(argv[2], argc > 3 ? atoi(argv[3]) : 1);
  if (!strcmp(mode, "check")) {
    char url[1100];
    snprintf(url, sizeof url, "http://127.0.0.1:%ld%s", setting("PORT", 8080), argc > 2 ? argv[2] : "/healthz");
    return get(url, 1);
  }
  if (!strcmp(mode, "poll") && argc > 3) {
    while (!stopping) {
      get(argv[2], 1);
      for (long left = atol(argv[3]); left > 0 && !stopping; left -= 50) nap(left < 50 ? left : 50);
    }
    return 0;
  }
  nap(setting("START_DELAY", 0));
  return listen_and_serve();
}
