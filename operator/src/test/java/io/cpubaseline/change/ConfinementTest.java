package io.cpubaseline.change;

import static io.cpubaseline.change.Story.notReady;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Policy.Vendors;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which vendor a pin confines its virtual machines to, how that comes, and that it stays. */
class ConfinementTest {

    private static final NodeCpu INTEL = node("intel-0", "Intel");
    private static final NodeCpu AMD = node("amd-0", "AMD");
    private static final NodeCpu MUTE = node("mute-0");

    private final Story story = new Story();

    /** The same flags whatever the vendor's label: one baseline fits all, so that nothing but the vendor differs. */
    private static NodeCpu node(String name, String... vendors) {
        CpuEvidence host = Fleets.host("xeon-e5-2650");
        return NodeCpu.healthy(
                name,
                new CpuEvidence(
                        host.labelledFeatures(),
                        host.labelledModels(),
                        new TreeSet<>(List.of(vendors)),
                        host.silicon()));
    }

    private @Nullable String vendor(NodeCpu... nodes) {
        story.decide(List.of(nodes));
        return Objects.requireNonNull(story.remembered.pinned()).vendor();
    }

    private void policy(Vendors vendors) {
        story.policy = Policy.open().withVendors(vendors);
        story.specChanged = true;
    }

    /** As an earlier version has written it. */
    private void forgetVendor() {
        Pin pinned = Objects.requireNonNull(story.remembered.pinned()).within(null);
        story.remembered = new Remembered(pinned, story.remembered.candidate(), story.remembered.history());
    }

    @Test
    void the_first_baseline_is_confined_to_the_one_vendor_of_its_nodes() {
        assertThat(vendor(INTEL)).isEqualTo("Intel");
    }

    @Test
    void one_for_several_vendors_is_not_confined_and_one_for_a_single_vendor_is_whatever_the_policy_allows() {
        // Given
        policy(Vendors.Mixed);

        // When, Then
        assertThat(vendor(INTEL, AMD)).isEmpty();
        story.remembered = Remembered.nothing();
        assertThat(vendor(INTEL)).isEqualTo("Intel");
    }

    @Test
    void where_no_label_names_a_vendor_it_is_decided_as_soon_as_one_does() {
        assertThat(vendor(MUTE)).isNull();
        assertThat(vendor(MUTE, INTEL)).isEqualTo("Intel");
    }

    @Test
    void nodes_of_another_vendor_that_come_or_stay_alone_change_nothing() {
        // Given
        vendor(INTEL);

        // When, Then
        assertThat(vendor(INTEL, AMD)).isEqualTo("Intel");
        assertThat(vendor(AMD)).isEqualTo("Intel");
        policy(Vendors.Single);
        assertThat(vendor(AMD)).isEqualTo("Intel");
    }

    @Test
    void a_node_of_another_vendor_is_no_target() {
        // Given
        vendor(INTEL);

        // When
        story.decide(List.of(INTEL, AMD));

        // Then
        Pin pin = Objects.requireNonNull(story.remembered.pinned());
        assertThat(story.situation(List.of(INTEL, AMD)).plan().fleet().schedulable(pin.criteria()))
                .isEqualTo(1);
    }

    @Test
    void a_baseline_that_is_to_span_several_vendors_from_now_on_is_freed_and_the_other_way_round() {
        // Given
        vendor(INTEL);

        // When, Then
        policy(Vendors.Mixed);
        assertThat(vendor(INTEL, AMD)).isEmpty();
        assertThat(vendor(INTEL)).isEmpty();
        policy(Vendors.Single);
        assertThat(vendor(INTEL)).isEqualTo("Intel");
    }

    @Test
    void the_pin_of_an_earlier_version_is_confined_once_that_is_clear() {
        // Given
        vendor(INTEL);

        // When, Then
        forgetVendor();
        assertThat(vendor(INTEL, AMD)).isNull();
        assertThat(vendor(INTEL)).isEqualTo("Intel");
    }

    @Test
    void the_pin_of_an_earlier_version_over_several_vendors_waits_for_the_last_unknown_node() {
        // Given
        policy(Vendors.Mixed);
        vendor(INTEL, AMD);

        // When, Then
        forgetVendor();
        assertThat(vendor(INTEL, notReady(AMD))).isNull();
        assertThat(vendor(INTEL, AMD)).isEmpty();
    }

    @Test
    void nothing_is_decided_while_paused() {
        // Given
        vendor(INTEL);
        forgetVendor();

        // When
        story.paused = true;

        // Then
        assertThat(vendor(INTEL)).isNull();
    }
}
