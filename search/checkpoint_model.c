/* SPDX-License-Identifier: Apache-2.0 */
#include "search/checkpoint_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/checkpoint_file.h"

void checkpoint_put_model(const struct model_class *class, struct buffer *text)
{
    buffer_format(text, "model %s\n", class->name);
    if (class->identity != 0)
        buffer_format(text, "identity %016" PRIx64 "\n", class->identity);
}

enum status checkpoint_check_model(const struct model_class *class, const char *text, struct error *err)
{
    char name[256], theirs[32] = "", ours[32] = "";
    if (!checkpoint_text_value(text, "model", name, sizeof name) || strcmp(name, class->name) != 0)
        return OK;
    (void)checkpoint_text_value(text, "identity", theirs, sizeof theirs);
    if (class->identity != 0)
        (void)snprintf(ours, sizeof ours, "%016" PRIx64, class->identity);
    if (strcmp(theirs, ours) == 0)
        return OK;
    return error_set(err, ERR_USAGE,
                     "the checkpoint is of another version of the model %s: go on with the model as it was, "
                     "or begin anew",
                     class->name);
}
