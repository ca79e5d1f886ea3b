/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as they stand in the header of a mail. */
#include <string.h>

#include "mail/mail.h"

static void check(const char *address, const char *expected)
{
    g_autofree char *is = tv_export_address(address);

    g_assert_cmpstr(is, ==, expected);
}

static void test_plain(void)
{
    check("qemu-devel@example.org", "qemu-devel@example.org");
    check("<a@example.org>", "<a@example.org>");
    check("A Name <a@example.org>", "A Name <a@example.org>");
    check("O'Neil <a@example.org>", "O'Neil <a@example.org>");
}

static void test_quoted(void)
{
    check("A. Name <a@example.org>", "\"A. Name\" <a@example.org>");
    check("\"A. Name\" <a@example.org>", "\"A. Name\" <a@example.org>");
    check("Name, A <a@example.org>", "\"Name, A\" <a@example.org>");
    check("A \"B\" Name <a@example.org>",
          "\"A \\\"B\\\" Name\" <a@example.org>");
    check("\"A \\\"B\\\" Name\" <a@example.org>",
          "\"A \\\"B\\\" Name\" <a@example.org>");
}

static void test_encoded(void)
{
    check("Jos\xc3\xa9 N. <a@example.org>",
          "=?UTF-8?q?Jos=C3=A9=20N=2E?= <a@example.org>");
    check("\"Jos\xc3\xa9 N.\" <a@example.org>",
          "=?UTF-8?q?Jos=C3=A9=20N=2E?= <a@example.org>");
    /* Nothing that could be read as another encoding is touched. */
    check("Jos\xe9 <a@example.org>", "Jos\xe9 <a@example.org>");
}

/* RFC 2047: a word has at most 75 characters, and whole characters in it. */
static void test_long(void)
{
    g_autoptr(GString) address = g_string_new(NULL);
    g_autofree char *is = NULL;
    g_auto(GStrv) words = NULL;

    for (int i = 0; i < 40; i++) {
        g_string_append(address, "\xe2\x82\xac");
    }
    g_string_append(address, " <a@example.org>");
    is = tv_export_address(address->str);
    words = g_strsplit(is, "\n ", -1);
    g_assert_cmpuint(g_strv_length(words), >, 1);
    for (char **word = words; *word; word++) {
        gsize length = strcspn(*word, " ");
        gsize code = length - strlen("=?UTF-8?q?") - strlen("?=");

        g_assert_cmpuint(length, <=, 75);
        g_assert_true(g_str_has_prefix(*word, "=?UTF-8?q?=E2"));
        g_assert_cmpuint(code % strlen("=E2=82=AC"), ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/export/address/plain", test_plain);
    g_test_add_func("/export/address/quoted", test_quoted);
    g_test_add_func("/export/address/encoded", test_encoded);
    g_test_add_func("/export/address/long", test_long);
    return g_test_run();
}
