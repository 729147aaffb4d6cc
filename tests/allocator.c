/* Makes the n-th allocation of some libraries fail: put before the C library with LD_PRELOAD, armed
   through ctypes. NumPy and Python ask for memory, too, and are not what is tested. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_long left = -1; /* allocations until one fails; negative: none does */
static atomic_long failed = 0;
static atomic_int goes_on = 0; /* later ones fail, too */

static struct {
  size_t begin, end;
} watched[16]; /* code that allocations are counted of */
static int n_watched = 0;

static int is_watched(const void *caller) {
  for (int i = 0; i < n_watched; i++) {
    if ((size_t)caller >= watched[i].begin && (size_t)caller < watched[i].end) return 1;
  }
  return 0;
}

static int fails(const void *caller) {
  long before = atomic_load_explicit(&left, memory_order_relaxed);
  if (before < 0 || !is_watched(caller)) return 0;
  if (before == 0) {
    if (atomic_load(&goes_on) == 0 && atomic_fetch_add(&failed, 1) > 0) return 0;
    atomic_fetch_add(&failed, atomic_load(&goes_on));
    errno = ENOMEM;
    return 1;
  }
  atomic_compare_exchange_strong(&left, &before, before - 1);
  return 0;
}

void allocator_watch(size_t begin, size_t end) {
  watched[n_watched].begin = begin;
  watched[n_watched++].end = end;
}

void allocator_arm(long after, int goes_on_failing) {
  atomic_store(&failed, 0);
  atomic_store(&goes_on, goes_on_failing);
  atomic_store(&left, after);
}

long allocator_disarm(void) {
  atomic_store(&left, -1);
  return atomic_load(&failed);
}

void *malloc(size_t n) { return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t each) { return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, each); }
void *realloc(void *p, size_t n) { return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n); }
void *aligned_alloc(size_t a, size_t n) { return fails(__builtin_return_address(0)) ? NULL : __libc_memalign(a, n); }
int posix_memalign(void **p, size_t a, size_t n) {
  void *found = fails(__builtin_return_address(0)) ? NULL : __libc_memalign(a, n);
  if (found == NULL) return ENOMEM;
  *p = found;
  return 0;
}
