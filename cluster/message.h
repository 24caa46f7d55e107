/* SPDX-License-Identifier: Apache-2.0 */
/* The messages between ranks. Each is one msgpack array:
 *
 *   [ version | kind | fields of the kind … | seal: checksum of all bytes before it ]
 *
 *   kind    way    says                                 fields
 *   assign  0 → r  walk these samples                   epoch, first, count, max_steps, [new known shapes]
 *   result  r → 0  this came of the assignment          epoch, first, count, max_steps, seconds, [pieces]
 *   beat    both   I am alive                           whether I got a signal
 *   fail    r → 0  I cannot go on                       status, text
 *   stop    0 → r  the run is over                      -
 *   bye     r → 0  I send nothing more                  messages and bytes sent, seconds of walking
 *
 *   piece   [ count | tally | [[shape, hits], …] | [hits by length] | hit or nil ]
 *   hit     [ length | properties | shape | finding (cluster/finding_codec.h) ]
 *
 * An epoch is the number of a bound, in a search for the shortest trace. A result of an older epoch was
 * walked with a bound that no longer holds: rank 0 drops it. Any thread. */
#ifndef RACEWALK_CLUSTER_MESSAGE_H
#define RACEWALK_CLUSTER_MESSAGE_H

#include "cluster/finding_codec.h"
#include "search/walker.h"

#define MESSAGE_VERSION   2
#define MESSAGE_BYTES_MAX ((size_t)256 << 20)

enum message_kind { MESSAGE_ASSIGN, MESSAGE_RESULT, MESSAGE_BEAT, MESSAGE_FAIL, MESSAGE_STOP, MESSAGE_BYE };

/* Walks, and the bound of their length. */
struct message_range {
    uint64_t epoch;
    uint64_t first, count;
    uint32_t max_steps;
};

struct message_assign {
    struct message_range range;
    size_t known_count;
    uint64_t known[RUN_FINDINGS_MAX]; /* new since the last assignment */
};

struct message_result {
    struct message_range range; /* of the assignment; the pieces may end before it, where the run does */
    double seconds;             /* that the walks took */
    struct pieces pieces;
};

struct message_bye {
    uint64_t messages, bytes; /* sent */
    double busy;              /* seconds of walking */
};

void message_encode_assign(const struct message_assign *assign, struct buffer *out);
/* Walks the findings of the pieces again, to send their traces. ERR_MEMORY, ERR_INTERNAL. */
enum status message_encode_result(const struct run_config *config, const struct message_result *result,
                                  struct buffer *out, struct error *err) WARN_UNUSED;
void message_encode_beat(bool signalled, struct buffer *out);
void message_encode_fail(enum status status, const char *text, struct buffer *out);
void message_encode_stop(struct buffer *out);
void message_encode_bye(const struct message_bye *bye, struct buffer *out);

/* Checks the seal and the head. */
enum status message_kind_of(const void *bytes, size_t length, enum message_kind *ret_kind,
                            struct error *err) WARN_UNUSED;
enum status message_decode_assign(const void *bytes, size_t length, struct message_assign *ret_assign,
                                  struct error *err) WARN_UNUSED;
/* Fills in ret_result, whose pieces must be initialized, and are to be released after a failure too. Every
 * finding is decoded and must be the one of its sample. */
enum status message_decode_result(const struct run_config *config, const void *bytes, size_t length,
                                  struct message_result *ret_result, struct error *err) WARN_UNUSED;
enum status message_decode_beat(const void *bytes, size_t length, bool *ret_signalled,
                                struct error *err) WARN_UNUSED;
/* ret_text has ERROR_TEXT_MAX bytes. */
enum status message_decode_fail(const void *bytes, size_t length, enum status *ret_status, char *ret_text,
                                struct error *err) WARN_UNUSED;
enum status message_decode_bye(const void *bytes, size_t length, struct message_bye *ret_bye,
                               struct error *err) WARN_UNUSED;

#endif
