#include "http.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <list>
#include <memory>
#include <vector>

#include "failure.hpp"

namespace cli::http {
namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point deadline() { return Clock::now() + std::chrono::milliseconds(kPatienceMs); }

const char* reason(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 422: return "Unprocessable Content";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 505: return "HTTP Version Not Supported";
    default: return "Internal Server Error";
  }
}

std::string bytes_of(const Answered& answer) {
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " " + reason(answer.status) + "\r\n";
  out += "Content-Length: " + std::to_string(answer.body.size()) + "\r\nConnection: close\r\n";
  if (answer.status == 405) out += "Allow: GET, POST\r\n";
  if (!answer.body.empty()) out += "Content-Type: " + answer.type + "\r\n";
  return out + "\r\n" + answer.body;
}

// RFC 9110, 5.6.2: the characters of a method or a field's name.
bool is_token(std::string_view text) {
  static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}
bool is_visible(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}
std::optional<std::size_t> number(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::size_t out = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + static_cast<std::size_t>(c - '0');
  }
  return out;
}

/// Head is the first line and the fields that say how long the body is.
struct Head {
  std::string_view first;
  std::optional<std::size_t> length;
  bool has_host = false, waits = false;
  unsigned refusal = 0;
};
Head read_head(std::string_view text) {
  Head out;
  const auto line_of = [&text]() {
    const auto end = text.find("\r\n");
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    return line;
  };
  out.first = line_of();
  while (!text.empty() && out.refusal == 0) {
    const auto line = line_of();
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
        std::any_of(line.begin(), line.end(), [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; })) {
      out.refusal = 400;
      continue;
    }
    const std::string name = lower(line.substr(0, colon));
    const auto value = trimmed(line.substr(colon + 1));
    if (name == "content-length") {
      const auto length = number(value);
      if (!length || out.length) out.refusal = 400;
      out.length = length;
    }
    if (name == "transfer-encoding") out.refusal = 501;
    if (name == "host") {
      if (out.has_host) out.refusal = 400;
      out.has_host = true;
    }
    if (name == "expect") out.waits = lower(value) == "100-continue";
  }
  return out;
}

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

int left_ms(Clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::max<long>(0, static_cast<long>(left)));
}

struct Place {
  std::string host, port;
};
/// HOST:PORT or [HOST]:PORT; the port may be missing where there is another.
std::optional<Place> place_of(std::string_view text, std::string_view other_port) {
  Place out;
  if (!text.empty() && text[0] == '[') {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    out.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    text.remove_prefix(out.host.size());
  }
  out.port = text.empty() ? other_port : text.substr(1);
  const auto port = number(out.port);
  const bool good = (text.empty() || text[0] == ':') && port && *port < 65536 && is_visible(out.host);
  return good ? std::optional<Place>(out) : std::nullopt;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;
Addresses resolve(const Place& place, int flags) {
  addrinfo hints{}, *list = nullptr;
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  if (::getaddrinfo(place.host.c_str(), place.port.c_str(), &hints, &list) != 0) return nullptr;
  return Addresses(list);
}

/// One connection at a time does one of two things: its request comes in, or its answer goes out.
struct Connection {
  explicit Connection(int fd) : socket(fd), until(deadline()) {}
  Socket socket;
  std::string in, out;
  std::size_t sent = 0;
  bool answers = false, was_told_to_go_on = false, is_done = false;
  Clock::time_point until;

  void receive() {
    char buffer[16384];
    const ssize_t n = ::recv(socket.fd(), buffer, sizeof buffer, 0);
    if (n > 0) in.append(buffer, static_cast<std::size_t>(n));
    else if (n == 0 || (errno != EAGAIN && errno != EINTR)) is_done = true;
  }
  void send() {
    const ssize_t n = ::send(socket.fd(), out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
    if (n > 0) sent += static_cast<std::size_t>(n);
    else if (n < 0 && errno != EAGAIN && errno != EINTR) is_done = true;
    if (answers && sent == out.size()) {
      ::shutdown(socket.fd(), SHUT_WR);
      is_done = true;
    }
  }
};

}  // namespace

Reading read_request(std::string_view bytes) {
  Reading out;
  const auto refuse = [&](unsigned status) {
    out.refusal = status;
    return out;
  };
  const auto end = bytes.substr(0, kHeadMax).find("\r\n\r\n");
  if (end == std::string_view::npos) return bytes.size() >= kHeadMax ? refuse(431) : out;
  const Head head = read_head(bytes.substr(0, end + 2));
  if (head.refusal != 0) return refuse(head.refusal);
  const auto one = head.first.find(' '), two = head.first.rfind(' ');
  if (one == std::string_view::npos || one == two) return refuse(400);
  out.asked.method = head.first.substr(0, one);
  out.asked.path = head.first.substr(one + 1, two - one - 1);
  const auto version = head.first.substr(two + 1);
  if (!is_token(out.asked.method) || !is_visible(out.asked.path) || out.asked.path[0] != '/') return refuse(400);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(505);
  if (version == "HTTP/1.1" && !head.has_host) return refuse(400);
  if (out.asked.method == "POST" && !head.length) return refuse(411);
  const std::size_t length = head.length.value_or(0);
  if (length > kBodyMax) return refuse(413);
  const auto body = bytes.substr(end + 4);
  if (body.size() > length) return refuse(400);  // a second request: there is one to a connection
  out.is_whole = body.size() == length;
  out.waits = head.waits && !out.is_whole;
  if (out.is_whole) out.asked.body = body;
  return out;
}

Server::Server(const std::string& address) {
  const auto place = place_of(address, "");
  const auto found = place ? resolve(*place, AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE) : nullptr;
  if (!found) throw usage("--listen is no address of this machine", "--listen 127.0.0.1:8417");
  fd_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (fd_ < 0 || ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(fd_, found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd_, 16) != 0)
    throw failure("EX1013", "--listen");
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  char port[8] = "";
  if (::getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &size) != 0 ||
      ::getnameinfo(reinterpret_cast<sockaddr*>(&bound), size, nullptr, 0, port, sizeof port, NI_NUMERICSERV) != 0)
    throw failure("EX1013", "--listen");
  address_ = (found->ai_family == AF_INET6 ? "[" + place->host + "]" : place->host) + ":" + port;
}

