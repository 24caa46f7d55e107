/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzzer's function once over each file of the folders that are named: for builds without libFuzzer.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_BYTES_MAX ((size_t)16 << 20)

static int run_file(const char *folder, const char *name, uint8_t *room)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 1;
    const size_t size = fread(room, 1, INPUT_BYTES_MAX, file);
    (void)fclose(file);
    /* A block of just that size, so that a read past its end is seen. */
    uint8_t *data = malloc(size == 0 ? 1 : size);
    if (data == NULL)
        return 1;
    for (size_t i = 0; i < size; i++)
        data[i] = room[i];
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    int wrong = 0;
    uint8_t *room = malloc(INPUT_BYTES_MAX);
    for (int i = 1; i < argc && room != NULL; i++) {
        DIR *folder = opendir(argv[i]);
        if (folder == NULL)
            continue;
        for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
            if (entry->d_name[0] == '.')
                continue;
            wrong |= run_file(argv[i], entry->d_name, room);
            count++;
        }
        (void)closedir(folder);
    }
    free(room);
    printf("%zu inputs\n", count);
    return wrong;
}
