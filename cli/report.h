/* SPDX-License-Identifier: Apache-2.0 */
/* What run and check tell, in words and as JSON, and where it goes. Main thread. */
#ifndef RACEWALK_CLI_REPORT_H
#define RACEWALK_CLI_REPORT_H

#include <stdio.h>

#include "base/json_writer.h"
#include "cli/cli.h"
#include "model/finding.h"

/* Where words go: standard output, or standard error when a file of results goes to standard output.
 * ERR_USAGE when two of the paths (NULL is fine) are "-". */
enum status report_words_stream(const char *const *paths, size_t count, FILE **ret_stream,
                                struct error *err) WARN_UNUSED;

/* Opens the report's object and adds its head: tool, version, command, mode. */
void report_begin(struct json_writer *json, const char *key, const struct cli *cli, const char *mode);
/* Adds "instance": {"clients": 2, …, "values": [1, 9], "guards": []}. */
void report_add_instance(struct json_writer *json, const struct model *model);
/* Adds "properties": the names of those in the mask. */
void report_add_properties(struct json_writer *json, const struct model_class *class, uint32_t properties);

/* "violation of NAME after 17 transitions (walk 251, trace seed …)", its shape, its file, and how to
 * bring it back. */
void report_print_finding(FILE *out, const struct model *model, const struct finding *finding);
/* Names of the properties in the mask, with commas. */
void report_print_properties(FILE *out, const struct model_class *class, uint32_t properties);

/* 1234567 as "1 234 567": into a static ring of buffers, for a few uses in one printf. */
const char *report_number(uint64_t number);
/* 1.23e9 as "1.23 G". As report_number. */
const char *report_rate(double rate);
/* 75.5 as "1 min 16 s". As report_number. */
const char *report_seconds(double seconds);

/* The exit status of a search that is over: violation, example found, stopped early, example not found,
 * nothing found, in this order where several are true. found has the properties that were hit; complete is
 * false when it stopped before the end of its work, by time-out or signal. */
int report_exit_code(const struct model_class *class, uint32_t properties, uint32_t found, bool complete);

#endif
