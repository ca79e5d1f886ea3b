/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/environment.h"

#include <string.h>

#include "base/hash.h"

/* The first group that has a name decides. */
static const TvVariableGroup groups[] = {
    {TV_VARIABLE_KEPT, "tcg-verify's own", "QEMU_SRC QEMU_TARBALL"},
    {TV_VARIABLE_KEPT,
     "where programs are found; keys have the hash of those that judge",
     "PATH"},
    {TV_VARIABLE_KEPT,
     "git finds the user by it; the files there that quilt, ccache and clang "
     "would read are switched off",
     "HOME"},
    {TV_VARIABLE_KEPT, "places and times that no result has in it",
     "TMPDIR TZ"},
    {TV_VARIABLE_KEPT,
     "git's own, of which tcg-verify forgets those that choose a repository",
     "GIT_*"},
    {TV_VARIABLE_KEPT,
     "the sanitizers' and GLib's, for whoever debugs tcg-verify",
     "ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS G_DEBUG"},

    {TV_VARIABLE_SET, "the language of all messages, which are parsed",
     "LC_ALL=C"},
    {TV_VARIABLE_SET, "the day that compilers give as __DATE__",
     "SOURCE_DATE_EPOCH=0"},
    {TV_VARIABLE_SET, "clang then reads no configuration files",
     "CLANG_NO_DEFAULT_CONFIG=1"},

    /* Where GLib lies is for the user to say; what is found is hashed too. */
    {TV_VARIABLE_KEYED, "pkg-config",
     "PKG_CONFIG_PATH PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR"},

    {TV_VARIABLE_REMOVED, "clang and gcc",
     "CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH OBJC_INCLUDE_PATH "
     "OBJCPLUS_INCLUDE_PATH INCLUDE EXTERNAL_INCLUDE SDKROOT "
     "MACOSX_DEPLOYMENT_TARGET IPHONEOS_DEPLOYMENT_TARGET COMPILER_PATH "
     "LIBRARY_PATH LPATH GCC_* COLLECT_* DEPENDENCIES_OUTPUT "
     "SUNPRO_DEPENDENCIES CCC_* CC_PRINT_* CC_LOG_DIAGNOSTICS* CLANG_* "
     "LIBCLANG_* LLVM_* FORCE_CLANG_DIAGNOSTICS_CRASH RC_DEBUG_OPTIONS "
     "RC_DEBUG_PREFIX_MAP AS_SECURE_LOG_FILE TERM_URLS DEB_BUILD_OPTIONS"},
    {TV_VARIABLE_REMOVED, "the linker", "LDEMULATION GNUTARGET"},
    /* A fork server gets its own LD_PRELOAD.  No key has the hash of what
     * LD_LIBRARY_PATH leads to: a program that needs it can be wrapped. */
    {TV_VARIABLE_REMOVED, "the loader and the C library",
     "LD_* GLIBC_TUNABLES MALLOC_* GCONV_PATH LOCPATH NLSPATH"},
    {TV_VARIABLE_REMOVED, "the C library, for messages and the order of names",
     "LANG LANGUAGE LC_*"},
    /* sparse reads no variable. */
    {TV_VARIABLE_REMOVED, "spatch and OCaml", "COCCINELLE_* OCAML* CAML*"},
    {TV_VARIABLE_REMOVED, "python", "PYTHON*"},
    {TV_VARIABLE_REMOVED, "perl", "PERL*"},
    {TV_VARIABLE_REMOVED, "shells and the programs of scripts",
     "BASH_* BASHOPTS SHELLOPTS ENV CDPATH GLOBIGNORE EXECIGNORE PS4 "
     "POSIXLY_CORRECT GREP_OPTIONS GREP_COLOR GREP_COLORS TAR_OPTIONS GZIP "
     "BZIP BZIP2 XZ_OPT XZ_DEFAULTS AWKPATH AWKLIBPATH BLOCKSIZE BLOCK_SIZE"},
    {TV_VARIABLE_REMOVED, "quilt and patch",
     "QUILT_* QUILTRC PATCH_GET PATCH_VERSION_CONTROL VERSION_CONTROL "
     "SIMPLE_BACKUP_SUFFIX QUOTING_STYLE"},
    /* What is built, and by which compiler, is the proof's to say: it compares
     * two builds.  The tool's own build, `make tool`, takes them. */
    {TV_VARIABLE_REMOVED, "configure, meson and make",
     "CC CXX CPP OBJC OBJCXX AS LD AR NM RANLIB STRIP OBJCOPY OBJDUMP READELF "
     "WINDRES CCAS HOST_CC CC_LD CXX_LD CC_FOR_BUILD CXX_FOR_BUILD "
     "CFLAGS CXXFLAGS CPPFLAGS OBJCFLAGS ASFLAGS ARFLAGS LDFLAGS "
     "EXTRA_CFLAGS EXTRA_LDFLAGS CFLAGS_FOR_BUILD CPPFLAGS_FOR_BUILD "
     "LDFLAGS_FOR_BUILD LIBS CROSS_COMPILE CONFIG_SITE CMAKE* SMBD SCANBUILD "
     "MESON* DESTDIR V"},
    {TV_VARIABLE_REMOVED, "make",
     "MAKE MAKEFLAGS GNUMAKEFLAGS MFLAGS MAKEFILES MAKELEVEL MAKEOVERRIDES"},
    {TV_VARIABLE_REMOVED, "pkg-config", "PKG_CONFIG*"},
    {TV_VARIABLE_REMOVED, "ninja, and what colours its output",
     "NINJA* CLICOLOR CLICOLOR_FORCE FORCE_COLOR NO_COLOR COLORTERM COLUMNS "
     "LINES"},
    {TV_VARIABLE_REMOVED, "ccache, which each build sets up, and its like",
     "CCACHE_* DISTCC_* ICECC*"},
    {TV_VARIABLE_REMOVED, "emulators", "QEMU_*"},
    {TV_VARIABLE_REMOVED, "gdb, valgrind and GLib",
     "GDBHISTFILE GDBHISTSIZE DEBUGINFOD_* VALGRIND_* G_MESSAGES_* G_SLICE"},
};

