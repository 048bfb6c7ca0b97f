/* What TableSpeed compares with: two files of float32 averaged into a third, with read and write and one thread. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments) {
  const size_t size = 1 << 20;
  float *a = malloc(size), *b = malloc(size);
  if (count != 4 || !a || !b) return 2;
  int first = open(arguments[1], O_RDONLY), second = open(arguments[2], O_RDONLY);
  int target = open(arguments[3], O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (first < 0 || second < 0 || target < 0) return 1;
  for (;;) {
    ssize_t got = read(first, a, size);
    if (got <= 0) return got < 0 || close(target) != 0;
    if (read(second, b, got) != got) return 1;
    for (ssize_t i = 0; i < got / 4; i++) a[i] = (a[i] + b[i]) * 0.5f;
    if (write(target, a, got) != got) return 1;
  }
}
