/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions of the C library that write to memory. */
#include "tcg.h"

typedef struct FILE FILE;

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
void *mempcpy(void *to, const void *from, size_t n);
void *memccpy(void *to, const void *from, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void bzero(void *to, size_t n);
void bcopy(const void *from, void *to, size_t n);
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t n);
char *strcat(char *to, const char *from);
char *strncat(char *to, const char *from, size_t n);
char *stpcpy(char *to, const char *from);
int sprintf(char *to, const char *format, ...);
int snprintf(char *to, size_t n, const char *format, ...);
int vsnprintf(char *to, size_t n, const char *format, va_list args);
int sscanf(const char *from, const char *format, ...);
size_t fread(void *to, size_t size, size_t n, FILE *file);
char *fgets(char *to, int n, FILE *file);
size_t fwrite(const void *from, size_t size, size_t n, FILE *file);
void *__memcpy_chk(void *to, const void *from, size_t n, size_t room);
void *__memset_chk(void *to, int c, size_t n, size_t room);
int __snprintf_chk(char *to, size_t n, int flag, size_t room, const char *f,
                   ...);

void copy(TCGContext *s, const void *from, size_t n)
{
    void *rx = (void *)s->code_ptr;
    void *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    memcpy(rx, from, n); /* expect: units-store-rx */
    memcpy(rx, from, 8); /* expect: units-store-rx */
    memmove(rx, from, n); /* expect: units-store-rx */
    __builtin_memcpy_inline(rx, from, 16); /* expect: units-store-rx */
    mempcpy(rx, from, n); /* expect: units-store-rx */
    memccpy(rx, from, 0, n); /* expect: units-store-rx */
    bcopy(from, rx, n); /* expect: units-store-rx */
    memcpy(rw, from, n);
    memmove(rw, from, n);
    mempcpy(rw, from, n);
    bcopy(from, rw, n);
}

void fill(TCGContext *s, size_t n)
{
    void *rx = (void *)s->code_ptr;
    void *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    memset(rx, 0, n); /* expect: units-store-rx */
    memset(rx, 0x90, 3); /* expect: units-store-rx */
    bzero(rx, n); /* expect: units-store-rx */
    memset(rw, 0, n);
    bzero(rw, n);
}

void string(TCGContext *s, const char *from)
{
    char *rx = (char *)s->code_ptr;
    char *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    strcpy(rx, from); /* expect: units-store-rx */
    strncpy(rx, from, 4); /* expect: units-store-rx */
    strcat(rx, from); /* expect: units-store-rx */
    strncat(rx, from, 4); /* expect: units-store-rx */
    stpcpy(rx, from); /* expect: units-store-rx */
    strcpy(rw, from);
    strncpy(rw, from, 4);
}

void format(TCGContext *s, int x, va_list args)
{
    char *rx = (char *)s->code_ptr;
    char *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    sprintf(rx, "%d", x); /* expect: units-store-rx */
    snprintf(rx, 8, "%d", x); /* expect: units-store-rx */
    vsnprintf(rx, 8, "%d", args); /* expect: units-store-rx */
    sprintf(rw, "%d", x);
    snprintf(rw, 8, "%d", x);
}

/* A writer may take what it writes to among its variable arguments. */
void scan(TCGContext *s, const char *from)
{
    int *rx = (int *)s->code_ptr;
    int *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    sscanf(from, "%d", rx); /* expect: units-store-rx */
    sscanf(from, "%*d%d", rw);
}

void stream(TCGContext *s, FILE *file)
{
    char *rx = (char *)s->code_ptr;
    char *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    fread(rx, 1, 8, file); /* expect: units-store-rx */
    fgets(rx, 8, file); /* expect: units-store-rx */
    fread(rw, 1, 8, file);
}

/* As they are spelled with _FORTIFY_SOURCE. */
void fortified(TCGContext *s, const char *from, int x)
{
    char *rx = (char *)s->code_ptr;
    char *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __memcpy_chk(rx, from, 4, 8); /* expect: units-store-rx */
    __memset_chk(rx, 0, 4, 8); /* expect: units-store-rx */
    __snprintf_chk(rx, 8, 1, 8, "%d", x); /* expect: units-store-rx */
    __builtin___memcpy_chk(rx, from, 4, 8); /* expect: units-store-rx */
    __memcpy_chk(rw, from, 4, 8);
}

/* They return the address that they wrote to. */
void returned(TCGContext *s, const char *from)
{
    char *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    char *end;

    end = mempcpy(rw, from, 4);
    *end = 0;
    end = memcpy(rw, from, 4);
    *end = 0;
}

/* Functions that only read may read through RX. */
int reads(TCGContext *s, void *to, FILE *file)
{
    memcpy(to, s->code_ptr, 16);
    memcpy(TCG_CODE_PTR_RW(s, s->code_buf), s->code_ptr, 4);
    fwrite(s->code_ptr, 1, 16, file);
    return memcmp(s->code_ptr, to, 16);
}
