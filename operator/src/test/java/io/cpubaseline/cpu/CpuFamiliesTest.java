package io.cpubaseline.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.catalog.CatalogLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which family a CPU shows by its features. */
class CpuFamiliesTest {

    private static final CpuFamilies FAMILIES = CatalogLoader.catalog().families();

    /** The families are those of {@code hosts.jsonl}; what is older than 21 shows nothing. */
    @ParameterizedTest
    @CsvSource({
        "phenom-b95, 0",
        "opteron-6234, 21",
        "fx-8150, 21",
        "epyc-7601-32-core, 23",
        "ryzen-7-1800x-eight-core, 23",
        "node-ryzen7-5700x, 25",
        "epyc-9334-32-core, 25",
        "node-ryzen7-8700g, 25",
        "xeon-gold-6130, 0"
    })
    void a_host_is_at_least_of_the_family_that_its_features_show(String host, int family) {
        assertThat(FAMILIES.atLeast(
                        Fleets.host(host).vendor(), Fleets.host(host).labelledFeatures()))
                .isEqualTo(family);
    }

    /** Else a model would be called older than a host of its own family. */
    @Test
    void no_model_shows_a_family_that_is_newer_than_its_own() {
        assertThat(CatalogLoader.catalog().models())
                .allSatisfy(model -> assertThat(FAMILIES.atLeast(model.vendor(), model.features()))
                        .as(model.name())
                        .isLessThanOrEqualTo(model.cpuFamily()));
    }

    @Test
    void what_a_kernel_leaves_out_is_what_the_nodes_family_has_and_the_guests_has_not() {
        assertThat(FAMILIES.mitigationsMissedBy(16, "AMD", 23)).isEqualTo(Set.of("RETBleed", "SRSO"));
        assertThat(FAMILIES.mitigationsMissedBy(23, "AMD", 25)).isEqualTo(Set.of("TSA"));
        assertThat(FAMILIES.mitigationsMissedBy(25, "AMD", 25)).isEmpty();
        assertThat(FAMILIES.mitigationsMissedBy(16, "AMD", 0)).isEmpty();
        assertThat(FAMILIES.mitigationsMissedBy(16, "Intel", 6)).isEmpty();
    }
}
