/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/own_subject.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "mbt/own/own_narrator.h"
#include "model/own/own_class.h"
#include "model/own/own_code.h"

/* What a library may have, in bytes; more is no library but a mistake. */
#define CODE_BYTES_MAX ((uint64_t)1 << 30)

/* --- which model? --- */

/* The value of --name VALUE or --name=VALUE at argv[*at], and *at on its last word; NULL: it is not that
 * option. An empty text when the value is missing. */
static const char *option_value_at(const char *name, int argc, char **argv, int *at)
{
    const char *arg = argv[*at];
    const size_t length = strlen(name);
    if (strncmp(arg, "--", 2) != 0 || strncmp(arg + 2, name, length) != 0)
        return NULL;
    if (arg[2 + length] == '=')
        return arg + 2 + length + 1;
    if (arg[2 + length] != '\0')
        return NULL;
    return *at + 1 < argc ? argv[++*at] : "";
}

static const char *from_environment(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

enum status model_choice_read(int argc, char **argv, struct model_choice *ret_choice, struct error *err)
{
    struct model_choice choice = {.argv = mem_new((size_t)argc + 1, sizeof *argv)};
    bool before = true; /* the command's name */
    if (choice.argv == NULL)
        return error_memory(err, ((size_t)argc + 1) * sizeof *argv);
    for (int i = 0; i < argc; i++) {
        const int first = i;
        const char *file = i > 0 ? option_value_at("model", argc, argv, &i) : NULL;
        const char *option = "--model";
        /* racewalk model --test FILE names the model, too. */
        if (i > 1 && file == NULL && strcmp(argv[1], "model") == 0) {
            file = option_value_at("test", argc, argv, &i);
            option = file != NULL ? "--test" : option;
        }
        const char *flags = i > 0 && file == NULL ? option_value_at("cflags", argc, argv, &i) : NULL;
        const char *value = file != NULL ? file : flags;
        if (value != NULL && value[0] == '\0' && (before || file != NULL)) {
            mem_free(choice.argv);
            return error_set(err, ERR_USAGE, "%s needs a value: %s %s", file != NULL ? option : "--cflags",
                             file != NULL ? option : "--cflags", file != NULL ? "FILE.c" : "FLAGS");
        }
        if (file != NULL && choice.file != NULL) {
            mem_free(choice.argv);
            return error_set(err, ERR_USAGE, "two models were named: %s and %s", choice.file, file);
        }
        choice.file = file != NULL ? file : choice.file;
        choice.flags = flags != NULL ? flags : choice.flags;
        for (int k = first; k <= i && !(before && value != NULL); k++)
            choice.argv[choice.argc++] = argv[k];
        /* "help" is none: racewalk help --model FILE */
        if (i > 0 && value == NULL && strcmp(argv[i], "help") != 0)
            before = false;
        /* Behind -- there are no options. */
        while (i > 0 && strcmp(argv[first], "--") == 0 && ++i < argc)
            choice.argv[choice.argc++] = argv[i];
    }
    choice.by_option = choice.file != NULL;
    if (choice.file == NULL)
        choice.file = from_environment("RACEWALK_MODEL");
    if (choice.flags == NULL)
        choice.flags = from_environment("RACEWALK_CFLAGS");
    *ret_choice = choice;
    return OK;
}

void model_choice_release(struct model_choice *choice)
{
    mem_free(choice->argv);
    choice->argv = NULL;
}

/* --- the same code with all ranks --- */

/* What rank 0 says of its code before it sends it. */
struct announcement {
    char file[512]; /* as rank 0's user named it, cut; empty: there is no model of one's own */
    uint64_t identity;
    uint64_t plain, checked; /* bytes */
};

static enum status broadcast_code(struct buffer *code, uint64_t length, struct peers *peers,
                                  struct error *err)
{
    const size_t count = (size_t)(length + 7) / 8;
    uint64_t *words = mem_new(count + 1, sizeof *words);
    enum status status = words == NULL ? error_memory(err, count * sizeof *words) : OK;
    /* Who has no room for it must not leave the others waiting. */
    status = peers->allreduce(peers, status, err);
    if (status == OK && peers->rank == 0)
        memcpy(words, code->text, code->length);
    if (status == OK)
        status = peers->broadcast(peers, words, count, err);
    if (status == OK && peers->rank != 0) {
        buffer_append(code, words, (size_t)length);
        status = buffer_status(code, err);
    }
    mem_free(words);
    return status;
}

/* Collective. Everybody has rank 0's code. */
static enum status share_code(const struct model_choice *choice, struct peers *peers, struct own_code *code,
                              bool *ret_own, struct error *err)
{
    struct announcement said = {.file = ""}, ours = {.file = ""};
    if (choice->file != NULL)
        (void)snprintf(ours.file, sizeof ours.file, "%s", choice->file);
    if (peers->rank == 0) {
        said = ours;
        said.identity = code->identity;
        said.plain = code->plain.length;
        said.checked = code->checked.length;
    }
    enum status status = peers_broadcast_bytes(peers, &said, sizeof said, err);
    if (status != OK)
        return status;
    /* A variable of the environment may be rank 0's alone. */
    if (choice->by_option && strcmp(said.file, ours.file) != 0)
        status = error_set(err, ERR_USAGE, "all ranks must search the same model: rank %u was given %.300s",
                           peers->rank, ours.file);
    else if (said.plain > CODE_BYTES_MAX || said.checked > CODE_BYTES_MAX)
        status = error_set(err, ERR_DATA, "%.400s is too large", said.file);
    status = peers->allreduce(peers, status, err);
    *ret_own = said.file[0] != '\0';
    if (status != OK || !*ret_own || peers->ranks == 1)
        return status;
    code->identity = said.identity;
    status = broadcast_code(&code->plain, said.plain, peers, err);
    return status == OK ? broadcast_code(&code->checked, said.checked, peers, err) : status;
}

enum status own_subject_make(const struct model_choice *choice, const struct subject *built_in,
                             struct peers *peers, struct own_subject *own, const struct subject **ret_subject,
                             struct buffer *words, struct error *err)
{
    const char *file = choice->file != NULL ? choice->file : "the model";
    struct own_code code;
    bool is_own = false;
    enum status status = OK;
    *own = (struct own_subject){.model = {.files = {-1, -1}}};
    own_code_init(&code);
    if (peers->rank == 0 && choice->file != NULL)
        status = own_code_find(choice->file, choice->flags, &code, words, err);
    status = peers->allreduce(peers, status, err);
    if (status == OK)
        status = share_code(choice, peers, &code, &is_own, err);
    if (status == OK && is_own) {
        status = own_load(&code, file, &own->model, err);
        if (status == OK)
            status = own_class_new(own->model.plain, own->model.checked, code.identity, &own->class, err);
        /* Some rank's processor or memory may be of another kind. */
        status = peers->allreduce(peers, status, err);
    }
    own_code_release(&code);
    if (status != OK)
        return status;
    own->subject = (struct subject){.program = built_in->program,
                                    .class = own->class,
                                    .words = &own_narrator,
                                    .model_file = choice->file,
                                    .model_flags = choice->flags};
    *ret_subject = is_own ? &own->subject : built_in;
    return OK;
}

void own_subject_release(struct own_subject *own)
{
    own_class_free(own->class);
    own->class = NULL;
    own_unload(&own->model);
}
