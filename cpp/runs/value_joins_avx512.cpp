#include <immintrin.h>

#include "runs/value_joins_kernels.h"

namespace me::kernels {
namespace {

inline std::int64_t count_of(std::uint64_t word) {
  return static_cast<std::int64_t>(_mm_popcnt_u64(word));
}

// The places of the bits of one word, and their ranks. Three are taken of every word that has any:
// how many there are is foreseen badly.
template <int Rows>
inline std::int64_t list_word(std::uint64_t word, std::uint32_t base, const std::uint64_t* beside,
                              const std::uint32_t* before, std::uint32_t* begins,
                              std::uint32_t* const* ranks, std::int64_t at) {
  const std::int64_t count = count_of(word);
  for (std::int64_t i = 0; i < count; i += 3) {
    for (std::int64_t j = at + i; j < at + i + 3; j++) {
      begins[j] = base + static_cast<std::uint32_t>(_tzcnt_u64(word));
      const std::uint64_t up_to = _blsmsk_u64(word);
      for (int r = 0; r < Rows; r++) {
        ranks[r][j] = before[r] + static_cast<std::uint32_t>(count_of(beside[r] & up_to));
      }
      word = _blsr_u64(word);
    }
  }
  return at + count;
}

template <int Rows>
std::int64_t list_rows(const std::uint64_t* words, std::int64_t n,
                       const std::uint64_t* const* beside, std::uint32_t* begins,
                       std::uint32_t* const* ranks) {
  std::uint32_t before[Rows + 1] = {};
  std::int64_t at = 0;
  for (std::int64_t k = 0; k < n; k++) {
    std::uint64_t here[Rows + 1];
    for (int r = 0; r < Rows; r++) here[r] = beside[r][k];
    at = list_word<Rows>(words[k], static_cast<std::uint32_t>(64 * k), here, before, begins, ranks,
                         at);
    for (int r = 0; r < Rows; r++) before[r] += static_cast<std::uint32_t>(count_of(here[r]));
  }
  return at;
}

std::int64_t list(const std::uint64_t* words, std::int64_t n, const std::uint64_t* const* beside,
                  std::int64_t rows, std::uint32_t* begins, std::uint32_t* const* ranks) {
  switch (rows) {
    case 0:
      return list_rows<0>(words, n, beside, begins, ranks);
    case 1:
      return list_rows<1>(words, n, beside, begins, ranks);
    case 2:
      return list_rows<2>(words, n, beside, begins, ranks);
    case 3:
      return list_rows<3>(words, n, beside, begins, ranks);
    default:
      return list_rows<4>(words, n, beside, begins, ranks);
  }
}

// As Forest::merge. Not that one: inline functions of a header that are compiled here could be
// linked into code for lesser processors.
std::uint32_t merge(std::uint32_t* p, std::uint32_t a, std::uint32_t b) {
  while (p[a] != p[b]) {
    if (p[a] < p[b]) {
      const std::uint32_t swapped = a;
      a = b;
      b = swapped;
    }
    if (p[a] == a) {
      p[a] = p[b];
      return p[b];
    }
    const std::uint32_t next = p[a];
    p[a] = p[b];
    a = next;
  }
  return p[a];
}

// The runs of each row beside that lie where sixteen of the row in hand begin.
struct Places {
  alignas(64) std::int32_t of[most_beside][16];
};

// Sixteen runs of the row in hand, and what they touch.
struct Sixteen {
  __m512i begins, ends, values;
  __mmask16 live;           // those that the vectors below are of
  __mmask16 searched = 0;   // those that touch more runs of a row than are looked at
  __m512i least, greatest;  // of the labels touched; where there are none least > greatest
  __m512i touched, shared;  // runs, and pixel edges

  Sixteen(const ValuedRuns& row, std::int64_t k) {
    begins = _mm512_loadu_si512(row.begins + k);
    ends = _mm512_loadu_si512(row.begins + k + 1);
    values = _mm512_loadu_si512(row.values + k);
    live = row.n - k >= 16 ? 0xFFFF : static_cast<__mmask16>((1 << (row.n - k)) - 1);
    least = _mm512_set1_epi32(-1);
    greatest = touched = shared = _mm512_setzero_si512();
  }

  void take(__mmask16 mask, __m512i label) {
    least = _mm512_mask_min_epu32(least, mask, least, label);
    greatest = _mm512_mask_max_epu32(greatest, mask, greatest, label);
  }
  void count(__mmask16 mask) {
    touched = _mm512_mask_add_epi32(touched, mask, touched, _mm512_set1_epi32(1));
  }
  void share(__mmask16 mask, __m512i from, __m512i to) {
    const __m512i end = _mm512_min_epu32(to, ends);
    mask = _mm512_mask_cmplt_epu32_mask(mask, from, end);
    shared = _mm512_mask_add_epi32(shared, mask, shared, _mm512_sub_epi32(end, from));
  }
};

// Thirty-two values of which each lane takes one.
struct Window {
  __m512i low, high;