Server::~Server() {
  if (fd_ >= 0) ::close(fd_);
}

void Server::serve(const std::function<Answered(const Asked&)>& answer,
                   const std::function<void(const Asked&, const Answered&)>& told) const {
  std::list<Connection> open;
  const auto take_in = [&](Connection& one) {
    const Reading reading = read_request(one.in);
    if (reading.waits && !one.was_told_to_go_on) {
      one.out += "HTTP/1.1 100 Continue\r\n\r\n";
      one.was_told_to_go_on = true;
    }
    if (!reading.is_whole && reading.refusal == 0) return;
    const Answered answered = reading.refusal != 0 ? Answered{reading.refusal, {}, {}} : answer(reading.asked);
    told(reading.asked, answered);
    one.out += bytes_of(answered);
    one.answers = true;
  };
  for (;;) {
    std::vector<pollfd> polled{{open.size() < kConnectionsMax ? fd_ : -1, POLLIN, 0}};
    int wait = -1;
    for (const auto& one : open) {
      const bool has_more = one.sent < one.out.size();
      polled.push_back({one.socket.fd(), static_cast<short>(has_more ? POLLOUT : POLLIN), 0});
      wait = wait < 0 ? left_ms(one.until) : std::min(wait, left_ms(one.until));
    }
    if (::poll(polled.data(), polled.size(), wait) < 0 && errno != EINTR) throw failure("EX1013", "--listen");
    std::size_t at = 1;
    for (auto& one : open) {
      const short events = polled[at++].revents;
      if ((events & POLLOUT) != 0) one.send();
      else if ((events & POLLIN) != 0) one.receive();
      else if (events != 0) one.is_done = true;
      if (!one.is_done && !one.answers) take_in(one);
    }
    open.remove_if([](const Connection& one) { return one.is_done || left_ms(one.until) == 0; });
    if ((polled[0].revents & POLLIN) == 0) continue;
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) open.emplace_back(fd);
  }
}

// ---- the other side ------------------------------------------------------------------------------------------------

namespace {

/// Sends and receives on one socket until the other side closes it. Nothing where it does not in time, or sends more
/// than it should.
std::optional<std::string> exchange(int fd, const std::string& request) {
  const auto until = deadline();
  std::size_t sent = 0;
  std::string in;
  for (;;) {
    pollfd polled{fd, static_cast<short>(sent < request.size() ? POLLIN | POLLOUT : POLLIN), 0};
    const int ready = ::poll(&polled, 1, left_ms(until));
    if (ready == 0 || (ready < 0 && errno != EINTR)) return std::nullopt;
    if ((polled.revents & POLLOUT) != 0) {
      const ssize_t n = ::send(fd, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (n > 0) sent += static_cast<std::size_t>(n);
      else if (n < 0 && errno != EAGAIN && errno != EINTR) return std::nullopt;
    }
    if ((polled.revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
    char buffer[16384];
    const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
    if (n == 0) return in;
    if (n < 0 && errno != EAGAIN && errno != EINTR) return std::nullopt;
    if (n > 0) in.append(buffer, static_cast<std::size_t>(n));
    if (in.size() > kHeadMax + kBodyMax) return std::nullopt;
  }
}

std::optional<Answered> read_answer(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos || end > kHeadMax) return std::nullopt;
  const Head head = read_head(bytes.substr(0, end + 2));
  const auto status = head.first.size() >= 12 ? number(head.first.substr(9, 3)) : std::nullopt;
  if (head.refusal != 0 || !status || head.first.substr(0, 7) != "HTTP/1.") return std::nullopt;
  const auto body = bytes.substr(end + 4);
  if (head.length && *head.length != body.size()) return std::nullopt;
  return Answered{static_cast<unsigned>(*status), {}, std::string(body)};
}

}  // namespace

std::optional<Answered> post(const std::string& url, const std::string& body) {
  constexpr std::string_view kScheme = "http://";
  const std::string_view rest = std::string_view(url).substr(std::min(url.size(), kScheme.size()));
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const auto place = url.compare(0, kScheme.size(), kScheme) == 0 ? place_of(authority, "80") : std::nullopt;
  if (!place || !is_visible(rest))
    throw usage("the witness's URL in the policy is none that can be asked",
                "http://HOST:PORT, or exchange log submit -o DIR");
  const std::string path(rest.substr(authority.size()));
  const std::string request = "POST " + (path.empty() ? "/" : path) + " HTTP/1.1\r\nHost: " + std::string(authority) +
                              "\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\nConnection: close\r\n\r\n" + body;
  const auto found = resolve(*place, AI_NUMERICSERV);
  for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) {
    const Socket socket(::socket(one->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.fd() < 0) continue;
    if (::connect(socket.fd(), one->ai_addr, one->ai_addrlen) != 0 && errno != EINPROGRESS) continue;
    if (const auto answer = exchange(socket.fd(), request)) return read_answer(*answer);
  }
  return std::nullopt;
}

}  // namespace cli::http
