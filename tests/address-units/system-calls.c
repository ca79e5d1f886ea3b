/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls through which the kernel writes. */
#include "tcg.h"

struct iovec {
    void *iov_base;
    size_t iov_len;
};

struct const_iovec {
    const void *base;
    size_t len;
};

ssize_t read(int fd, void *to, size_t n);
ssize_t pread(int fd, void *to, size_t n, long at);
ssize_t readv(int fd, const struct iovec *iov, int n);
ssize_t recv(int fd, void *to, size_t n, int flags);
ssize_t recvfrom(int fd, void *to, size_t n, int flags, void *from,
                 unsigned *len);
ssize_t readlink(const char *path, char *to, size_t n);
ssize_t getrandom(void *to, size_t n, unsigned flags);
ssize_t write(int fd, const void *from, size_t n);
int ioctl(int fd, unsigned long request, ...);
long syscall(long number, ...);

void direct(TCGContext *s, int fd)
{
    void *rx = (void *)s->code_ptr;
    void *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    read(fd, rx, 16); /* expect: units-store-rx */
    pread(fd, rx, 16, 0); /* expect: units-store-rx */
    recv(fd, rx, 16, 0); /* expect: units-store-rx */
    recvfrom(fd, rx, 16, 0, NULL, NULL); /* expect: units-store-rx */
    readlink("/", rx, 16); /* expect: units-store-rx */
    getrandom(rx, 16, 0); /* expect: units-store-rx */
    read(fd, rw, 16);
    recv(fd, rw, 16, 0);
}

void vector(TCGContext *s, int fd)
{
    struct iovec iov[1] = {{(void *)s->code_ptr, 16}};

    readv(fd, iov, 1); /* expect: units-store-rx */
}

/* Whatever the request: it may write. */
void request(TCGContext *s, int fd)
{
    ioctl(fd, 1, s->code_ptr); /* expect: units-escape */
    syscall(3, fd, s->code_ptr, 16); /* expect: units-escape */
}

/* The kernel reads. */
void good(TCGContext *s, int fd)
{
    write(fd, s->code_ptr, 16);
}
