package io.cpubaseline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tables of Proxmox VE agree with the catalog. */
class ProxmoxTablesTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();

    @Test
    void every_model_is_a_64_bit_one_of_the_catalog() {
        assertThat(ProxmoxTables.models())
                .hasSize(64)
                .doesNotHaveDuplicates()
                .contains(ProxmoxTables.LEAST)
                .allSatisfy(name -> assertThat(CATALOG.model(name))
                        .hasValueSatisfying(model ->
                                assertThat(model.features().contains("lm")).isTrue()));
    }

    @Test
    void each_type_has_what_those_before_it_have() {
        List<FeatureSet> features =
                ProxmoxTables.types().stream().map(ProxmoxTablesTest::features).toList();

        assertThat(features).hasSize(5);
        for (int i = 1; i < features.size(); i++) {
            // vme is kvm64's alone, and of no use to a 64-bit guest.
            assertThat(features.get(i).names())
                    .containsAll(features.get(i - 1).minus(FeatureSet.of("vme")).names());
        }
    }

    @Test
    void a_type_is_of_the_level_that_it_is_called_by() {
        assertThat(ProxmoxTables.types().subList(1, 5))
                .allSatisfy(type -> assertThat(type.name())
                        .startsWith(CATALOG.levels().of(features(type)).label()));
    }

    private static FeatureSet features(ProxmoxTables.Type type) {
        return CATALOG.model(type.model()).orElseThrow().features().union(type.flags());
    }
}
