// The load for the servers that are measured beside ours: a room of thousands on an XMPP server (MUC), a topic of an MQTT broker, a
// subject of NATS; in one thread, so light that what is measured is the server. Reads a file: "protocol address port count
// extra", where extra is the XMPP server's room service, or the quality of service of MQTT. The first client writes, all hear it.
// Commands on stdin, one answer a line on stdout, as load.cc; every client checks that each message comes to it once and in order.
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
#include <ctime>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Client {
  int fd = -1;
  size_t place = 0;
  enum { unopened, connecting, greeting, open } state = unopened;
  int step = 0;          // of the greeting
  std::string rest;      // of what has not come whole
  int64_t last = -1;     // number of the last message heard
};

enum { xmpp, mqtt, nats } protocol;
std::string extra;
sockaddr_in target;
std::vector<Client> clients;
int poller;
size_t openClients = 0;
uint64_t made = 0, deliveries = 0, bytes = 0, gaps = 0, closed = 0;
uint16_t packet = 0;
bool running = false;

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

/** In a UUID's shape, as the ids of our own frames. */
std::string newId() {
  static std::mt19937_64 random{std::random_device{}()};
  const uint64_t a = random(), b = random();
  char text[37];
  snprintf(text, sizeof text, "%08x-%04x-7%03x-%04x-%012llx", unsigned(a >> 32), unsigned(a & 0xffff), unsigned(a >> 16 & 0xfff),
           unsigned(0x8000 | (b >> 48 & 0x3fff)), static_cast<unsigned long long>(b & 0xffffffffffffull));
  return text;
}

void sendAll(int fd, std::string_view data) {
  if (send(fd, data.data(), data.size(), MSG_NOSIGNAL) != ssize_t(data.size())) fail("a send of the load was not taken whole");
}

std::string base64(std::string_view data) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t at = 0; at < data.size(); at += 3) {
    const size_t left = data.size() - at;
    const uint32_t three = uint8_t(data[at]) << 16 | (left > 1 ? uint8_t(data[at + 1]) << 8 : 0) | (left > 2 ? uint8_t(data[at + 2]) : 0);
    for (size_t part = 0; part < 4; part += 1) out += part <= left ? letters[three >> (18 - part * 6) & 63] : '=';
  }
  return out;
}

std::string twoBytes(size_t value) { return {char(value >> 8), char(value & 255)}; }

/** A packet of MQTT 3.1.1 §2: type and flags, how long the rest is, the rest. */
std::string mqttPacket(uint8_t head, std::string_view rest) {
  std::string out(1, char(head));
  size_t size = rest.size();
  do {
    out += char((size & 127) | (size > 127 ? 128 : 0));
    size >>= 7;
  } while (size > 0);
  return out.append(rest);
}

constexpr std::string_view ROOM = "nhom";

std::string streamHead() {
  return "<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
}

