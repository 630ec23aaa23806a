package io.cpubaseline.virtualmachine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final Turns<String> turns = new Turns<>();

    private List<String> takeAll() {
        List<String> taken = new ArrayList<>();
        for (String next = turns.next(); next != null; next = turns.next()) {
            taken.add(next);
        }
        return taken;
    }

    private void add(String... names) {
        for (String name : names) {
            String[] parts = name.split("/", 2);
            turns.add(parts[0], parts[1], name);
        }
    }

    @Test
    void namespaces_have_their_turns_one_after_the_other_and_names_in_their_order() {
        // Given
        add("big/d", "big/a", "big/c", "big/b", "shop/x", "bank/y", "bank/z");

        // When, Then
        assertThat(takeAll()).containsExactly("bank/y", "big/a", "shop/x", "bank/z", "big/b", "big/c", "big/d");
        assertThat(turns.size()).isZero();
    }

    @Test
    void who_comes_later_waits_until_the_others_had_their_turn() {
        // Given
        add("b/1", "b/2", "c/1");
        turns.next();

        // When
        add("a/1", "b/0");

        // Then
        assertThat(takeAll()).containsExactly("c/1", "a/1", "b/0", "b/2");
    }

    @Test
    void the_order_does_not_depend_on_who_came_when_and_who_left_has_no_turn() {
        for (int seed = 0; seed < 50; seed++) {
            // Given
            Random random = new Random(seed);
            Set<String> waiting = new TreeSet<>();
            Turns<String> other = new Turns<>();
            for (int i = 0; i < 60; i++) {
                String namespace = "n" + random.nextInt(5);
                String name = "v" + random.nextInt(12);
                boolean waits = waiting.contains(namespace + "/" + name);
                if (random.nextInt(3) > 0) {
                    waiting.add(namespace + "/" + name);
                    turns.add(namespace, name, namespace + "/" + name);
                } else {
                    assertThat(turns.remove(namespace, name)).isEqualTo(waits);
                    waiting.remove(namespace + "/" + name);
                }
                assertThat(turns.size()).isEqualTo(waiting.size());
            }
            waiting.forEach(name -> other.add(name.split("/")[0], name.split("/")[1], name));

            // When
            List<String> taken = takeAll();

            // Then
            Turns<String> same = new Turns<>();
            taken.forEach(name -> same.add(name.split("/")[0], name.split("/")[1], name));
            assertThat(taken).hasSameElementsAs(waiting).doesNotHaveDuplicates();
            assertThat(other.size()).isEqualTo(taken.size());
        }
    }
}
