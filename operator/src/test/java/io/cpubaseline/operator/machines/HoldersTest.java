package io.cpubaseline.operator.machines;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.watch.Views;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HoldersTest {

    private static final String A = Target.manager("a");

    private final FakeViews<VirtualMachineSnapshot> machines = new FakeViews<>();
    private final CountingViews counting = new CountingViews();
    private final Holders holders = new Holders(counting);

    /** Counts how often all are asked for. */
    private final class CountingViews implements Views<VirtualMachineSnapshot> {

        private int lists;
        private Runnable whenListed = () -> {};

        @Override
        public State state() {
            return machines.state();
        }

        @Override
        public List<VirtualMachineSnapshot> list() {
            lists++;
            List<VirtualMachineSnapshot> listed = machines.list();
            whenListed.run();
            return listed;
        }

        @Override
        public Optional<VirtualMachineSnapshot> get(String namespace, String name) {
            return machines.get(namespace, name);
        }
    }

    private static VirtualMachineSnapshot holding(String name) {
        return vm(name).carrying(Targets.of("a", "Intel", "IvyBridge-IBRS")).build();
    }

    private void put(VirtualMachineSnapshot vm) {
        machines.set(vm.namespace(), vm.name(), vm);
        holders.seen(vm);
    }

    @Test
    void all_are_looked_through_once_whatever_the_answer_and_however_often_it_is_asked_for() {
        // Given
        put(vm("free").build());

        // Then
        assertThat(holders.isAny(A)).isFalse();
        assertThat(holders.isAny(A)).isFalse();

        // When
        put(holding("one"));
        put(holding("two"));

        // Then
        assertThat(holders.isAny(A)).isTrue();
        assertThat(holders.isAny(A)).isTrue();
        assertThat(holders.isAny(Target.manager("b"))).isFalse();
        assertThat(counting.lists).isEqualTo(2);
    }

    @Test
    void one_that_lets_go_or_goes_is_replaced_by_another() {
        // Given
        put(holding("one"));
        put(holding("two"));
        assertThat(holders.isAny(A)).isTrue();

        // When
        put(vm("one").build());
        put(vm("two").build());
        put(holding("three"));

        // Then
        assertThat(holders.isAny(A)).isTrue();

        // When
        put(vm("three")
                .carrying(Targets.of("a", "Intel", "IvyBridge-IBRS"))
                .deleting()
                .build());

        // Then
        assertThat(holders.isAny(A)).isFalse();
    }

    @Test
    void one_that_comes_while_all_are_looked_through_is_not_missed() {
        // When
        counting.whenListed = () -> put(holding("late"));
        holders.isAny(A);
        counting.whenListed = () -> {};

        // Then
        assertThat(holders.isAny(A)).isTrue();
    }

    @Test
    void where_any_may_have_changed_all_are_looked_through_again() {
        // Given
        assertThat(holders.isAny(A)).isFalse();
        VirtualMachineSnapshot listed = holding("listed");
        machines.set(listed.namespace(), listed.name(), listed);

        // When
        holders.forgetAll();

        // Then
        assertThat(holders.isAny(A)).isTrue();
    }
}