void sayHello(Client& client) {
  const std::string name = "u" + std::to_string(client.place);
  if (protocol == xmpp) sendAll(client.fd, streamHead());
  else if (protocol == mqtt) {
    // Clean session, no keep-alive.
    std::string rest = twoBytes(4) + "MQTT" + char(4) + char(2) + twoBytes(0) + twoBytes(name.size()) + name;
    sendAll(client.fd, mqttPacket(0x10, rest));
  } else sendAll(client.fd, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB " + std::string(ROOM) + " 1\r\nPING\r\n");
}

void opened(Client& client) {
  client.state = Client::open;
  openClients += 1;
}

void sendMessage() {
  const std::string number = std::to_string(made);
  made += 1;
  if (protocol == xmpp) {
    // The frame on the line is as long as the server makes it: the text is the same, the rest is what the protocol says of it.
    return sendAll(clients[0].fd, "<message to='" + std::string(ROOM) + "@" + extra + "' type='groupchat' id='" + newId() +
                                      "'><body>Đã nhận, thôn 2 có 14 hộ. #" + number + "</body></message>");
  }
  const std::string group = newId();
  const std::string payload = "{\"on\":\"message.sent\",\"in\":\"" + group + "\",\"n\":" + number + ",\"at\":1795000000000,\"by\":\"" + group +
                              "\",\"with\":{\"id\":\"" + newId() + "\",\"ordinal\":" + number + ",\"text\":\"Đã nhận, thôn 2 có 14 hộ. #" + number + "\"}}";
  if (protocol == nats) sendAll(clients[0].fd, "PUB " + std::string(ROOM) + " " + std::to_string(payload.size()) + "\r\n" + payload + "\r\n");
  else {
    const bool sure = extra == "1";
    std::string rest = twoBytes(ROOM.size()) + std::string(ROOM);
    if (sure) rest += twoBytes(packet = packet == 65535 ? 1 : packet + 1);
    sendAll(clients[0].fd, mqttPacket(sure ? 0x32 : 0x30, rest + payload));
  }
}

/** A message came; its number stands behind the last '#'. The writer's own copy is what lets it write the next. */
void heard(Client& client, std::string_view text) {
  const size_t mark = text.rfind('#');
  if (mark == text.npos) return;
  const int64_t number = strtoll(text.data() + mark + 1, nullptr, 10);
  deliveries += 1;
  if (number != client.last + 1) gaps += 1;
  client.last = number;
  if (client.place == 0 && running) sendMessage();
}

/** Steps of an XMPP client until it is in the room (RFC 6120, XEP-0045). What of the text was used up. */
size_t greetXmpp(Client& client, std::string_view text) {
  const std::string name = "u" + std::to_string(client.place);
  const auto upTo = [&](std::string_view word) -> size_t {
    const size_t at = text.find(word);
    return at == text.npos ? 0 : at + word.size();
  };
  if (text.find("<failure") != text.npos || text.find("<stream:error") != text.npos || text.find("type='error'") != text.npos ||
      text.find("type=\"error\"") != text.npos)
    fail("refused: " + std::string(text.substr(0, 300)));
  size_t used = 0;
  switch (client.step) {
    case 0:
      if (!(used = upTo("</stream:features>"))) return 0;
      sendAll(client.fd, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
                             base64(std::string(1, '\0') + name + std::string(1, '\0') + "x") + "</auth>");
      break;
    case 1:
      if (!(used = upTo("<success"))) return 0;
      if (text.find('>', used) == text.npos) return 0;
      sendAll(client.fd, streamHead());
      break;
    case 2:
      if (!(used = upTo("</stream:features>"))) return 0;
      sendAll(client.fd, "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>");
      break;
    case 3:
      if (!(used = upTo("</iq>"))) return 0;
      sendAll(client.fd, "<presence to='" + std::string(ROOM) + "@" + extra + "/" + name +
                             "'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>");
      break;
    default:
      // The subject is the last thing that is told to who comes in.
      if (!(used = std::max(upTo("<subject/>"), upTo("</subject>")))) return 0;
      opened(client);
  }
  client.step += 1;
  return used;
}

size_t xmppParts(Client& client, std::string_view text) {
  size_t at = 0;
  while (client.state == Client::greeting) {
    const size_t used = greetXmpp(client, text.substr(at));
    if (used == 0) return at;
    at += used;
  }
  constexpr std::string_view END = "</body>";
  for (size_t end; (end = text.find(END, at)) != text.npos; at = end + END.size()) heard(client, text.substr(at, end - at));
  return at;
}

size_t mqttParts(Client& client, std::string_view text) {
  size_t at = 0;
  std::string answers;
  for (;;) {
    size_t size = 0, skip = 1, shift = 0;
    bool whole = false;
    while (at + skip < text.size() && skip < 5 && !whole) {
      const uint8_t part = text[at + skip];
      size |= size_t(part & 127) << shift;
      shift += 7;
      skip += 1;
      whole = part < 128;
    }
    if (!whole || text.size() - at < skip + size) break;
    const uint8_t head = text[at];
    std::string_view rest = text.substr(at + skip, size);
    at += skip + size;
    if (head >> 4 == 2) {
      if (rest[1] != 0) fail("not let in");
      sendAll(client.fd, mqttPacket(0x82, twoBytes(1) + twoBytes(ROOM.size()) + std::string(ROOM) + char(extra == "1")));
    } else if (head >> 4 == 9) opened(client);
    else if (head >> 4 == 3) {
      rest.remove_prefix(2 + (uint8_t(rest[0]) << 8 | uint8_t(rest[1])));
      if (head & 6) {
        answers.append("\x40\x02", 2).append(rest.substr(0, 2));
        rest.remove_prefix(2);
      }
      heard(client, rest);
    }
  }
  if (!answers.empty()) sendAll(client.fd, answers);
  return at;
}

size_t natsParts(Client& client, std::string_view text) {
  size_t at = 0;
  for (size_t end; (end = text.find("\r\n", at)) != text.npos;) {
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with("MSG ")) {
      const size_t size = strtoull(line.data() + line.rfind(' ') + 1, nullptr, 10);
      if (text.size() - end - 2 < size + 2) break;
      heard(client, text.substr(end + 2, size));
      at = end + 2 + size + 2;
      continue;
    }
    if (line == "PING") sendAll(client.fd, "PONG\r\n");
    else if (line == "PONG" && client.state == Client::greeting) opened(client);
    else if (line.starts_with("-ERR")) fail(std::string(line));
    at = end + 2;
  }
  return at;
}

