// The limit of fan-out: a bare WebSocket broadcaster on epoll in one thread. What one sends goes to all, in a frame as long as the
// server's own; no accounts, no groups, no rights, no database. Everything that is due to a socket after one look at all of
// them goes in one write. Prints its port; a line on stdin is answered with the processor time it has used.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Peer {
  explicit Peer(int fd) : fd(fd) {}
  const int fd;
  bool upgraded = false, greeted = false, waits = false;
  std::string in, out;
};

std::vector<std::unique_ptr<Peer>> peers;  // by descriptor
std::vector<int> connected;
std::string due;  // to everybody, since the last look
uint64_t number = 0;
int poller;

uint32_t rolled(uint32_t value, int by) { return value << by | value >> (32 - by); }

/** SHA-1 (RFC 3174) in base64, which the handshake asks for. */
std::string acceptOf(std::string text) {
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<uint32_t, 5> h{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  const uint64_t bits = text.size() * 8;
  text += char(0x80);
  while (text.size() % 64 != 56) text += char(0);
  for (int at = 7; at >= 0; at -= 1) text += char(bits >> (at * 8));
  for (size_t block = 0; block < text.size(); block += 64) {
    uint32_t w[80];
    for (int t = 0; t < 16; t += 1) {
      w[t] = 0;
      for (int at = 0; at < 4; at += 1) w[t] = w[t] << 8 | uint8_t(text[block + t * 4 + at]);
    }
    for (int t = 16; t < 80; t += 1) w[t] = rolled(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    auto [a, b, c, d, e] = h;
    for (int t = 0; t < 80; t += 1) {
      const uint32_t f = t < 20 ? (b & c) | (~b & d) : t < 40 ? b ^ c ^ d : t < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const uint32_t k = t < 20 ? 0x5A827999 : t < 40 ? 0x6ED9EBA1 : t < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
      const uint32_t next = rolled(a, 5) + f + e + k + w[t];
      e = d, d = c, c = rolled(b, 30), b = a, a = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  }
  std::string digest, out;
  for (const uint32_t word : h)
    for (int at = 3; at >= 0; at -= 1) digest += char(word >> (at * 8));
  digest += char(0);
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t at = 0; at < 21; at += 3) {
    const uint32_t three = uint8_t(digest[at]) << 16 | uint8_t(digest[at + 1]) << 8 | uint8_t(digest[at + 2]);
    for (int part = 3; part >= 0; part -= 1) out += letters[three >> (part * 6) & 63];
  }
  out.back() = '=';
  return out;
}

void watch(Peer& peer, bool writes, int how = EPOLL_CTL_MOD) {
  epoll_event event{EPOLLIN | (writes ? uint32_t(EPOLLOUT) : 0u), {}};
  event.data.fd = peer.fd;
  epoll_ctl(poller, how, peer.fd, &event);
  peer.waits = writes;
}

void drop(Peer& peer) {
  const int fd = peer.fd;
  std::erase(connected, fd);
  close(fd);
  peers[fd].reset();
}

void write(Peer& peer, std::string_view data) {
  if (peer.out.empty()) {
    const ssize_t took = send(peer.fd, data.data(), data.size(), MSG_NOSIGNAL);
    if (took == ssize_t(data.size())) return;
    if (took > 0) data.remove_prefix(took);
    else if (errno != EAGAIN) return;
  }
  peer.out += data;
  if (!peer.waits) watch(peer, true);
}

void addFrame(std::string& to, std::string_view payload) {
  to += char(0x81);
  if (payload.size() < 126) to += char(payload.size());
  else {
    to += char(126);
    to += char(payload.size() >> 8);
    to += char(payload.size() & 255);
  }
  to += payload;
}

std::string_view between(std::string_view text, std::string_view from, char to) {
  const size_t start = text.find(from);
  if (start == text.npos) return {};
  const size_t begin = start + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

void heard(Peer& peer, std::string_view text) {
  std::string own;
  if (!peer.greeted) {
    peer.greeted = true;
    addFrame(own, "{\"welcome\":{}}");
    return write(peer, own);
  }
  const auto id = between(text, "\"id\":\"", '"'), group = between(text, "\"group\":\"", '"'), said = between(text, "\"text\":\"", '"');
  timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  const long long at = t.tv_sec * 1000ll + t.tv_nsec / 1000000;
  number += 1;
  char payload[1024];
  int size = snprintf(payload, sizeof payload,
                      "{\"on\":\"message.sent\",\"in\":\"%.*s\",\"n\":%llu,\"at\":%lld,\"by\":\"%.*s\",\"with\":{\"id\":\"%.*s\",\"ordinal\":%llu,\"text\":\"%.*s\"}}",
                      int(group.size()), group.data(), (unsigned long long)number, at, int(group.size()), group.data(), int(id.size()), id.data(),
                      (unsigned long long)number, int(said.size()), said.data());
  addFrame(due, std::string_view(payload, size));
  size = snprintf(payload, sizeof payload, "{\"id\":\"%.*s\",\"ok\":{\"id\":\"%.*s\",\"seq\":%llu,\"ordinal\":%llu,\"at\":%lld}}", int(id.size()), id.data(),
                  int(id.size()), id.data(), (unsigned long long)number, (unsigned long long)number, at);
  addFrame(own, std::string_view(payload, size));
  write(peer, own);
}

/** Whole masked text frames below 64 kB; anything else ends the connection. */
bool frames(Peer& peer) {
  size_t at = 0;
  while (peer.in.size() - at >= 6) {
    auto* head = reinterpret_cast<uint8_t*>(peer.in.data() + at);
    size_t size = head[1] & 127, skip = 2;
    if (head[0] != 0x81 || !(head[1] & 128) || size == 127) return false;
    if (size == 126) {
      if (peer.in.size() - at < 8) break;
      size = head[2] << 8 | head[3];
      skip = 4;
    }
    if (peer.in.size() - at < skip + 4 + size) break;
    const uint8_t* mask = head + skip;
    char* text = peer.in.data() + at + skip + 4;
    for (size_t place = 0; place < size; place += 1) text[place] ^= mask[place & 3];
    heard(peer, std::string_view(text, size));
    at += skip + 4 + size;
  }
  peer.in.erase(0, at);
  return true;
}

bool readable(Peer& peer) {
  static char buffer[65536];
  const ssize_t got = recv(peer.fd, buffer, sizeof buffer, 0);
  if (got < 0 && errno == EAGAIN) return true;
  if (got <= 0) return false;
  peer.in.append(buffer, got);
  if (!peer.upgraded) {
    const size_t end = peer.in.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    const std::string key(between(peer.in, "Sec-WebSocket-Key: ", '\r'));
    peer.in.erase(0, end + 4);
    peer.upgraded = true;
    write(peer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + acceptOf(key) +
                    "\r\nSec-WebSocket-Protocol: nharong.v1\r\n\r\n");
    connected.push_back(peer.fd);
  }
  return frames(peer);
}

void writable(Peer& peer) {
  const ssize_t took = send(peer.fd, peer.out.data(), peer.out.size(), MSG_NOSIGNAL);
  if (took > 0) peer.out.erase(0, took);
  if (peer.out.empty()) watch(peer, false);
}

}  // namespace

int main() {
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(door, reinterpret_cast<sockaddr*>(&address), size) || listen(door, 1024)) return 1;
  getsockname(door, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  poller = epoll_create1(0);
  for (const int fd : {door, 0}) {
    epoll_event event{EPOLLIN, {}};
    event.data.fd = fd;
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }
  static epoll_event events[512];
  for (;;) {
    const int count = epoll_wait(poller, events, 512, -1);
    for (int at = 0; at < count; at += 1) {
      const int fd = events[at].data.fd;
      if (fd == door) {
        for (int fresh; (fresh = accept4(door, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
          const int on = 1;
          setsockopt(fresh, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          if (peers.size() <= size_t(fresh)) peers.resize(fresh + 1);
          peers[fresh] = std::make_unique<Peer>(fresh);
          watch(*peers[fresh], false, EPOLL_CTL_ADD);
        }
      } else if (fd == 0) {
        char line[64];
        if (::read(0, line, sizeof line) <= 0) return 0;
        rusage used;
        getrusage(RUSAGE_SELF, &used);
        std::printf("%.6f\n", used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
        std::fflush(stdout);
      } else if (size_t(fd) < peers.size() && peers[fd]) {
        if (events[at].events & EPOLLOUT) writable(*peers[fd]);
        if (events[at].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !readable(*peers[fd])) drop(*peers[fd]);
      }
    }
    if (due.empty()) continue;
    for (const int fd : connected) write(*peers[fd], due);
    due.clear();
  }
}
