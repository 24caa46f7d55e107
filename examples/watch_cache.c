/* SPDX-License-Identifier: Apache-2.0 */
/* Kubernetes' stale watch cache (kubernetes/kubernetes, issue 59848, 2018): two kubelets run one pod at a time.
 *
 * etcd knows where the pod is bound. API servers answer from a cache that follows etcd, each at its own pace. A kubelet
 * watches one API server and runs what is bound to it; when the pod is to be deleted, it stops it and confirms that. A
 * kubelet that restarts lists its pods from whichever API server it reaches. That one may lag behind what the kubelet
 * knew before: it travels back in time, and runs a pod again that has long been deleted, and bound elsewhere. A list that
 * is read at a quorum of etcd mends it. */
#include <racewalk/model.h>

enum { APISERVERS = 3, KUBELETS = 3, BINDS = 4, REVISIONS = 3 * BINDS };

struct params {
    int apiservers, kubelets, binds;
    bool quorum_reads;
};

struct watch_cache {
    uint8_t revision;  /* of etcd: one more with each change of the two below */
    int8_t node;       /* the kubelet that the pod is bound to, or -1 */
    bool deleting;     /* its deletion was asked for */
    uint8_t binds;     /* so far */
    bool two_pods;     /* ran at a time, once */
    uint8_t cache[APISERVERS];       /* the revision that an API server's cache has come to */
    int8_t cache_node[APISERVERS];   /* what etcd had at that revision */
    bool cache_deleting[APISERVERS];
    int8_t server[KUBELETS];         /* the API server that a kubelet watches, or -1 */
    bool running[KUBELETS];          /* it runs the pod */
};

#define KINDS(K)     K(apiserver, APISERVERS, p->apiservers, SYMMETRIC, "apiserver-1") \
                     K(kubelet, KUBELETS, p->kubelets, SYMMETRIC, "kubelet-1")
#define PARAMS(P)    P(apiservers, 1, APISERVERS, "number of API servers") \
                     P(kubelets, 1, KUBELETS, "number of kubelets") \
                     P(binds, 1, BINDS, "how often the pod is bound")
#define GUARDS(G)    G(quorum_reads, "a kubelet lists from a quorum of etcd, not from a cache")
#define INSTANCES(I) I(w2_2_2, 2, 2, 2) I(w3_3_3, 3, 3, 3)
#define FIELDS(F)    F(revision, UP_TO(REVISIONS)) F(node, REF_OR_NONE(kubelet)) F(deleting, BOOL) \
                     F(binds, UP_TO(BINDS)) F(two_pods, BOOL) \
                     F(cache, PER(apiserver), UP_TO(REVISIONS)) \
                     F(cache_node, PER(apiserver), REF_OR_NONE(kubelet)) F(cache_deleting, PER(apiserver), BOOL) \
                     F(server, PER(kubelet), REF_OR_NONE(apiserver)) F(running, PER(kubelet), BOOL)

static void change(struct watch_cache *s, int node, bool deleting)
{
    s->revision++;
    s->node = (int8_t)node;
    s->deleting = deleting;
}

static bool bind(const struct params *p, struct watch_cache *s, int kubelet)
{
    if (s->node >= 0 || s->binds == p->binds) return false;
    s->binds++;
    change(s, kubelet, false);
    return true;
}

static bool delete_pod(const struct params *p, struct watch_cache *s)
{
    if (s->node < 0 || s->deleting) return false;
    change(s, s->node, true);
    return true;
}

static bool watch(const struct params *p, struct watch_cache *s, int apiserver)
{
    if (s->cache[apiserver] == s->revision) return false;
    s->cache[apiserver] = s->revision;
    s->cache_node[apiserver] = s->node;
    s->cache_deleting[apiserver] = s->deleting;
    return true;
}

static bool list(const struct params *p, struct watch_cache *s, int kubelet, int apiserver)
{
    if (s->server[kubelet] >= 0) return false;
    s->server[kubelet] = (int8_t)apiserver;
    if (p->quorum_reads) watch(p, s, apiserver);
    return true;
}

static bool sync(const struct params *p, struct watch_cache *s, int kubelet)
{
    const int from = s->server[kubelet];
    if (from < 0 || s->cache_node[from] != kubelet || s->cache_deleting[from] || s->running[kubelet]) return false;
    if (ANY(other, KUBELETS, s->running[other])) s->two_pods = true;
    s->running[kubelet] = true;
    return true;
}

/* The kubelet stops the pod when it is told that the pod is not its own, or is to be deleted. It confirms the deletion. */
static bool stop(const struct params *p, struct watch_cache *s, int kubelet)
{
    const int from = s->server[kubelet];
    if (from < 0) return false;
    const bool mine = s->cache_node[from] == kubelet, told = mine && s->cache_deleting[from];
    const bool confirms = told && s->node == kubelet && s->deleting;
    if (s->running[kubelet] ? mine && !told : !confirms) return false;
    s->running[kubelet] = false;
    if (confirms) change(s, -1, false);
    return true;
}

static bool restart(const struct params *p, struct watch_cache *s, int kubelet)
{
    if (s->server[kubelet] < 0) return false;
    s->server[kubelet] = -1;
    s->running[kubelet] = false; /* its containers go with the machine */
    return true;
}

#define ACTIONS(A)    A(bind, "the scheduler binds the pod to {kubelet}", kubelet) \
                      A(delete_pod, "somebody asks for the pod's deletion") \
                      A(watch, "the cache of {apiserver} comes up to date", apiserver) \
                      A(list, "{kubelet} lists its pods from {apiserver}", kubelet, apiserver) \
                      A(sync, "{kubelet} starts the pod", kubelet) \
                      A(stop, "{kubelet} stops the pod", kubelet) \
                      A(restart, "{kubelet} restarts", kubelet)
#define INVARIANTS(I) I(one_pod, !s->two_pods, "no two kubelets run the pod at a time")
#define EXAMPLES(E)   E(moved, ANY(i, KUBELETS, s->running[i] && s->binds > 1), "the pod runs after it was bound again")
#define PROGRESS      s->revision

#define RACEWALK_MODEL   watch_cache
#define RACEWALK_SUMMARY "a pod that moves while API servers answer from caches that lag"
#include <racewalk/model.h>
