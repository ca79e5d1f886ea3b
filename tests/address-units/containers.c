/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code pointers put into containers, and taken out elsewhere. */
#include "tcg.h"

typedef void *gpointer;
typedef const void *gconstpointer;

typedef struct GPtrArray {
    gpointer *pdata;
    unsigned len;
} GPtrArray;

typedef struct GTree GTree;
typedef struct GHashTable GHashTable;

GPtrArray *g_ptr_array_new(void);
void g_ptr_array_add(GPtrArray *array, gpointer data);
GTree *g_tree_new(int (*order)(gconstpointer a, gconstpointer b));
void g_tree_insert(GTree *tree, gpointer key, gpointer value);
gpointer g_tree_lookup(GTree *tree, gconstpointer key);
void g_tree_foreach(GTree *tree, int (*f)(gpointer, gpointer, gpointer),
                    gpointer data);
GHashTable *g_hash_table_new(void *hash, void *equal);
int g_hash_table_insert(GHashTable *table, gpointer key, gpointer value);
gpointer g_hash_table_lookup(GHashTable *table, gconstpointer key);
void *g_malloc(size_t n);

/* A list of the tree's own, through void *. */
struct Node {
    struct Node *next;
    void *data;
};

static struct Node *nodes;

static void push(void *data)
{
    struct Node *node = g_malloc(sizeof(*node));

    node->data = data;
    node->next = nodes;
    nodes = node;
}

void list_put(TCGContext *s)
{
    push((void *)s->code_ptr);
}

void list_use(TCGContext *s)
{
    for (struct Node *node = nodes; node; node = node->next) {
        *(uint8_t *)node->data = 1; /* expect: units-store-rx */
        *(uint8_t *)TCG_CODE_PTR_RW(s, node->data) = 1;
    }
}

/*
 * What GLib keeps is out of sight: putting a code pointer there is reported,
 * and what comes out is plain.
 */
static GPtrArray *array;

void array_put(TCGContext *s)
{
    array = g_ptr_array_new();
    g_ptr_array_add(array, (gpointer)s->code_ptr); /* expect: units-escape */
}

void array_use(void)
{
    *(uint8_t *)array->pdata[0] = 1;
}

static GHashTable *table;

void table_put(TCGContext *s, void *key)
{
    table = g_hash_table_new(NULL, NULL);
    g_hash_table_insert(table, key, (gpointer)s->code_ptr); /* expect: units-escape */
}

void table_use(void *key)
{
    *(uint8_t *)g_hash_table_lookup(table, key) = 1;
}

/*
 * As in translate-all.c: the tree's keys lie in the TBs, which are reached
 * through RW; what they hold is RX.
 */
static GTree *tree;

static int order(gconstpointer a, gconstpointer b)
{
    const struct tb_tc *x = a;
    const struct tb_tc *y = b;

    return x->ptr < y->ptr ? -1 : x->ptr > y->ptr;
}

void tree_put(TCGContext *s)
{
    TranslationBlock *tb = TCG_CODE_PTR_RW(s, s->code_gen_ptr);

    tree = g_tree_new(order);
    tb->tc.ptr = s->code_ptr;
    g_tree_insert(tree, &tb->tc, tb);
}

void tree_use(TCGContext *s, const void *pc)
{
    struct tb_tc key = {.ptr = pc};
    TranslationBlock *tb = g_tree_lookup(tree, &key);

    tb->flags = 1;
    *(uint8_t *)tb->tc.ptr = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(s, tb->tc.ptr) = 1;
}

static int visit(gpointer key, gpointer value, gpointer data)
{
    TranslationBlock *tb = value;

    tb->flags = 0;
    *(int *)data += 1;
    return 0;
}

int tree_each(void)
{
    int count = 0;

    g_tree_foreach(tree, visit, &count);
    return count;
}
