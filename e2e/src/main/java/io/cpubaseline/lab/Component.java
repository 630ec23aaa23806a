package io.cpubaseline.lab;

/** A program that a lab may run beside etcd and kube-apiserver. They are started in this order. */
public enum Component {
    /** node-feature-discovery's master: turns NodeFeature objects into labels of nodes. */
    NFD_MASTER("nfd-master", Programs.NFD) {
        @Override
        LabProcess start(Lab lab) {
            return NfdMaster.start(lab);
        }
    },

    /** Places pods on nodes. */
    KUBE_SCHEDULER("kube-scheduler", Programs.KUBERNETES) {
        @Override
        LabProcess start(Lab lab) {
            return KubeScheduler.start(lab);
        }
    },

    /** Runs deployments and daemon sets, deletes namespaces, collects garbage. */
    KUBE_CONTROLLER_MANAGER("kube-controller-manager", Programs.KUBERNETES) {
        @Override
        LabProcess start(Lab lab) {
            return KubeControllerManager.start(lab);
        }
    },

    /** KubeVirt's API: its webhooks and subresources. Without it, a cluster has KubeVirt's resource definitions only. */
    VIRT_API("virt-api", Programs.KUBEVIRT) {
        @Override
        LabProcess start(Lab lab) {
            return VirtApi.start(lab);
        }
    },

    /** KubeVirt's controllers: instances and pods for VMs, migrations, evacuations. */
    VIRT_CONTROLLER("virt-controller", Programs.KUBEVIRT) {
        @Override
        LabProcess start(Lab lab) {
            return VirtController.start(lab);
        }
    },

    /** Plays the kubelet and virt-handler of every node. */
    KWOK("kwok", Programs.KWOK) {
        @Override
        LabProcess start(Lab lab) {
            return Kwok.start(lab);
        }
    },

    /** Plays virt-launcher where its guest has migrated away. */
    VIRT_LAUNCHER("virt-launcher", Programs.KUBERNETES) {
        @Override
        LabProcess start(Lab lab) {
            return VirtLauncher.start(lab);
        }
    };

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

    /** Starts it; returns when it does its work. */
    abstract LabProcess start(Lab lab);
}