  explicit Window(const std::uint32_t* from)
      : low(_mm512_loadu_si512(from)), high(_mm512_loadu_si512(from + 16)) {}
  __m512i at(__m512i place) const { return _mm512_permutex2var_epi32(low, place, high); }
};

// Of rising values, the first of which is 0: the last that is not greater, for each lane.
inline __m512i last_not_after(const Window& rising, __m512i than) {
  __m512i place = _mm512_setzero_si512();
  for (int step = 16; step > 0; step /= 2) {
    const __m512i further = _mm512_add_epi32(place, _mm512_set1_epi32(step));
    place =
        _mm512_mask_mov_epi32(place, _mm512_cmple_epu32_mask(rising.at(further), than), further);
  }
  return place;
}

// Looks at the run of a row beside where each of the sixteen begins, at the one before it,
// and at two behind. Neighbours differ in value, so of these four two at most have that of the run:
// one of the first two, and one of the others.
template <bool Counted>
inline void look(const RunsBeside& beside, std::int64_t k, Sixteen& runs, std::int32_t* places) {
  const std::int64_t first = beside.ranks == nullptr ? 0 : std::int64_t{beside.ranks[k]};
  const std::int64_t base = first - join_lead;
  const Window begins(beside.runs.begins + base);
  __m512i here;
  if (beside.ranks == nullptr) {
    here = last_not_after(begins, runs.begins);
  } else {
    here = _mm512_sub_epi32(_mm512_loadu_si512(beside.ranks + k),
                            _mm512_set1_epi32(static_cast<int>(first - 1)));
    runs.live &= _mm512_cmple_epu32_mask(here, _mm512_set1_epi32(28));
  }
  _mm512_store_si512(places, _mm512_add_epi32(here, _mm512_set1_epi32(static_cast<int>(base))));
  const Window values(beside.runs.values + base);
  const Window labels(beside.runs.labels + base);
  const __m512i reached =
      _mm512_add_epi32(runs.ends, _mm512_set1_epi32(static_cast<int>(beside.reach)));
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i before = _mm512_sub_epi32(here, one);
  const __m512i next = _mm512_add_epi32(here, one);
  const __m512i second = _mm512_add_epi32(next, one);
  const __m512i b1 = begins.at(next);
  const __m512i b2 = begins.at(second);
  const __m512i b3 = begins.at(_mm512_add_epi32(second, one));
  runs.searched |= _mm512_cmplt_epu32_mask(b3, reached);
  __mmask16 corner = _mm512_cmpeq_epi32_mask(begins.at(here), runs.begins);
  corner = beside.reach == 0 ? __mmask16{0}
                             : _mm512_mask_cmpeq_epi32_mask(corner, values.at(before), runs.values);
  const __mmask16 m0 = _mm512_cmpeq_epi32_mask(values.at(here), runs.values);
  const __mmask16 m1 = _mm512_mask_cmpeq_epi32_mask(_mm512_cmplt_epu32_mask(b1, reached),
                                                    values.at(next), runs.values);
  const __mmask16 m2 = _mm512_mask_cmpeq_epi32_mask(_mm512_cmplt_epu32_mask(b2, reached),
                                                    values.at(second), runs.values);
  const auto left = static_cast<__mmask16>(corner | m0);
  const auto right = static_cast<__mmask16>(m1 | m2);
  runs.take(left, labels.at(_mm512_mask_mov_epi32(here, corner, before)));
  runs.take(right, labels.at(_mm512_mask_mov_epi32(next, m2, second)));
  if constexpr (Counted) {
    runs.count(left);
    runs.count(right);
    runs.share(m0, runs.begins, b1);
    runs.share(m1, b1, b2);
    runs.share(m2, b2, b3);
  }
}

// What a run that is looked at by itself touches.
struct Found {
  std::uint32_t label = 0, touched = 0, shared = 0;
};

Found search(const Places& places, std::int64_t lane, const ValuedRuns& row, std::int64_t k,
             const RunsBeside* beside, std::int64_t rows, std::uint32_t* parents) {
  Found found;
  const std::uint32_t begin = row.begins[k];
  const std::uint32_t end = row.begins[k + 1];
  for (std::int64_t r = 0; r < rows; r++) {
    const ValuedRuns& other = beside[r].runs;
    const std::uint32_t reach = beside[r].reach;
    std::int64_t i = places.of[r][lane];
    if (reach != 0 && other.begins[i] == begin) i--;
    for (; other.begins[i] < end + reach; i++) {
      if (other.values[i] != row.values[k]) continue;
      const std::uint32_t label = other.labels[i];
      found.label = found.label == 0 ? label : merge(parents, found.label, label);
      const std::uint32_t from = other.begins[i] < begin ? begin : other.begins[i];
      const std::uint32_t to = other.begins[i + 1] < end ? other.begins[i + 1] : end;
      found.touched++;
      found.shared += to > from ? to - from : 0;
    }
  }
  return found;
}

// The sixteen runs from k on, some of which touch two labels or more, or are to be searched: gives
// what such runs are of, and tells which of them are new.
template <bool Counted>
__m512i take_by_itself(const Places& places, __mmask16 lanes, __mmask16 searched, __m512i of_runs,
                       __m512i most, const ValuedRuns& row, std::int64_t k,
                       const RunsBeside* beside, std::int64_t rows, std::uint32_t* parents,
                       const JoinedContacts& contacts, __mmask16& fresh) {
  alignas(64) std::uint32_t each[16];
  alignas(64) std::uint32_t greatest[16];
  _mm512_store_si512(each, of_runs);
  _mm512_store_si512(greatest, most);
  // In one row, what is looked at has two of them at most.
  const std::uint32_t two = rows == 1 ? ~std::uint32_t{searched} : 0;
  for (std::uint32_t left = lanes; left != 0; left = _blsr_u32(left)) {
    const auto lane = static_cast<std::int64_t>(_tzcnt_u32(left));
    if ((two >> lane & 1) != 0) {
      each[lane] = merge(parents, each[lane], greatest[lane]);
      continue;
    }
    const Found found = search(places, lane, row, k + lane, beside, rows, parents);
    each[lane] = found.label;
    if (found.label == 0) fresh |= static_cast<__mmask16>(1u << lane);
    if constexpr (Counted) {
      contacts.n[k + lane] = found.touched;
      contacts.shared[k + lane] = found.shared;
    }
  }
  return _mm512_load_si512(each);
}

template <bool Counted>
std::uint32_t join_row(const ValuedRuns& row, const RunsBeside* beside, std::int64_t rows,
                       const JoinedLabels& labels, const JoinedContacts& contacts) {
  const __m512i numbers = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  std::uint32_t next = labels.next;
  for (std::int64_t k = 0; k < row.n;) {
    Sixteen runs(row, k);
    Places places;
    for (std::int64_t r = 0; r < rows; r++) look<Counted>(beside[r], k, runs, places.of[r]);
    const __mmask16 shown = _mm512_mask_test_epi32_mask(runs.live, runs.values, runs.values);
    const __mmask16 apart = _mm512_cmplt_epu32_mask(runs.least, runs.greatest);
    const __mmask16 alone = _mm512_cmpgt_epu32_mask(runs.least, runs.greatest);
    const auto by_itself = static_cast<__mmask16>(shown & (apart | runs.searched));
    auto fresh = static_cast<__mmask16>(shown & alone & ~runs.searched);
    __m512i of_runs = _mm512_maskz_mov_epi32(static_cast<__mmask16>(shown & ~alone), runs.least);
    if constexpr (Counted) {
      _mm512_storeu_si512(contacts.n + k, runs.touched);
      _mm512_storeu_si512(contacts.shared + k, runs.shared);
    }
    if (by_itself != 0) {
      of_runs = take_by_itself<Counted>(places, by_itself, runs.searched, of_runs, runs.greatest,
                                        row, k, beside, rows, labels.parents, contacts, fresh);
    }
    const __m512i free = _mm512_add_epi32(numbers, _mm512_set1_epi32(static_cast<int>(next)));
    _mm512_storeu_si512(row.labels + k, _mm512_mask_expand_epi32(of_runs, fresh, free));
    _mm512_storeu_si512(labels.parents + next, free);
    const __m512i started = _mm512_maskz_compress_epi32(fresh, runs.values);
    _mm512_storeu_si512(labels.values + next,
                        _mm512_cvtepu32_epi64(_mm512_castsi512_si256(started)));
    _mm512_storeu_si512(labels.values + next + 8,
                        _mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(started, 1)));
    next += static_cast<std::uint32_t>(_mm_popcnt_u32(fresh));
    k += static_cast<std::int64_t>(_mm_popcnt_u32(runs.live));
  }
  return next;
}

std::uint32_t join(const ValuedRuns& row, const RunsBeside* beside, std::int64_t rows,
                   const JoinedLabels& labels) {
  return join_row<false>(row, beside, rows, labels, {nullptr, nullptr});
}

}  // namespace

const JoinKernels joins_avx512 = {list, join, join_row<true>};

}  // namespace me::kernels
