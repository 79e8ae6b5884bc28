/* The stress grid by hand, for bench/stress.ts: equity of every account under 24 scenarios, summed where it is below zero.
   Built where there is a C compiler, with what the machine has: AVX-512, else AVX2, else nothing to compare with. */
#include <immintrin.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LANES 24
static uint32_t accounts, positions, rows, threads, *starts;
static uint16_t *series;
static float *units, *cash, *table;
static double sums[64][LANES];

static void *load(FILE *file, size_t bytes) {
  void *data = aligned_alloc(64, (bytes + 127) & ~(size_t)63);
  if (fread(data, 1, bytes, file) != bytes) exit(2);
  return data;
}

static void *sweep(void *which) {
  size_t me = (size_t)which;
  uint32_t from = (uint64_t)accounts * me / threads, to = (uint64_t)accounts * (me + 1) / threads;
  double sum[LANES] = {0};
  for (uint32_t account = from; account < to; account++) {
    float figures[LANES];
#ifdef __AVX512F__
    __m512 a = _mm512_set1_ps(cash[account]);
    __m256 b = _mm256_set1_ps(cash[account]);
    for (uint32_t at = starts[account]; at < starts[account + 1]; at++) {
      const float *row = table + (size_t)series[at] * LANES;
      _mm_prefetch((const char *)(table + (size_t)series[at + 8] * LANES), _MM_HINT_T0);
      a = _mm512_fmadd_ps(_mm512_set1_ps(units[at]), _mm512_loadu_ps(row), a);
      b = _mm256_fmadd_ps(_mm256_set1_ps(units[at]), _mm256_loadu_ps(row + 16), b);
    }
    if (_mm512_cmplt_ps_mask(a, _mm512_setzero_ps()) == 0 && _mm256_movemask_ps(b) == 0) continue;
    _mm512_storeu_ps(figures, a);
    _mm256_storeu_ps(figures + 16, b);
#else
    __m256 a = _mm256_set1_ps(cash[account]), b = a, c = a;
    for (uint32_t at = starts[account]; at < starts[account + 1]; at++) {
      const float *row = table + (size_t)series[at] * LANES;
      __m256 held = _mm256_set1_ps(units[at]);
      a = _mm256_fmadd_ps(held, _mm256_loadu_ps(row), a);
      b = _mm256_fmadd_ps(held, _mm256_loadu_ps(row + 8), b);
      c = _mm256_fmadd_ps(held, _mm256_loadu_ps(row + 16), c);
    }
    if ((_mm256_movemask_ps(a) | _mm256_movemask_ps(b) | _mm256_movemask_ps(c)) == 0) continue;
    _mm256_storeu_ps(figures, a);
    _mm256_storeu_ps(figures + 8, b);
    _mm256_storeu_ps(figures + 16, c);
#endif
    for (int lane = 0; lane < LANES; lane++) sum[lane] -= figures[lane] < 0 ? figures[lane] : 0;
  }
  for (int lane = 0; lane < LANES; lane++) sums[me][lane] = sum[lane];
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int count, char **args) {
  FILE *file = fopen(args[1], "rb");
  uint32_t header[3];
  if (count < 4 || file == NULL || fread(header, 4, 3, file) != 3) return 2;
  accounts = header[0], positions = header[1], rows = header[2];
  threads = atoi(args[2]);
  starts = load(file, 4ul * (accounts + 1));
  series = load(file, 2ul * (positions + 16));
  units = load(file, 4ul * positions);
  cash = load(file, 4ul * accounts);
  table = load(file, 4ul * LANES * rows);
  double best = 1e9, fastest = 1e9, total = 0;
  for (int round = 0; round < atoi(args[3]); round++) {
    pthread_t ids[64];
    double start = now();
    for (size_t me = 1; me < threads; me++) pthread_create(&ids[me], NULL, sweep, (void *)me);
    sweep((void *)0);
    for (size_t me = 1; me < threads; me++) pthread_join(ids[me], NULL);
    double took = now() - start;
    if (took < best) best = took;
    start = now();
    float read[16] = {0};
    for (uint32_t at = 0; at + 16 <= positions; at += 16)
      for (int lane = 0; lane < 16; lane++) read[lane] += units[at + lane];
    took = now() - start;
    if (took < fastest) fastest = took;
    for (int lane = 0; lane < 16; lane++) total += read[lane];
  }
  double all[LANES] = {0};
  for (size_t me = 0; me < threads; me++)
    for (int lane = 0; lane < LANES; lane++) all[lane] += sums[me][lane];
  printf("{\"milliseconds\":%f,\"readGigabytes\":%f,\"ignored\":%f,\"sums\":[", best, 4e-6 * positions / fastest, total);
  for (int lane = 0; lane < LANES; lane++) printf("%s%f", lane ? "," : "", all[lane]);
  printf("]}\n");
  return 0;
}
