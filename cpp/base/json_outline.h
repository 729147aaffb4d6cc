// Finds where the members of a file's outermost JSON object (or its one array) lie, piece by piece,
// so that a file of any length needs no more memory than one piece.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace me {

class JsonOutline {
 public:
  struct Member {
    std::string key;         // as written between the quotes; empty for an outermost array
    std::int64_t begin = 0;  // [begin, end) of the value, in bytes from the start of the file
    std::int64_t end = 0;
  };

  // `stride` is about how many bytes apart the cuts are; with 0 there are none.
  explicit JsonOutline(std::int64_t stride = 0) : stride_(stride), next_cut_(stride) {}

  // Takes the next `n` bytes of the file.
  void feed(const char* data, std::int64_t n);
  // An outline of what comes from byte `position` on, guessed to stand between two elements of a
  // member (or of the one array): another thread can go on there. This one has seen the first byte.
  JsonOutline ahead(std::int64_t position) const;
  // Takes over what an outline ahead found, if this one has come to where it began and the guess
  // was right; says whether it did.
  bool join(const JsonOutline& ahead);
  // Says that the file has ended; throws ErrorKind::bad_file when it is cut.
  void finish() const;

  bool is_array() const { return is_array_; }
  std::int64_t position() const { return position_; }  // bytes taken so far
  const std::vector<Member>& members() const { return members_; }
  // Bytes right after objects or arrays that are elements of a member (or of the one array): there
  // several readers can share the work. In order; at most one in a piece, and the first that goes
  // after each multiple of the stride.
  const std::vector<std::int64_t>& cuts() const { return cuts_; }

 private:
  enum class Expect { start, key, colon, value, comma, nothing };

  std::int64_t depth_of_elements() const { return is_array_ ? 1 : 2; }
  std::int64_t multiple_from(std::int64_t position) const;
  void cut(const char* data, std::int64_t n);
  const char* skip_mark(const char* p, const char* end);
  const char* skip_blocks(const char* p, const char* end, std::int64_t floor);
  const char* skip_string(const char* p, const char* end);
  void structural(char c, std::int64_t position);
  void open(char c, std::int64_t position);
  void close(std::int64_t position);
  [[noreturn]] void fail(const char* text, std::int64_t position) const;

  std::vector<Member> members_;
  std::vector<std::int64_t> cuts_;
  std::string key_;
  std::set<std::string> keys_;  // of the members
  Expect expect_ = Expect::start;
  std::int64_t depth_ = 0;
  std::int64_t position_ = 0;  // of the piece being read
  std::int64_t marked_ = 0;    // bytes of a byte order mark that were met
  std::int64_t stride_;
  std::int64_t next_cut_;
  std::int64_t begin_ = 0;  // of an outline ahead
  bool is_array_ = false;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace me
