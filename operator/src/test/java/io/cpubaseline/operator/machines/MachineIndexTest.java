package io.cpubaseline.operator.machines;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Selector;
import io.cpubaseline.operator.watch.Views;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachineIndexTest {

    private static final String A = Target.manager("a");

    private final FakeViews<VirtualMachineSnapshot> machines = new FakeViews<>();
    private final CountingViews counting = new CountingViews();
    private final MachineIndex index = new MachineIndex(counting);

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
        index.changed(machines.set(vm.namespace(), vm.name(), vm), vm);
    }

    private List<String> heldBy(String manager) {
        return names(index.heldBy(manager));
    }

    private List<String> candidates(Selector selector) {
        return names(index.candidates(selector));
    }

    private static List<String> names(Collection<VirtualMachineSnapshot> found) {
        return found.stream().map(VirtualMachineSnapshot::name).sorted().toList();
    }

    private static Selector tier(String value) {
        return new Selector(Map.of("tier", value), List.of());
    }

    @Test
    void all_are_looked_through_once_whatever_the_answer_and_however_often_it_is_asked_for() {
        // Given
        put(vm("free").build());

        // Then
        assertThat(heldBy(A)).isEmpty();
        assertThat(heldBy(A)).isEmpty();

        // When
        put(holding("one"));
        put(holding("two"));

        // Then
        assertThat(heldBy(A)).containsExactly("one", "two");
        assertThat(heldBy(Target.manager("b"))).isEmpty();
        assertThat(counting.lists).isOne();
    }

    @Test
    void who_lets_go_or_goes_is_not_found_any_more() {
        // Given
        put(holding("one"));
        put(holding("two"));
        put(holding("three"));
        assertThat(heldBy(A)).containsExactly("one", "three", "two");

        // When
        put(vm("one").build());
        index.changed(machines.set(holding("two").namespace(), "two", null), null);

        // Then
        assertThat(heldBy(A)).containsExactly("three");
    }

    @Test
    void a_label_is_looked_for_once_and_kept_up_to_date() {
        // Given
        put(vm("web").templateLabels(Map.of("tier", "front")).build());
        put(vm("shop").templateLabels(Map.of("tier", "front")).build());
        put(vm("base").templateLabels(Map.of("tier", "back")).build());
        assertThat(candidates(tier("front"))).containsExactly("shop", "web");

        // When
        put(vm("shop").templateLabels(Map.of("tier", "back")).build());
        put(vm("late").templateLabels(Map.of("tier", "front")).build());

        // Then
        assertThat(candidates(tier("front"))).containsExactly("late", "web");
        assertThat(candidates(tier("back"))).containsExactly("base", "shop");
        assertThat(candidates(tier("none"))).isEmpty();
        assertThat(counting.lists).isOne();
    }

    @Test
    void one_of_several_values_is_enough_and_a_selector_that_demands_none_has_all_for_candidates() {
        // Given
        put(vm("web").templateLabels(Map.of("tier", "front")).build());
        put(vm("base").templateLabels(Map.of("tier", "back")).build());
        put(vm("other").build());

        // Then
        assertThat(candidates(new Selector(Map.of(), List.of(expression(Selector.Operator.In, "front", "back")))))
                .containsExactly("base", "web");
        assertThat(candidates(new Selector(Map.of(), List.of(expression(Selector.Operator.NotIn, "front")))))
                .containsExactly("base", "other", "web");
        assertThat(candidates(Selector.everything())).containsExactly("base", "other", "web");
    }

    private static Selector.Expression expression(Selector.Operator operator, String... values) {
        return new Selector.Expression("tier", operator, Set.of(values));
    }

    @Test
    void one_that_comes_while_all_are_looked_through_is_not_missed() {
        // When
        counting.whenListed = () -> put(holding("late"));
        assertThat(heldBy(A)).contains("late");
        counting.whenListed = () -> {};

        // Then
        assertThat(heldBy(A)).contains("late");
    }

    @Test
    void where_any_may_have_changed_all_are_looked_through_again() {
        // Given
        assertThat(heldBy(A)).isEmpty();
        VirtualMachineSnapshot listed = holding("listed");
        machines.set(listed.namespace(), listed.name(), listed);

        // When
        index.forgetAll();

        // Then
        assertThat(heldBy(A)).containsExactly("listed");
    }
}
