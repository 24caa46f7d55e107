/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/control_group.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cgroup.h"

#define EXIT_NOT_IN 255

static bool put(const char *folder, const char *name, const char *text)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    const bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written;
}

/* The folder of this process's own group; false when it cannot be written to. */
static bool find_own(const char *controller, char *folder, size_t size, bool *ret_version_1)
{
    FILE *file = fopen(CGROUP_SELF, "r");
    char line[512], mark[64];
    bool found = false;
    (void)snprintf(mark, sizeof mark, ":%s:", controller);
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        const char *path = strstr(line, mark);
        *ret_version_1 = path != NULL;
        if (path != NULL)
            (void)snprintf(folder, size, CGROUP_ROOT "/%s%s", controller, path + strlen(mark));
        else if (strncmp(line, "0::/", 4) == 0)
            (void)snprintf(folder, size, CGROUP_ROOT "%s", line + 3);
        else
            continue;
        found = access(folder, W_OK) == 0;
    }
    if (file != NULL)
        (void)fclose(file);
    return found;
}

/* Only in the child. */
static int work_within(const char *leaf, int (*work)(void))
{
    char pid[16];
    (void)snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    return put(leaf, "cgroup.procs", pid) ? work() : EXIT_NOT_IN;
}

int control_group_run(const struct control_group_limit *limit, int (*work)(void))
{
    char own[600], parent[700], leaf[800];
    bool version_1 = false;
    if (!find_own(limit->controller, own, sizeof own, &version_1))
        return CONTROL_GROUP_NONE;
    (void)snprintf(parent, sizeof parent, "%s/racewalk-test-%ld", own, (long)getpid());
    (void)snprintf(leaf, sizeof leaf, "%s/leaf", parent);
    int status = EXIT_NOT_IN << 8;
    if (mkdir(parent, 0755) == 0 &&
        put(parent, version_1 ? limit->file_1 : limit->file_2, version_1 ? limit->text_1 : limit->text_2) &&
        mkdir(leaf, 0755) == 0) {
        const pid_t pid = fork();
        if (pid == 0)
            _exit(work_within(leaf, work));
        if (pid > 0)
            (void)waitpid(pid, &status, 0);
    }
    (void)rmdir(leaf);
    (void)rmdir(parent);
    return WEXITSTATUS(status) == EXIT_NOT_IN ? CONTROL_GROUP_NONE : WEXITSTATUS(status);
}