const TvVariableGroup *tv_environment_nth(guint index)
{
    return index < G_N_ELEMENTS(groups) ? &groups[index] : NULL;
}

/* @pattern: one of a group's names. */
static gboolean matches(const char *pattern, const char *name)
{
    gsize length = strcspn(pattern, "=*");

    return strncmp(pattern, name, length) == 0 &&
           (pattern[length] == '*' || name[length] == '\0');
}

static gboolean has(const TvVariableGroup *group, const char *name)
{
    g_auto(GStrv) patterns = g_strsplit(group->names, " ", -1);

    for (char **pattern = patterns; *pattern; pattern++) {
        if (matches(*pattern, name)) {
            return TRUE;
        }
    }
    return FALSE;
}

const TvVariableGroup *tv_environment_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (has(&groups[i], name)) {
            return &groups[i];
        }
    }
    return NULL;
}

char **tv_environment_of_build(void)
{
    g_auto(GStrv) names = g_listenv();
    char **envp = g_get_environ();

    for (char **name = names; *name; name++) {
        const TvVariableGroup *group = tv_environment_find(*name);

        if (group && (group->fate == TV_VARIABLE_REMOVED ||
                      group->fate == TV_VARIABLE_KEYED)) {
            envp = g_environ_unsetenv(envp, *name);
        }
    }
    return envp;
}

static void set_all(const TvVariableGroup *group)
{
    g_auto(GStrv) words = g_strsplit(group->names, " ", -1);

    for (char **word = words; *word; word++) {
        g_auto(GStrv) pair = g_strsplit(*word, "=", 2);

        g_setenv(pair[0], pair[1], TRUE);
    }
}

void tv_environment_clean(void)
{
    g_auto(GStrv) names = g_listenv();

    for (char **name = names; *name; name++) {
        const TvVariableGroup *group = tv_environment_find(*name);

        if (group && group->fate == TV_VARIABLE_REMOVED) {
            g_unsetenv(*name);
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (groups[i].fate == TV_VARIABLE_SET) {
            set_all(&groups[i]);
        }
    }
}

void tv_environment_add(GChecksum *sum)
{
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        g_auto(GStrv) names = groups[i].fate == TV_VARIABLE_KEYED
                                  ? g_strsplit(groups[i].names, " ", -1)
                                  : NULL;

        for (char **name = names; name && *name; name++) {
            const char *value = g_getenv(*name);

            tv_hash_add(sum, value ? value : "");
        }
    }
}
