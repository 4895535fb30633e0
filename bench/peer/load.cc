// The load of the benches: thousands of connected devices in one thread, so light that what is measured is the server.
// Reads a file: first line "address", then a line a device: "own-address cookie group port". Then commands on stdin, one
// answer a line on stdout; see main(). Every device checks that the numbers of its group's stream come without gap or repetition.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Device {
  std::string from, cookie, group;
  uint16_t port = 0;           // of the node it speaks to
  int fd = -1;
  enum { unopened, connecting, upgrading, greeting, open } state = unopened;
  std::string rest;            // of a frame that has not come whole
  int64_t number = -1;         // of the last event heard
  std::deque<double> sentAt;   // of sends without an answer, oldest first
  bool sends = false;
};

sockaddr_in target;
std::string address;
std::vector<Device> devices;
int poller;
size_t openDevices = 0;
uint64_t acked = 0, problems = 0, deliveries = 0, bytes = 0, gaps = 0, closed = 0, made = 0;
size_t underWay = 0;
bool running = false;
std::vector<double> ackTimes;
// Of paced messages: when each was sent, how many have heard it, and how long it took until the last had.
bool paced = false;
std::vector<double> pacedAt;
std::vector<uint32_t> heardBy;
std::vector<double> seenTimes;
size_t listeners = 0;

double seconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

