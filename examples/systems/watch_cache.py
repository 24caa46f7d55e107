# SPDX-License-Identifier: Apache-2.0
"""A small Kubernetes, as far as issue 59848 (2018) goes: etcd, API servers that answer from a watch cache, kubelets.

A kubelet that restarts lists its pods from whichever API server it reaches. That one's cache may lag behind what the kubelet knew
before: then it runs a pod again that was deleted long ago and runs elsewhere. With quorum_reads a list goes to etcd first, which
mends it.
"""


class Refused(Exception):
    """The system does not do this now."""


class Etcd:
    def __init__(self):
        self.revision, self.node, self.deleting = 0, "none", False

    def change(self, node, deleting):
        self.revision, self.node, self.deleting = self.revision + 1, node, deleting


class ApiServer:
    def __init__(self, etcd):
        self.etcd = etcd
        self.catch_up()

    def catch_up(self):
        self.cache, self.node, self.deleting = self.etcd.revision, self.etcd.node, self.etcd.deleting


class Kubelet:
    def __init__(self, name, cluster):
        self.name, self.cluster = name, cluster
        self.restart()

    def restart(self):
        self.server, self.running = None, False  # its containers go with the machine

    def list(self, server):
        if self.cluster.quorum_reads:
            server.catch_up()
        self.server = server

    def told_to_run(self):
        return self.server is not None and self.server.node == self.name and not self.server.deleting

    def sync(self):
        if not self.told_to_run():
            raise Refused(f"{self.name} is not told to run the pod")
        if self.running:
            raise Refused(f"{self.name} runs the pod already")
        self.running = True

    def stop(self):
        if self.server is None or self.told_to_run():
            raise Refused(f"{self.name} is not told to stop the pod")
        etcd = self.cluster.etcd
        confirms = self.server.node == self.name and self.server.deleting and etcd.node == self.name and etcd.deleting
        if not self.running and not confirms:
            raise Refused(f"{self.name} does not run the pod")
        self.running = False
        if confirms:
            etcd.change("none", False)


class Cluster:
    def __init__(self, servers, kubelets, quorum_reads):
        self.quorum_reads = quorum_reads
        self.etcd = Etcd()
        self.servers = {name: ApiServer(self.etcd) for name in servers}
        self.kubelets = {name: Kubelet(name, self) for name in kubelets}

    def bind(self, kubelet):
        if self.etcd.node != "none":
            raise Refused(f"the pod is bound to {self.etcd.node}")
        self.etcd.change(kubelet, False)

    def delete_pod(self):
        if self.etcd.node == "none" or self.etcd.deleting:
            raise Refused("there is no pod to delete")
        self.etcd.change(self.etcd.node, True)

    def pods(self):
        return sum(kubelet.running for kubelet in self.kubelets.values())
