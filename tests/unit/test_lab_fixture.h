/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the lab share: a folder of their own that goes away again, files in it, and short forms.
 */
#ifndef RACEWALK_TESTS_UNIT_TEST_LAB_FIXTURE_H
#define RACEWALK_TESTS_UNIT_TEST_LAB_FIXTURE_H

#include "tests/support/cmocka_all.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "lab/lab.h"

/* A path within a folder; good until the fourth call from now. */
static inline const char *fixture_path(const char *folder, const char *name)
{
    static char paths[4][512];
    static size_t next;
    char *path = paths[next++ % 4];
    assert_true(snprintf(path, sizeof paths[0], "%s/%s", folder, name) < (int)sizeof paths[0]);
    return path;
}

/* A new empty folder, freed with fixture_remove. */
static inline char *fixture_folder(void)
{
    const char *temporary = getenv("TMPDIR");
    char *folder =
        mem_copy_string(fixture_path(temporary != NULL ? temporary : "/tmp", "racewalk-lab-XXXXXX"));
    assert_non_null(folder);
    assert_non_null(mkdtemp(folder));
    return folder;
}

static inline void fixture_remove_tree(const char *path)
{
    struct stat found;
    if (lstat(path, &found) != 0)
        return;
    if (S_ISDIR(found.st_mode)) {
        (void)chmod(path, 0700);
        DIR *folder = opendir(path);
        assert_non_null(folder);
        for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
            char inner[1024];
            assert_true(snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < (int)sizeof inner);
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                fixture_remove_tree(inner);
        }
        closedir(folder);
    }
    assert_int_equal(remove(path), 0);
}

static inline void fixture_remove(char *folder)
{
    fixture_remove_tree(folder);
    mem_free(folder);
}

/* The whole file, freed with mem_free; NULL when there is none. */
static inline char *fixture_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    struct buffer text;
    buffer_init(&text);
    char block[4096];
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        buffer_append(&text, block, got);
    fclose(file);
    char *copy = mem_copy_string(text.text);
    buffer_release(&text);
    assert_non_null(copy);
    return copy;
}

static inline void fixture_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static inline void fixture_open_lab(struct lab *lab, const char *folder, struct guards guards)
{
    struct error err = {""};
    const struct lab_config config = {.base_dir = folder, .deployer_count = 3, .guards = guards};
    if (lab_open(lab, &config, &err) != OK)
        fail_msg("lab_open: %s", err.text);
}

static inline void fixture_generate(struct lab *lab, size_t count)
{
    struct error err;
    for (size_t i = 0; i < count; i++) {
        struct buffer json;
        buffer_init(&json);
        assert_int_equal(planner_generate(&lab->planner, NULL, 0, &json, &err), OK);
        buffer_release(&json);
    }
}

static inline struct deploy_answer fixture_deploy(struct lab *lab, size_t deployer)
{
    struct deploy_answer answer;
    struct error err;
    if (deployer_deploy(&lab->deployers[deployer], &lab->zone, lab->guards, &answer, &err) != OK)
        fail_msg("deploy: %s", err.text);
    return answer;
}

static inline struct deploy_answer fixture_sync_deploy(struct lab *lab, size_t deployer)
{
    deployer_sync(&lab->deployers[deployer], &lab->zone);
    return fixture_deploy(lab, deployer);
}

/* The versions that a cleanup deleted, as "1 2 3"; good until the next call. */
static inline const char *fixture_cleanup(struct lab *lab, size_t deployer, int64_t keep)
{
    static char text[256];
    struct cleanup_answer answer;
    struct error err;
    if (deployer_cleanup(&lab->deployers[deployer], &lab->zone, lab->guards, keep, &answer, &err) != OK)
        fail_msg("cleanup: %s", err.text);
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < answer.deleted_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%d", i == 0 ? "" : " ",
                                 (int)answer.deleted_versions[i]);
    mem_free(answer.deleted_versions);
    return text;
}

/* What a name resolves to, as a JSON list; good until the next call. */
static inline const char *fixture_resolve(const struct wormhole53 *zone, const char *name)
{
    static char text[4096];
    struct buffer ips;
    buffer_init(&ips);
    (void)wormhole53_resolve(zone, name, &ips);
    assert_true(ips.length < sizeof text);
    memcpy(text, ips.text, ips.length + 1);
    buffer_release(&ips);
    return text;
}

/* The zone as one line, "NAME=VALUE NAME=VALUE …", lists as [name:weight,…]; good until the next call. */
static inline const char *fixture_zone(const struct wormhole53 *zone)
{
    static char text[8192];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < zone->count; i++) {
        const struct record *record = zone->records[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s=%s", i == 0 ? "" : " ", record->name,
                                 record->text != NULL ? record->text : "[");
        for (size_t t = 0; t < record->target_count; t++)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s:%d", t == 0 ? "" : ",",
                                     record->targets[t].name, (int)record->targets[t].weight);
        if (record->text == NULL)
            used += (size_t)snprintf(text + used, sizeof text - used, "]");
    }
    return text;
}

#endif
