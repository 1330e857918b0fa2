/* names ADDRESS PREFIX NAME… - the lab's name server, on ADDRESS port 53.
 * hostN.lab is PREFIX.(10+N), bastion.lab PREFIX.2, each NAME is ADDRESS itself; no other name exists. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Reads the question's name (dotted) and returns the offset behind question type and class, 0 if it is malformed. */
static int question(const unsigned char *packet, int length, char *name, int size) {
  int at = 12, out = 0;
  while (at < length && packet[at] && out + packet[at] < size - 2 && at + packet[at] < length) {
    if (out) name[out++] = '.';
    memcpy(name + out, packet + at + 1, packet[at]);
    out += packet[at];
    at += packet[at] + 1;
  }
  name[out] = 0;
  at += 5;
  return at <= length ? at : 0;
}

static int resolve(const char *name, const char *address, const char *prefix, char **own, char *out, size_t size) {
  int host;
  for (; *own; own++)
    if (!strcasecmp(name, *own)) return snprintf(out, size, "%s", address), 1;
  if (!strcasecmp(name, "bastion.lab")) host = 2 - 10;
  else if (sscanf(name, "host%d.lab", &host) != 1) return 0;
  return snprintf(out, size, "%s.%d", prefix, 10 + host), 1;
}

int main(int argc, char **argv) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(53)}, from;
  unsigned char packet[600];
  char name[300], found[32];
  if (argc < 3) return fputs("usage: names ADDRESS PREFIX NAME…\n", stderr), 2;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  inet_aton(argv[1], &a.sin_addr);
  if (bind(fd, (void *)&a, sizeof a)) return perror("bind"), 1;
  for (;;) {
    socklen_t size = sizeof from;
    int length = recvfrom(fd, packet, 512, 0, (void *)&from, &size);
    if (length < 17 || packet[2] & 0x80) continue;
    int end = question(packet, length, name, sizeof name);
    if (!end) continue;
    int type = packet[end - 4] << 8 | packet[end - 3], known = resolve(name, argv[1], argv[2], argv + 3, found, sizeof found);
    packet[2] = 0x84 | (packet[2] & 1); /* an authoritative answer */
    packet[3] = 0x80 | (known ? 0 : 3);
    memset(packet + 6, 0, 6);
    if (known && type == 1) {
      memcpy(packet + end, "\xc0\x0c\0\1\0\1\0\0\0\5\0\4", 12); /* that name, A, IN, 5 s, 4 bytes */
      inet_pton(AF_INET, found, packet + end + 12);
      packet[7] = 1;
      end += 16;
    }
    sendto(fd, packet, end, 0, (void *)&from, size);
  }
}