double cpuSeconds() {
  rusage r;
  getrusage(RUSAGE_SELF, &r);
  return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

[[noreturn]] void fail(const std::string& what) {
  std::cout << "failed " << what << (errno ? std::string(": ") + strerror(errno) : "") << std::endl;
  _exit(1);
}

/** UUID of version 7, as every client of ours makes for its actions. */
std::string newId() {
  static std::mt19937_64 random{std::random_device{}()};
  timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  const uint64_t ms = t.tv_sec * 1000ull + t.tv_nsec / 1000000;
  const uint64_t a = random(), b = random();
  char text[37];
  snprintf(text, sizeof text, "%08x-%04x-7%03x-%04x-%012llx", unsigned(ms >> 16), unsigned(ms & 0xffff), unsigned(a & 0xfff),
           unsigned(0x8000 | ((a >> 12) & 0x3fff)), static_cast<unsigned long long>(b & 0xffffffffffffull));
  return text;
}

void sendAll(int fd, const std::string& data) {
  if (send(fd, data.data(), data.size(), MSG_NOSIGNAL) != ssize_t(data.size())) fail("a send of the load was not taken whole");
}

/** One masked frame, as browsers send it. */
void sendFrame(Device& device, const std::string& payload, uint8_t opcode = 1) {
  std::string frame;
  frame += char(0x80 | opcode);
  if (payload.size() < 126) frame += char(0x80 | payload.size());
  else {
    frame += char(0x80 | 126);
    frame += char(payload.size() >> 8);
    frame += char(payload.size() & 255);
  }
  const uint8_t mask[4] = {0x37, 0xfa, 0x21, uint8_t(made)};
  frame.append(reinterpret_cast<const char*>(mask), 4);
  for (size_t at = 0; at < payload.size(); at += 1) frame += char(uint8_t(payload[at]) ^ mask[at & 3]);
  sendAll(device.fd, frame);
}

void sendMessage(Device& device) {
  const double now = seconds();
  sendFrame(device, "{\"id\":\"" + newId() + "\",\"do\":\"message.send\",\"with\":{\"group\":\"" + device.group +
                        "\",\"text\":\"Đã nhận, thôn 2 có 14 hộ. #" + std::to_string(made) + "\"}}");
  if (paced) {
    pacedAt.push_back(now);
    heardBy.push_back(0);
  }
  device.sentAt.push_back(now);
  made += 1;
  underWay += 1;
}

void heardMessage(Device& device, const char* data, size_t size) {
  deliveries += 1;
  // {"on":"message.sent","in":"<group>","n":<number>, …
  constexpr size_t place = 27 + 36 + 6;
  const int64_t number = size > place ? strtoll(data + place, nullptr, 10) : 0;
  if (device.number >= 0 && number != device.number + 1) gaps += 1;
  device.number = number;
  if (!paced) return;
  const char* mark = static_cast<const char*>(memrchr(data, '#', size));
  const size_t message = mark ? strtoull(mark + 1, nullptr, 10) : SIZE_MAX;
  if (message >= heardBy.size()) return;
  if (++heardBy[message] == listeners) seenTimes.push_back(seconds() - pacedAt[message]);
}

void heard(Device& device, uint8_t opcode, const char* data, size_t size) {
  if (opcode == 8) {
    closed += 1;
    return;
  }
  if (opcode == 9) return sendFrame(device, std::string(data, size), 10);
  if (opcode != 1) return;
  if (device.state == Device::greeting) {
    if (size < 11 || memcmp(data, "{\"welcome\":", 11) != 0) fail("no welcome but " + std::string(data, std::min(size, size_t(200))));
    device.state = Device::open;
    openDevices += 1;
    return;
  }
  if (size > 6 && memcmp(data, "{\"id\":", 6) == 0) {
    if (device.sentAt.empty()) fail("an answer without a question");
    if (memmem(data, std::min(size, size_t(80)), "\"ok\":", 5)) acked += 1;
    else problems += 1;
    ackTimes.push_back(seconds() - device.sentAt.front());
    device.sentAt.pop_front();
    underWay -= 1;
    if (running && device.sends) sendMessage(device);
  } else if (size > 21 && memcmp(data, "{\"on\":\"message.sent\",", 21) == 0) heardMessage(device, data, size);
}

void readFrom(Device& device) {
  static std::vector<char> buffer(4 << 20);
  size_t have = device.rest.size();
  memcpy(buffer.data(), device.rest.data(), have);
  const ssize_t got = recv(device.fd, buffer.data() + have, buffer.size() - have - 1, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    errno = got == 0 ? 0 : errno;
    fail("the server closed a connection");
  }
  bytes += got;
  have += got;
  buffer[have] = 0;
  const char* data = buffer.data();
  size_t at = 0;
  if (device.state == Device::upgrading) {
    const char* end = static_cast<const char*>(memmem(data, have, "\r\n\r\n", 4));
    if (end) {
      if (memcmp(data, "HTTP/1.1 101", 12) != 0) fail("no upgrade but " + std::string(data, std::min(have, size_t(200))));
      at = end + 4 - data;
      device.state = Device::greeting;
      sendFrame(device, "{\"hello\":{\"version\":1,\"streams\":{}}}");
    }
  }
  while (device.state >= Device::greeting && have - at >= 2) {
    const auto* head = reinterpret_cast<const uint8_t*>(data + at);
    size_t size = head[1] & 127, skip = 2;
    if (size == 126) {
      if (have - at < 4) break;
      size = head[2] << 8 | head[3];
      skip = 4;
    } else if (size == 127) {
      if (have - at < 10) break;
      size = 0;
      for (int i = 2; i < 10; i += 1) size = size << 8 | head[i];
      skip = 10;
    }
    if (have - at < skip + size) break;
    heard(device, head[0] & 15, data + at + skip, size);
    at += skip + size;
  }
  if (at < have) device.rest.assign(data + at, have - at);
  else if (!device.rest.empty()) std::string().swap(device.rest);
}

void turn(int wait) {
  static epoll_event events[512];
  const int count = epoll_wait(poller, events, 512, wait);
  for (int at = 0; at < count; at += 1) {
    Device& device = devices[events[at].data.u64];
    if (device.state == Device::connecting) {
      int error = 0;
      socklen_t size = sizeof error;
      getsockopt(device.fd, SOL_SOCKET, SO_ERROR, &error, &size);
      if ((errno = error)) fail("connect");
      device.state = Device::upgrading;
      epoll_event event{EPOLLIN, {}};
      event.data.u64 = events[at].data.u64;
      epoll_ctl(poller, EPOLL_CTL_MOD, device.fd, &event);
      const std::string host = address + ":" + std::to_string(device.port);
      sendAll(device.fd, "GET /live HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Protocol: nharong.v1\r\nOrigin: http://" + host + "\r\nCookie: " + device.cookie + "\r\n\r\n");
    } else readFrom(device);
  }
}

void connectDevice(size_t place) {
  Device& device = devices[place];
  device.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (device.fd < 0) fail("socket");
  const int on = 1;
  setsockopt(device.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // The port is chosen when it connects: a port serves several own addresses.
  setsockopt(device.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  inet_pton(AF_INET, device.from.c_str(), &own.sin_addr);
  if (bind(device.fd, reinterpret_cast<sockaddr*>(&own), sizeof own)) fail("bind");
  target.sin_port = htons(device.port);
  if (connect(device.fd, reinterpret_cast<sockaddr*>(&target), sizeof target) && errno != EINPROGRESS) fail("connect");
  device.state = Device::connecting;
  epoll_event event{EPOLLOUT, {}};
  event.data.u64 = place;
  if (epoll_ctl(poller, EPOLL_CTL_ADD, device.fd, &event)) fail("epoll_ctl");
}

/** At most 64 on their way at once. */
void openUpTo(size_t count) {
  const double end = seconds() + 240;
  for (size_t next = openDevices; openDevices < count;) {
    for (; next < count && next - openDevices < 64; next += 1) connectDevice(next);
    turn(100);
    if (seconds() > end) fail("connecting took too long");
  }
}

double part(std::vector<double>& times, double share) {
  if (times.empty()) return 0;
  const size_t place = std::min(times.size() - 1, size_t(double(times.size()) * share));
  std::nth_element(times.begin(), times.begin() + place, times.end());
  return times[place] * 1000;
}

void settle(uint64_t expected) {
  const double end = seconds() + 60;
  while ((underWay > 0 || deliveries < expected) && seconds() < end) turn(100);
}

/** Each of `senders` devices has `window` messages without an answer, all the time. */
void flood(size_t senders, size_t window, double length) {
  acked = problems = deliveries = bytes = gaps = closed = made = 0;
  ackTimes.clear();
  const double cpu = cpuSeconds(), start = seconds();
  running = true;
  for (size_t at = 0; at < senders; at += 1) devices[at].sends = true;
  for (size_t w = 0; w < window; w += 1)
    for (size_t at = 0; at < senders; at += 1) sendMessage(devices[at]);
  while (seconds() < start + length) turn(50);
  running = false;
  const double took = seconds() - start, used = cpuSeconds() - cpu;
  const uint64_t ackedThen = acked, deliveredThen = deliveries, bytesThen = bytes;
  settle(made * listeners);
  for (size_t at = 0; at < senders; at += 1) devices[at].sends = false;
  std::printf("flood {\"seconds\":%.4f,\"acked\":%llu,\"deliveries\":%llu,\"bytes\":%llu,\"cpu\":%.4f,\"p50\":%.3f,\"p99\":%.3f,"
              "\"problems\":%llu,\"gaps\":%llu,\"closed\":%llu,\"made\":%llu,\"heard\":%llu,\"expected\":%llu}\n",
              took, (unsigned long long)ackedThen, (unsigned long long)deliveredThen, (unsigned long long)bytesThen, used, part(ackTimes, 0.5),
              part(ackTimes, 0.99), (unsigned long long)problems, (unsigned long long)gaps, (unsigned long long)closed,
              (unsigned long long)made, (unsigned long long)deliveries, (unsigned long long)(made * listeners));
}

/** One device sends so many a second; how long until all have each. */
void pace(double rate, double length) {
  acked = problems = deliveries = bytes = gaps = closed = made = 0;
  ackTimes.clear();
  pacedAt.clear();
  heardBy.clear();
  seenTimes.clear();
  paced = true;
  const double cpu = cpuSeconds(), start = seconds();
  const size_t count = size_t(rate * length);
  while (made < count) {
    const double due = start + made / rate, now = seconds();
    if (now >= due) sendMessage(devices[0]);
    // The last millisecond is spent looking, so that the time of sending is kept.
    else turn(due - now > 0.002 ? int((due - now) * 1000) - 1 : 0);
  }
  const double took = seconds() - start;
  settle(made * listeners);
  paced = false;
  const size_t seen = seenTimes.size();
  std::printf("pace {\"seconds\":%.4f,\"made\":%llu,\"seen\":%zu,\"p50\":%.3f,\"p99\":%.3f,\"most\":%.3f,\"ackP50\":%.3f,\"problems\":%llu,"
              "\"gaps\":%llu,\"closed\":%llu,\"cpu\":%.4f}\n",
              took, (unsigned long long)made, seen, part(seenTimes, 0.5), part(seenTimes, 0.99), part(seenTimes, 1), part(ackTimes, 0.5),
              (unsigned long long)problems, (unsigned long long)gaps, (unsigned long long)closed, cpuSeconds() - cpu);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream file(argv[1]);
  file >> address;
  target.sin_family = AF_INET;
  inet_pton(AF_INET, address.c_str(), &target.sin_addr);
  for (Device it; file >> it.from >> it.cookie >> it.group >> it.port;) devices.push_back(it);
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  poller = epoll_create1(EPOLL_CLOEXEC);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    if (command == "open") {
      size_t count = 0;
      words >> count;
      openUpTo(std::min(count, devices.size()));
      std::printf("open {\"devices\":%zu}\n", openDevices);
    } else if (command == "flood") {
      size_t senders = 0, window = 0;
      double length = 0;
      words >> senders >> window >> length >> listeners;
      flood(senders, window, length);
    } else if (command == "pace") {
      double rate = 0, length = 0;
      words >> rate >> length >> listeners;
      pace(rate, length);
    } else if (command == "idle") {
      double length = 0;
      words >> length;
      for (const double end = seconds() + length; seconds() < end;) turn(50);
      std::printf("idle {\"devices\":%zu}\n", openDevices);
    } else return 2;
    std::fflush(stdout);
  }
  return 0;
}
