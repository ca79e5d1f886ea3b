/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/facts.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "judging-digest.h"

#define MAGIC "tcg-verify file facts 2 "

typedef struct Fact {
    char *stamp; /* what stat says of the file */
    char *sha256;
    gboolean mentions;
    guint round; /* in which it was looked at last */
} Fact;

struct TvFileFacts {
    char *path;
    const TvContract *contract;
    GHashTable *facts; /* path to Fact */
    guint round;
    gboolean dirty;
};

static void fact_free(gpointer data)
{
    Fact *fact = data;

    g_free(fact->stamp);
    g_free(fact->sha256);
    g_free(fact);
}

/* The first line: it names what the facts were found by, and their hash. */
static char *first_line(const TvFileFacts *facts, const char *body)
{
    g_autofree char *sum =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, body, -1);

    return g_strconcat(MAGIC, TV_JUDGING_DIGEST, " ", facts->contract->digest,
                       " ", sum, "\n", NULL);
}

static void load(TvFileFacts *facts)
{
    g_autofree char *text = NULL;
    g_autofree char *first = NULL;
    g_auto(GStrv) lines = NULL;
    const char *body;

    if (!g_file_get_contents(facts->path, &text, NULL, NULL) ||
        !(body = strchr(text, '\n'))) {
        return;
    }
    first = first_line(facts, body + 1);
    if (!g_str_has_prefix(text, first)) {
        return;
    }
    lines = g_strsplit(body + 1, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) part = g_strsplit(*line, " ", 4);

        if (g_strv_length(part) == 4 && strlen(part[1]) == 64) {
            Fact *fact = g_new0(Fact, 1);

            fact->stamp = g_strdup(part[0]);
            fact->sha256 = g_strdup(part[1]);
            fact->mentions = part[2][0] == '1';
            g_hash_table_replace(facts->facts, g_strdup(part[3]), fact);
        }
    }
}

TvFileFacts *tv_file_facts_open(const char *path, const TvContract *contract)
{
    TvFileFacts *facts = g_new0(TvFileFacts, 1);

    facts->path = g_strdup(path);
    facts->contract = contract;
    facts->round = 1;
    facts->facts =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, fact_free);
    load(facts);
    return facts;
}

void tv_file_facts_close(TvFileFacts *facts)
{
    if (!facts) {
        return;
    }
    if (facts->dirty) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autofree char *first = NULL;
        GHashTableIter iter;
        gpointer path, value;

        g_hash_table_iter_init(&iter, facts->facts);
        while (g_hash_table_iter_next(&iter, &path, &value)) {
            const Fact *fact = value;

            g_string_append_printf(text, "%s %s %d %s\n", fact->stamp,
                                   fact->sha256, fact->mentions,
                                   (const char *)path);
        }
        first = first_line(facts, text->str);
        g_string_prepend(text, first);
        g_file_set_contents(facts->path, text->str, text->len, NULL);
    }
    g_hash_table_unref(facts->facts);
    g_free(facts->path);
    g_free(facts);
}

static char *stamp_of(const struct stat *st)
{
    return g_strdup_printf("%lx:%lx:%lx:%lx.%lx:%lx.%lx", (long)st->st_dev,
                           (long)st->st_ino, (long)st->st_size,
                           (long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
                           (long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

static const Fact *look(TvFileFacts *facts, const char *path)
{
    Fact *fact = g_hash_table_lookup(facts->facts, path);
    g_autofree char *stamp = NULL;
    g_autofree char *text = NULL;
    gsize length;
    struct stat st;

    if (fact && fact->round == facts->round) {
        return fact;
    }
    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode)) {
        return NULL;
    }
    stamp = stamp_of(&st);
    if (fact && g_str_equal(fact->stamp, stamp)) {
        fact->round = facts->round;
        return fact;
    }
    if (!g_file_get_contents(path, &text, &length, NULL)) {
        return NULL;
    }
    fact = g_new0(Fact, 1);
    fact->stamp = g_steal_pointer(&stamp);
    fact->sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                               (const guchar *)text, length);
    fact->mentions = tv_contract_mentioned(facts->contract, text, length);
    fact->round = facts->round;
    facts->dirty = TRUE;
    g_hash_table_replace(facts->facts, g_strdup(path), fact);
    return fact;
}

const char *tv_file_facts_sha256(TvFileFacts *facts, const char *path)
{
    const Fact *fact = look(facts, path);

    return fact ? fact->sha256 : NULL;
}

gboolean tv_file_facts_mentions(TvFileFacts *facts, const char *path)
{
    const Fact *fact = look(facts, path);

    return fact && fact->mentions;
}

const char *tv_file_facts_changed(const TvFileFacts *facts)
{
    GHashTableIter iter;
    gpointer path, value;

    g_hash_table_iter_init(&iter, facts->facts);
    while (g_hash_table_iter_next(&iter, &path, &value)) {
        const Fact *fact = value;
        g_autofree char *stamp = NULL;
        g_autofree char *sha256 = NULL;
        struct stat st;

        if (fact->round != facts->round) {
            continue;
        }
        stamp = stat(path, &st) == 0 ? stamp_of(&st) : NULL;
        if (g_strcmp0(stamp, fact->stamp) == 0) {
            continue;
        }
        /* A link to it or a touch is no change. */
        sha256 = tv_hash_file(path, NULL);
        if (g_strcmp0(sha256, fact->sha256) != 0) {
            return path;
        }
    }
    return NULL;
}

void tv_file_facts_forget(TvFileFacts *facts)
{
    facts->round++;
}
