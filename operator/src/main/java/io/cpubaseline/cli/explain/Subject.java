package io.cpubaseline.cli.explain;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.fleet.NodeCpu;

/** What a user's word may mean. */
sealed interface Subject {

    /** What kind of thing it is. */
    Kind kind();

    /** Its proper name. */
    String name();

    /** The kinds of things that can be explained; in lower case, as users type them. */
    enum Kind {
        flag,
        model,
        node,
        level
    }

    /** A CPU flag, by libvirt's name. */
    record Flag(String name) implements Subject {
        @Override
        public Kind kind() {
            return Kind.flag;
        }
    }

    /** A CPU model of the catalog. */
    record Model(CpuModel model) implements Subject {
        @Override
        public Kind kind() {
            return Kind.model;
        }

        @Override
        public String name() {
            return model.name();
        }
    }

    /** A node of the input. */
    record Node(NodeCpu node) implements Subject {
        @Override
        public Kind kind() {
            return Kind.node;
        }

        @Override
        public String name() {
            return node.name();
        }
    }

    /** An x86-64 level, v1 at least. */
    record Level(AbiLevel level) implements Subject {
        @Override
        public Kind kind() {
            return Kind.level;
        }

        @Override
        public String name() {
            return level.label();
        }
    }
}
