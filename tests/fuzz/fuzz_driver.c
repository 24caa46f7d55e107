/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds bytes to the reader of drivers' answers; a state that it takes is compared with a model's. The first byte chooses
 * the question. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "mbt/driver/driver_answer.h"
#include "mbt/driver/driver_compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* {clients: map of records, log: list, names: set, term: number} */
static struct value make_model(struct arena *arena)
{
    struct value view, *pairs = value_room(arena, 4), *numbers = value_room(arena, 4), model;
    const struct named_value one[] = {{"view", value_int(1)}};
    if (pairs == NULL || numbers == NULL || !value_record_of(arena, one, 1, &view))
        abort();
    for (int i = 0; i < 4; i++)
        numbers[i] = value_int(i);
    pairs[0] = value_string("client-a");
    pairs[2] = value_string("client-b");
    pairs[1] = pairs[3] = view;
    const struct named_value fields[] = {{"lease::client", value_map(pairs, 2)},
                                         {"log", value_list(numbers, 4)},
                                         {"names", value_set(numbers, 3)},
                                         {"term", value_int(3)}};
    if (!value_record_of(arena, fields, 4, &model))
        abort();
    return model;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct driver_reader *reader = NULL;
    struct driver_answer answer;
    struct error err = {{0}};
    if (size == 0)
        return 0;
    if (driver_reader_new(&reader, &err) != OK)
        abort();
    const enum driver_question question = (enum driver_question)(data[0] % 4);
    if (driver_reader_read(reader, question, (const char *)data + 1, size - 1, &answer, &err) != OK) {
        assert(err.text[0] != '\0');
    } else {
        assert((answer.why != NULL) == (answer.reply == DRIVER_REFUSED || answer.reply == DRIVER_ERROR));
        assert(answer.state.kind == VALUE_NULL || answer.state.kind == VALUE_RECORD);
        struct arena arena;
        struct buffer text;
        size_t count = 0;
        arena_init(&arena, (size_t)1 << 26);
        buffer_init(&text);
        const struct value model = make_model(&arena);
        if (answer.state.kind == VALUE_RECORD &&
            driver_compare(&model, &answer.state, &arena, &text, &count, &err) == OK)
            assert((count == 0) == (text.length == 0));
        buffer_release(&text);
        arena_release(&arena);
    }
    driver_reader_free(reader);
    return 0;
}
