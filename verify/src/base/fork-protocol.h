/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protocol between tcg-verify and a fork server, in packets of a
 * SOCK_SEQPACKET socket.
 *
 * The server sends its pid when it is ready.  A request is NUL-ended strings,
 * the directory to run in and the arguments from argv[0] on, and carries the
 * descriptors below; the answer is the pid of what was started, which leads a
 * process group, or a negative errno.
 */
#ifndef TV_BASE_FORK_PROTOCOL_H
#define TV_BASE_FORK_PROTOCOL_H

/* Holds the number of the server's end of the socket. */
#define TV_FORK_VARIABLE "TCG_VERIFY_FORK_SERVER"

/* In bytes and in arguments; a longer request is not made. */
#define TV_FORK_REQUEST_MAX 65536
#define TV_FORK_ARGUMENTS_MAX 1024

enum {
    TV_FORK_STDOUT,
    TV_FORK_STDERR,
    TV_FORK_STATUS, /* gets an int, as from waitpid() */
    TV_FORK_N_FDS,
};

#endif
