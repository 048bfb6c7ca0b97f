// Averages the bytes behind the headers of two safetensors files of bfloat16 tensors in the same order, as a loop over
// mapped sources and buffered writes: what WeightMergeSpeed measures merges beside.
//
//   cc -O3 -march=native -o average_bf16 average_bf16.c && ./average_bf16 A B OUT
//
// Prints the seconds from the first read to the last write, and to the end of fsync.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1 << 19 };

static uint16_t buffer[PIECE];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static float widen(uint16_t half) {
    uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint16_t narrow(float value) { // to the nearest, ties to even
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

static const char *map(const char *name, size_t *size) {
    int file = open(name, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) < 0) {
        perror(name);
        exit(1);
    }
    *size = (size_t)status.st_size;
    const char *data = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED) {
        perror(name);
        exit(1);
    }
    close(file);
    return data;
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: average_bf16 A B OUT\n");
        return 2;
    }
    double start = now();
    size_t size, other;
    const char *a = map(arguments[1], &size);
    const char *b = map(arguments[2], &other);
    uint64_t header;
    memcpy(&header, a, sizeof header);
    size_t head = header + 8;
    if (size != other || memcmp(a, b, head) != 0) {
        fprintf(stderr, "the headers differ\n");
        return 1;
    }
    int out = open(arguments[3], O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (out < 0 || write(out, a, head) != (ssize_t)head) {
        perror(arguments[3]);
        return 1;
    }
    const uint16_t *x = (const uint16_t *)(a + head);
    const uint16_t *y = (const uint16_t *)(b + head);
    size_t elements = (size - head) / 2;
    for (size_t at = 0; at < elements; at += PIECE) {
        size_t n = elements - at < PIECE ? elements - at : PIECE;
        for (size_t i = 0; i < n; i++) {
            buffer[i] = narrow(0.5f * widen(x[at + i]) + 0.5f * widen(y[at + i]));
        }
        if (write(out, buffer, 2 * n) != (ssize_t)(2 * n)) {
            perror(arguments[3]);
            return 1;
        }
    }
    double written = now();
    fsync(out);
    printf("%.4f %.4f\n", written - start, now() - start);
    return 0;
}
