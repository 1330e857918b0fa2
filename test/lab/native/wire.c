/* wire IFACE TAP DELAY_MS LOSS_PCT - a cable with delay and loss, for kernels without sch_netem.
 * Creates the tap interface TAP and carries frames between it and IFACE, each DELAY_MS later, losing LOSS_PCT percent.
 * virtio-net headers are passed along, so segmentation and checksum offload keep working on both sides. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RING 8192
#define FRAME 70000
#define BATCH 64

struct frame { long due; int length; char *data; };
struct direction { struct frame ring[RING]; unsigned head, tail; int in, out; };

static struct direction directions[2];

static long now(void) { /* microseconds */
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void need(int ok, const char *what) {
  if (ok) return;
  perror(what);
  exit(1);
}

static int open_tap(const char *name) {
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
  int header = sizeof(struct virtio_net_hdr), fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  need(fd >= 0, "/dev/net/tun");
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  need(!ioctl(fd, TUNSETIFF, &request), "TUNSETIFF");
  need(!ioctl(fd, TUNSETVNETHDRSZ, &header), "TUNSETVNETHDRSZ");
  need(!ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6), "TUNSETOFFLOAD");
  return fd;
}

static int open_interface(const char *name) {
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = if_nametoindex(name)};
  int on = 1, buffer = 8 << 20, fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
  need(fd >= 0, "socket");
  need(!setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on), "PACKET_VNET_HDR");
  need(!setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on), "PACKET_IGNORE_OUTGOING");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
  need(address.sll_ifindex && !bind(fd, (void *)&address, sizeof address), name);
  return fd;
}

/* Sends what is due; returns the microseconds until the next frame is, or -1. */
static long deliver(struct direction *d, long t) {
  while (d->head != d->tail && d->ring[d->head % RING].due <= t) {
    struct frame *f = &d->ring[d->head++ % RING];
    if (write(d->out, f->data, f->length) < 0 && errno != EAGAIN && errno != ENOBUFS && errno != ENETDOWN && errno != EIO)
      fprintf(stderr, "write %d bytes: %s\n", f->length, strerror(errno));
    free(f->data);
  }
  return d->head == d->tail ? -1 : d->ring[d->head % RING].due - t;
}

static void accept_frames(struct direction *d, long delay, double loss) {
  static char buffer[FRAME];
  for (int i = 0; i < BATCH; i++) {
    int length = read(d->in, buffer, sizeof buffer);
    if (length <= 0) return;
    if ((loss > 0 && drand48() < loss) || d->tail - d->head >= RING) continue;
    struct frame *f = &d->ring[d->tail++ % RING];
    f->due = now() + delay;
    f->length = length;
    f->data = malloc(length);
    memcpy(f->data, buffer, length);
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return fprintf(stderr, "usage: wire IFACE TAP DELAY_MS LOSS_PCT\n"), 2;
  long delay = (long)(atof(argv[3]) * 1000);
  double loss = atof(argv[4]) / 100;
  int tap = open_tap(argv[2]), interface = open_interface(argv[1]);
  directions[0].in = directions[1].out = interface;
  directions[1].in = directions[0].out = tap;
  srand48(getpid());
  for (;;) {
    long t = now(), first = deliver(&directions[0], t), second = deliver(&directions[1], t);
    long wake = first < 0 || (second >= 0 && second < first) ? second : first;
    struct pollfd fds[2] = {{interface, POLLIN, 0}, {tap, POLLIN, 0}};
    struct timespec wait = {wake / 1000000, wake % 1000000 * 1000};
    need(ppoll(fds, 2, wake < 0 ? 0 : &wait, 0) >= 0 || errno == EINTR, "ppoll");
    for (int i = 0; i < 2; i++) accept_frames(&directions[i], delay, loss);
  }
}
