// Tables of categories: usual ones are read, others left to a slower reader.
#include <string>
#include <vector>

#include "check.h"
#include "runs/category_ids.h"

namespace {

std::vector<std::int64_t> ids_of(const std::string& text) {
  const auto ids = me::category_ids({text.data(), text.data() + text.size()});
  if (!ids) return {-999};
  return {ids->begin(), ids->end()};
}

}  // namespace

ME_TEST(ids_of_usual_tables) {
  using Ids = std::vector<std::int64_t>;
  CHECK(ids_of("[]").empty());
  CHECK(ids_of(" [ ] ").empty());
  CHECK(ids_of(R"([{"id" : -3 , "name" : null , "x" : [{"id": 4}]} , {"name":"b","id":1}] )") ==
        (Ids{-3, 1}));
  CHECK(ids_of(R"([{"id": 1, "id": 2}])") == Ids{2});
}

ME_TEST(other_tables_are_left) {
  const std::vector<std::int64_t> left{-999};
  for (const char* text :
       {"", "{}", "[1]", "[{}]", R"([{"id": 1.0}])", R"([{"id": "1"}])", R"([{"name": "a"}])",
        R"([{"id": 9223372036854775808}])", R"([{"id": 1, "name": 5}])", R"([{"id": 1})",
        R"([{"id": 1},])", R"([{"id": 1}] x)", R"([{"\u0069d": 1}])", R"([{"id": 1 "name": 2}])",
        "[{\"id\": 1, \"name\": \"\xff\"}]"}) {
    CHECK(ids_of(text) == left);
  }
  CHECK(ids_of(std::string("[{\"id\": 1}]") + '\0') == left);
}