void readFrom(Client& client) {
  static std::vector<char> buffer(4 << 20);
  const size_t before = client.rest.size();
  memcpy(buffer.data(), client.rest.data(), before);
  const ssize_t got = recv(client.fd, buffer.data() + before, buffer.size() - before - 1, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    closed += 1;
    if (client.state != Client::open) fail("closed before it was in");
    epoll_ctl(poller, EPOLL_CTL_DEL, client.fd, nullptr);
    return;
  }
  bytes += got;
  const size_t have = before + got;
  buffer[have] = 0;
  const std::string_view text(buffer.data(), have);
  const size_t used = protocol == xmpp ? xmppParts(client, text) : protocol == mqtt ? mqttParts(client, text) : natsParts(client, text);
  if (have - used > 1 << 20) fail("a megabyte without an end");
  if (used < have) client.rest.assign(text.substr(used));
  else if (!client.rest.empty()) std::string().swap(client.rest);
}

void turn(int wait) {
  static epoll_event events[512];
  const int count = epoll_wait(poller, events, 512, wait);
  for (int at = 0; at < count; at += 1) {
    Client& client = clients[events[at].data.u64];
    if (client.state != Client::connecting) {
      readFrom(client);
      continue;
    }
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(client.fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if ((errno = error)) fail("connect");
    client.state = Client::greeting;
    epoll_event event{EPOLLIN, {}};
    event.data.u64 = client.place;
    epoll_ctl(poller, EPOLL_CTL_MOD, client.fd, &event);
    sayHello(client);
  }
}

void connectClient(size_t place) {
  Client& client = clients[place];
  client.place = place;
  client.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client.fd < 0) fail("socket");
  const int on = 1;
  setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(client.fd, reinterpret_cast<sockaddr*>(&target), sizeof target) && errno != EINPROGRESS) fail("connect");
  client.state = Client::connecting;
  epoll_event event{EPOLLOUT, {}};
  event.data.u64 = place;
  if (epoll_ctl(poller, EPOLL_CTL_ADD, client.fd, &event)) fail("epoll_ctl");
}

/** The first alone, since it makes the room; then at most 16 on their way at once. */
void openUpTo(size_t count) {
  const double end = seconds() + 240;
  for (size_t next = openClients; openClients < count;) {
    for (; next < count && next - openClients < (openClients == 0 ? 1 : 16); next += 1) connectClient(next);
    turn(100);
    if (seconds() > end) fail("connecting took too long");
  }
}

/** The first has `window` messages on their way that it has not heard itself yet, all the time. */
void flood(size_t window, double length) {
  made = deliveries = bytes = gaps = closed = 0;
  for (Client& client : clients) client.last = -1;
  const double cpu = cpuSeconds(), start = seconds();
  running = true;
  for (size_t at = 0; at < window; at += 1) sendMessage();
  // A slow server is given the time to tell everybody of one at least.
  while (seconds() < start + length || (deliveries < openClients && seconds() < start + 60)) turn(50);
  running = false;
  const double took = seconds() - start, used = cpuSeconds() - cpu;
  const uint64_t then = deliveries, bytesThen = bytes, expected = made * openClients;
  for (const double end = seconds() + 60; deliveries < expected && seconds() < end;) turn(100);
  std::printf("flood {\"seconds\":%.4f,\"acked\":%llu,\"deliveries\":%llu,\"bytes\":%llu,\"cpu\":%.4f,\"p50\":0,\"p99\":0,\"problems\":0,"
              "\"gaps\":%llu,\"closed\":%llu,\"made\":%llu,\"heard\":%llu,\"expected\":%llu}\n",
              took, (unsigned long long)made, (unsigned long long)then, (unsigned long long)bytesThen, used, (unsigned long long)gaps,
              (unsigned long long)closed, (unsigned long long)made, (unsigned long long)deliveries, (unsigned long long)expected);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream file(argv[1]);
  std::string kind, address;
  uint16_t port;
  size_t count;
  if (!(file >> kind >> address >> port >> count >> extra)) return 2;
  protocol = kind == "xmpp" ? xmpp : kind == "mqtt" ? mqtt : nats;
  clients.resize(count);
  target.sin_family = AF_INET;
  target.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &target.sin_addr);
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
      size_t wanted = 0;
      words >> wanted;
      openUpTo(std::min(wanted, clients.size()));
      std::printf("open {\"devices\":%zu}\n", openClients);
    } else if (command == "flood") {
      size_t window = 0;
      double length = 0;
      words >> window >> length;
      flood(window, length);
    } else return 2;
    std::fflush(stdout);
  }
  return 0;
}
