/* The names under which a tree's code pointers go. */
#ifndef TV_CONTRACT_H
#define TV_CONTRACT_H

#include <glib.h>

typedef struct TvContract {
    char *name;          /* where it was read from, for messages */
    char *header;        /* path in the tree of the header that types them */
    char *typedef_file;  /* where the type is when there is no header */
    char *address_space; /* "__rx" */
    char *rx_type;
    char *rw_type;
    char *write_macro;
    char *cache_hook;
    char *flush_hook;
    char *written_function;
    char *jump_function;
    GPtrArray *names;   /* of char *: every name above, macros, fields */
    GPtrArray *general; /* of char *: names that say nothing alone */
    GPtrArray *kernel;  /* of char *: path prefixes */
    GHashTable *values; /* key of [contract] to what the file says */
    char *text;         /* that it was read from */
    char *digest;       /* of the text */
} TvContract;

/*
 * @path NULL reads the built-in contract.  TV_ERROR_INPUT names the file and
 * the key if one is missing or unknown.
 */
TvContract *tv_contract_load(const char *path, GError **error);
void tv_contract_free(TvContract *contract);

/* The value of a key of [contract], lists as they stand; aborts if the table
 * of keys has no such key. */
const char *tv_contract_value(const TvContract *contract, const char *key);

/*
 * Whether a name of the contract stands in @text (@length bytes) as a whole
 * token.
 */
gboolean tv_contract_mentioned(const TvContract *contract, const char *text,
                               gsize length);

/* Whether @file (path in the tree) belongs to the JIT kernel. */
gboolean tv_contract_in_kernel(const TvContract *contract, const char *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvContract, tv_contract_free)

#endif
