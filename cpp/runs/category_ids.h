// The ids of a table of categories, without a Python object for each: LVIS has 1203 of them.
#pragma once
#include <optional>

#include "base/buffer.h"
#include "base/json.h"

namespace me {

// The ids of an array of objects in which "id" is an integer and "name", if there, a text or null;
// nothing for any other text, which a slower reader can say more about.
std::optional<Buffer<std::int64_t>> category_ids(JsonSpan text);

}  // namespace me
