package io.cpubaseline.lab.programs;

import io.cpubaseline.lab.process.Programs;

/** A program that a lab may run beside etcd and kube-apiserver. They are started in this order. */
public enum Component {
    /** node-feature-discovery's master: turns NodeFeature objects into labels of nodes. */
    NFD_MASTER("nfd-master", Programs.NFD),

    /** Places pods on nodes. */
    KUBE_SCHEDULER("kube-scheduler", Programs.KUBERNETES),

    /** Runs deployments and daemon sets, deletes namespaces, collects garbage. */
    KUBE_CONTROLLER_MANAGER("kube-controller-manager", Programs.KUBERNETES),

    /** KubeVirt's API: its webhooks and subresources. Without it, a cluster has KubeVirt's resource definitions only. */
    VIRT_API("virt-api", Programs.KUBEVIRT),

    /** KubeVirt's controllers: instances and pods for VMs, migrations, evacuations. */
    VIRT_CONTROLLER("virt-controller", Programs.KUBEVIRT),

    /** Plays the kubelet and virt-handler of every node. */
    KWOK("kwok", Programs.KWOK),

    /** Plays virt-launcher where its guest has migrated away. */
    VIRT_LAUNCHER("virt-launcher", Programs.KUBERNETES);

    private final String program;
    private final String family;

    Component(String program, String family) {
        this.program = program;
        this.family = family;
    }

    /** The program's name; its log is {@code NAME.log} in the lab's directory. */
    public String program() {
        return program;
    }

    /** The family that {@code build-lab} builds it with. */
    public String family() {
        return family;
    }
}
