/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/golden.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "model/dns/dns_balancer.h"
#include "tests/support/cmocka_all.h"

const struct golden_file golden_files[GOLDEN_FILES] = {
    {"itf/check_n3_30_20_root_seed126.itf.ndjson.gz", 1, "no_inconsistent_root", 76, 75},
    {"itf/cut_n3_30_20_s31_first126.itf.json.gz", 1, NULL, 126, 0},
    {"itf/epoch5_n3_20_3_s123.itf.ndjson.gz", 1, "epoch5", 20, 19},
    {"itf/epoch5_n3_5_3_s123.itf.ndjson.gz", 1, "epoch5", 17, 16},
    {"itf/nohit_n3_20_3_epoch5_3007.itf.json.gz", 1, NULL, 20, 0},
    {"itf/nohit_n3_20_3_no_inconsistent_rollback_3007.itf.json.gz", 1, NULL, 20, 0},
    {"itf/plans3_n3_5_3_s123.itf.ndjson.gz", 1, "plans3", 19, 18},
    {"itf/replay_root_n3_5_3_s123.itf.json.gz", 1, "no_inconsistent_root", 18, 17},
    {"itf/rollback_n3_20_3_s23.itf.ndjson.gz", 2, "no_inconsistent_rollback", 27, 26},
    {"itf/rollback_n3_5_3_s21.itf.ndjson.gz", 1, "no_inconsistent_rollback", 20, 19},
    {"itf/root_n3_20_3_s11.itf.ndjson.gz", 1, "no_inconsistent_root", 25, 24},
    {"itf/root_n3_5_3_multi_s7.itf.ndjson.gz", 4, "no_inconsistent_root", 16, 15},
    {"itf/root_n3_5_3_s1.itf.ndjson.gz", 1, "no_inconsistent_root", 18, 17},
    {"itf/root_n3_5_3_shortest.itf.json", 1, "no_inconsistent_root", 12, 11},
    {"itf/walk_n3_20_3_seed102.itf.json.gz", 1, NULL, 40, 0},
    {"itf/walk_n3_30_20_seed104.itf.json.gz", 1, NULL, 60, 0},
    {"itf/walk_n3_5_3_seed101.itf.json.gz", 1, NULL, 40, 0},
};

const char *golden_path(const char *path)
{
    static char whole[4096];
    (void)snprintf(whole, sizeof whole, "%s/%s", TEST_DATA_DIR, path);
    return whole;
}

void golden_text(const char *path, struct buffer *out)
{
    char block[1 << 14];
    gzFile file = gzopen(golden_path(path), "rb");
    assert_non_null(file);
    for (int got; (got = gzread(file, block, sizeof block)) > 0;)
        buffer_append(out, block, (size_t)got);
    assert_int_equal(gzclose(file), Z_OK);
    assert_false(out->failed);
}

void golden_each(void (*visit)(const struct model *model, struct itf_trace *trace))
{
    struct itf_trace trace;
    struct error err = {{0}};
    itf_trace_init(&trace);
    for (size_t i = 0; i < GOLDEN_FILES; i++) {
        struct itf_reader *reader = NULL;
        bool found = true;
        assert_int_equal(itf_reader_open(golden_path(golden_files[i].path), &dns_balancer, &reader, &err),
                         OK);
        for (;;) {
            struct model *model = NULL;
            if (itf_reader_next(reader, &trace, &found, &err) != OK)
                fail_msg("%s", err.text);
            if (!found)
                break;
            assert_int_equal(model_new(&dns_balancer, &trace.instance, &model, &err), OK);
            visit(model, &trace);
            model_free(model);
        }
        itf_reader_close(reader);
    }
    itf_trace_release(&trace);
}
