// As much of HTTP/1.1 as a witness and those who ask it need: one request to a connection, whole bodies, limits and
// deadlines. No TLS: listen on this machine and let a web server with a certificate pass requests on.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cli::http {

/// What a stranger may make us keep and wait for.
constexpr std::size_t kHeadMax = 8192, kBodyMax = 1u << 20, kConnectionsMax = 64;
constexpr int kPatienceMs = 10000;  // for a whole request or a whole answer

struct Asked {
  std::string method, path, body;
};
struct Answered {
  unsigned status = 0;
  std::string type, body;
};

/// Reading is how far a request has been read: `refusal` is the status of what is none, 0 otherwise.
struct Reading {
  bool is_whole = false;
  unsigned refusal = 0;
  bool waits = false;  // for "100 Continue"
  Asked asked;
};
/// read_request looks at all bytes that have come. One spelling: CRLF, a length where there is a body, no encodings.
Reading read_request(std::string_view bytes);

/// Server listens on an address of this machine, "127.0.0.1:8417" or "[::1]:8417"; port 0 takes a free one.
/// Throws EX1002 for what is no such address, EX1013 where it cannot be had.
class Server {
 public:
  explicit Server(const std::string& address);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  const std::string& address() const { return address_; }
  /// serve answers until the process is ended. `told` gets every request once its answer is made.
  [[noreturn]] void serve(const std::function<Answered(const Asked&)>& answer,
                          const std::function<void(const Asked&, const Answered&)>& told) const;

 private:
  int fd_ = -1;
  std::string address_;
};

/// post sends a body to http://HOST[:PORT]/PATH; nothing where no well-formed answer came in time. Throws EX1002 for
/// what is no such URL.
std::optional<Answered> post(const std::string& url, const std::string& body);

}  // namespace cli::http
