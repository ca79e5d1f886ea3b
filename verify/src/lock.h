/* One run at a time in a directory of build/. */
#ifndef TV_LOCK_H
#define TV_LOCK_H

#include <glib.h>

/*
 * Takes the lock DIRECTORY/.lock, making the directory; waits for another run
 * and says so on stderr.  Returns a descriptor for tv_lock_release, or -1.
 * The kernel releases it when the process dies, however it dies.
 */
int tv_lock_take(const char *directory, GError **error);
void tv_lock_release(int lock);

#endif
