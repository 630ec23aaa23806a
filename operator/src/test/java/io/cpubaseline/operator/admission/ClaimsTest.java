package io.cpubaseline.operator.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Selector;
import io.cpubaseline.operator.admission.Claims.Claim;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Rollout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Of baselines that could select the same virtual machine at most one is bound at a time: the oldest. */
class ClaimsTest {

    private static final Claim OLD = claim("old", "2026-11-01T00:00:00Z", Selector.everything());
    private static final Claim YOUNG = claim("a-young", "2026-11-02T00:00:00Z", Selector.everything());
    private static final Claim WEB = claim("web", "2026-11-03T00:00:00Z", label("web"));
    private static final Claim DB = claim("db", "2026-11-04T00:00:00Z", label("db"));

    private final Set<String> bound = new TreeSet<>();
    private int woken;
    private final Claims claims = new Claims(() -> bound, () -> woken++);

    private static Claim claim(String name, String created, Selector selector) {
        return new Claim(
                name,
                created,
                new VirtualMachineIntent(
                        Selector.everything(), selector, false, false, true, Rollout.byDefault(), Optional.empty()));
    }

    private static Selector label(String value) {
        return new Selector(Map.of("tier", value), List.of());
    }

    private void remember(Claim... all) {
        for (Claim claim : all) {
            claims.remember(claim);
        }
    }

    @Test
    void those_that_exclude_each_other_are_bound_side_by_side() {
        remember(WEB, DB);
        assertThat(claims.claim(DB)).isEmpty();
        assertThat(claims.claim(WEB)).isEmpty();
    }

    @Test
    void of_two_that_overlap_the_older_one_is_bound() {
        remember(YOUNG, OLD);
        assertThat(claims.claim(YOUNG)).contains("old");
        assertThat(claims.claim(OLD)).isEmpty();
    }

    @Test
    void an_older_one_waits_until_the_binding_of_the_younger_one_is_gone() {
        // Given
        remember(YOUNG);
        assertThat(claims.claim(YOUNG)).isEmpty();

        // When the older one begins to want the same
        remember(OLD);

        // Then
        assertThat(claims.claim(OLD)).contains("a-young");
        assertThat(claims.claim(YOUNG)).contains("old");

        // When the younger one's is gone
        woken = 0;
        claims.release("a-young");

        // Then
        assertThat(woken).isEqualTo(1);
        assertThat(claims.claim(OLD)).isEmpty();
    }

    @Test
    void what_was_bound_before_this_process_began_stands_in_the_way_until_it_is_known() {
        // Given
        bound.add("db");
        remember(WEB);
        assertThat(claims.claim(WEB)).contains("db");

        // When
        remember(DB);

        // Then
        assertThat(claims.claim(WEB)).isEmpty();
    }

    @Test
    void one_that_wants_no_binding_any_more_lets_the_next_one_have_it() {
        remember(OLD, YOUNG);
        assertThat(claims.claim(OLD)).isEmpty();
        claims.release("old");
        claims.forget("old");
        assertThat(claims.claim(YOUNG)).isEmpty();
    }

    @Test
    void others_are_woken_only_when_something_changes() {
        remember(OLD);
        woken = 0;
        remember(OLD);
        claims.release("nobody");
        claims.forget("nobody");
        assertThat(woken).isZero();
    }

    @Test
    void it_is_known_whether_every_baseline_was_looked_at() {
        // Given
        remember(OLD);
        assertThat(claims.knows(List.of("old", "web"))).isFalse();

        // When one selects nothing, Then that is known
        woken = 0;
        claims.standsInNobodysWay("web");
        claims.standsInNobodysWay("web");
        assertThat(claims.knows(List.of("old", "web"))).isTrue();
        assertThat(woken).isEqualTo(1);

        // When it is gone, Then one that comes by the same name isn't known
        claims.gone("web");
        assertThat(claims.knows(List.of("old", "web"))).isFalse();
    }
}
