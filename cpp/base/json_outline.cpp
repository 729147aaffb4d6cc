#include "base/json_outline.h"

#include <array>
#include <cstring>

#include "base/dispatch.h"
#include "base/error.h"
#include "base/json_kernels.h"

namespace me {
namespace {

// Inside a member only quotes and brackets matter; everything else is passed over.
constexpr std::array<bool, 256> make_brackets() {
  std::array<bool, 256> table{};
  for (const char c : {'"', '{', '}', '[', ']'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> brackets = make_brackets();

// Where there are no blocks, none is taken.
const char* skip_nothing(const char* p, const char*, kernels::JsonNesting*) { return p; }

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

void JsonOutline::fail(const char* text, std::int64_t position) const {
  throw Error(ErrorKind::bad_file, "file",
              std::string(text) + " at byte " + std::to_string(position));
}

void JsonOutline::feed(const char* data, std::int64_t n) {
  const char* p = data;
  const char* const end = data + n;
  if (position_ == marked_ && marked_ < 3) p = skip_mark(p, end);
  if (stride_ > 0 && position_ >= next_cut_) cut(data, n);
  while (p != end) {
    // Between the members of the outermost object every character counts.
    const std::int64_t floor = is_array_ ? 0 : 1;
    if (depth_ > floor && end - p >= 64) {
      const char* const from = p;
      p = skip_blocks(p, end, floor);
      if (p != from) continue;
    }
    if (in_string_) {
      p = skip_string(p, end);
      continue;
    }
    if (depth_ > floor) {
      while (p != end && !brackets[static_cast<unsigned char>(*p)]) p++;
      if (p == end) break;
    }
    structural(*p, position_ + (p - data));
    p++;
  }
  position_ += n;
}

std::int64_t JsonOutline::multiple_from(std::int64_t position) const {
  return (position + stride_ - 1) / stride_ * stride_;
}

JsonOutline JsonOutline::ahead(std::int64_t position) const {
  JsonOutline out(stride_);
  out.is_array_ = is_array_;
  out.expect_ = is_array_ ? Expect::comma : Expect::value;
  out.depth_ = depth_of_elements();
  out.position_ = out.begin_ = position;
  if (stride_ > 0) out.next_cut_ = multiple_from(position);
  out.members_.push_back({});  // the one it begins in
  return out;
}

bool JsonOutline::join(const JsonOutline& ahead) {
  const Expect expected = is_array_ ? Expect::comma : Expect::value;
  if (position_ != ahead.begin_ || position_ == 0 || is_array_ != ahead.is_array_ ||
      expect_ != expected || depth_ != depth_of_elements() || in_string_ || escaped_ ||
      (stride_ > 0 && next_cut_ != multiple_from(position_))) {
    return false;
  }
  for (const std::string& key : ahead.keys_) {
    if (keys_.count(key) != 0) return false;
  }
  keys_.insert(ahead.keys_.begin(), ahead.keys_.end());
  members_.back().end = ahead.members_.front().end;
  members_.insert(members_.end(), ahead.members_.begin() + 1, ahead.members_.end());
  cuts_.insert(cuts_.end(), ahead.cuts_.begin(), ahead.cuts_.end());
  key_ = ahead.key_;
  expect_ = ahead.expect_;
  depth_ = ahead.depth_;
  position_ = ahead.position_;
  next_cut_ = ahead.next_cut_;
  in_string_ = ahead.in_string_;
  escaped_ = ahead.escaped_;
  return true;
}

// Looks in a piece for the end of the element that it begins in.
void JsonOutline::cut(const char* data, std::int64_t n) {
  const std::int64_t of_elements = depth_of_elements();
  std::int64_t depth = depth_;
  bool in_string = in_string_, escaped = escaped_;
  if (depth < of_elements) return;
  for (std::int64_t i = 0; i < n; i++) {
    const char c = data[i];
    if (in_string) {
      in_string = escaped || c != '"';
      escaped = !escaped && c == '\\';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      depth++;
    } else if (c == '}' || c == ']') {
      if (--depth < of_elements) return;
      if (depth > of_elements) continue;
      cuts_.push_back(position_ + i + 1);
      next_cut_ = multiple_from(cuts_.back());
      return;
    }
  }
}

// Passes over a byte order mark, which may come in pieces, too.
const char* JsonOutline::skip_mark(const char* p, const char* end) {
  constexpr char mark[] = "\xef\xbb\xbf";
  while (p != end && marked_ < 3 && *p == mark[marked_]) {
    p++;
    marked_++;
  }
  if (p != end && (marked_ == 1 || marked_ == 2)) fail("expected a JSON object or array", 0);
  return p;
}

// Goes on inside a member by whole blocks, up to the bracket that ends it; may not move.
const char* JsonOutline::skip_blocks(const char* p, const char* end, std::int64_t floor) {
  const auto skip =
      select<kernels::SkipNested>(&skip_nothing, ME_X86(&kernels::skip_nested_avx2), nullptr);
  kernels::JsonNesting nesting{depth_, floor, in_string_, escaped_};
  p = skip(p, end, &nesting);
  depth_ = nesting.depth;
  in_string_ = nesting.in_string;
  escaped_ = nesting.escaped;
  return p;
}

// Goes on inside a string; keeps it when it is a key of the outermost object.
const char* JsonOutline::skip_string(const char* p, const char* end) {
  const bool is_key = depth_ == 1 && expect_ == Expect::key;
  const char* const begin = p;
  if (escaped_) {
    escaped_ = false;
    p++;
  }
  while (p != end && *p != '"') {
    if (*p == '\\' && ++p == end) {
      escaped_ = true;
      break;
    }
    p++;
  }
  if (is_key) {
    key_.append(begin, p);
    if (key_.size() > 4096) fail("expected keys of at most 4096 bytes", position_);
  }
  if (p == end) return end;
  in_string_ = false;
  if (is_key) {
    if (!keys_.insert(key_).second) {
      fail(("the key '" + key_ + "' comes twice").c_str(), position_);
    }
    expect_ = Expect::colon;
  }
  return p + 1;
}

void JsonOutline::open(char c, std::int64_t position) {
  if (expect_ == Expect::start) {
    is_array_ = c == '[';
    expect_ = is_array_ ? Expect::comma : Expect::key;
    if (is_array_) members_.push_back({"", position, position});
  } else if (depth_ == 0) {
    fail("expected nothing after the end", position);
  }
  depth_++;
}

void JsonOutline::close(std::int64_t position) {
  if (depth_ == 0) fail("a closing bracket too many", position);
  depth_--;
  if (depth_ > 0) return;
  if (is_array_) {
    members_.back().end = position + 1;
  } else if (expect_ == Expect::value) {
    members_.back().end = position;
  } else if (expect_ != Expect::key || !members_.empty()) {
    fail("expected a key and a value", position);
  }
  expect_ = Expect::nothing;
}

void JsonOutline::structural(char c, std::int64_t position) {
  if (depth_ == 0 && c != '{' && c != '[' && !is_blank(c)) {
    fail(expect_ == Expect::start ? "expected a JSON object or array"
                                  : "expected nothing after the end",
         position);
  }
  const bool top = depth_ == 1 && !is_array_;
  if (c == '"') {
    if (top && expect_ != Expect::key && expect_ != Expect::value) fail("misplaced text", position);
    in_string_ = true;
    if (top && expect_ == Expect::key) key_.clear();
  } else if (c == '{' || c == '[') {
    if (top && expect_ != Expect::value) fail("expected a key", position);
    open(c, position);
  } else if (c == '}' || c == ']') {
    close(position);
  } else if (top && c == ':') {
    if (expect_ != Expect::colon) fail("misplaced ':'", position);
    members_.push_back({key_, position + 1, position + 1});
    expect_ = Expect::value;
  } else if (top && c == ',') {
    if (expect_ != Expect::value) fail("misplaced ','", position);
    members_.back().end = position;
    expect_ = Expect::key;
  } else if (top && expect_ != Expect::value && !is_blank(c)) {
    fail("expected a key in quotes", position);
  }
}

void JsonOutline::finish() const {
  if (expect_ == Expect::nothing && depth_ == 0) return;
  if (position_ == 0) fail("expected a JSON object or array, got an empty file", 0);
  const std::string where =
      members_.empty() || is_array_ ? "" : " in '" + members_.back().key + "'";
  fail(("the file ends too early" + where + ": it is cut").c_str(), position_);
}

}  // namespace me
