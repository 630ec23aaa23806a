package io.cpubaseline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.baseline.SelectionRules.MissingFeature;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.explain.Facts;
import io.cpubaseline.explain.Lack;
import io.cpubaseline.explain.Switch;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of flags, models and levels is about things that there are, and each line names its source. */
class FactTablesTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final Facts FACTS = FactTables.shipped();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flag-facts.csv",
                "flag-switches.csv",
                "level-uses.csv",
                "workload-losses.csv",
                "model-years.csv",
                "missing-features.csv",
                "guests.csv"
            })
    void every_line_names_its_source(String table) {
        assertThat(Csv.read(table))
                .isNotEmpty()
                .allSatisfy(
                        row -> assertThat(row.get("source")).as(row.toString()).isNotBlank());
    }

    @Test
    void flags_are_features_of_the_catalog() {
        Stream<String> named = Stream.concat(
                FACTS.flags().stream().map(Facts.FlagFact::feature),
                FACTS.switches().stream().map(Switch::feature));
        assertThat(named)
                .isNotEmpty()
                .allSatisfy(pattern -> assertThat(
                                CATALOG.features().stream().anyMatch(feature -> matches(pattern, feature)))
                        .as(pattern)
                        .isTrue());
        assertThat(FACTS.losses())
                .allSatisfy(loss -> assertThat(CATALOG.features().containsAll(loss.features()))
                        .as(loss.toString())
                        .isTrue());
        assertThat(FACTS.switches())
                .allSatisfy(rule -> assertThat(
                                CATALOG.features().containsAll(rule.proof().union(rule.unless())))
                        .as(rule.toString())
                        .isTrue());
    }

    private static boolean matches(String pattern, String feature) {
        if (pattern.endsWith("*")) {
            return feature.startsWith(pattern.substring(0, pattern.length() - 1));
        }
        return pattern.startsWith("*") ? feature.endsWith(pattern.substring(1)) : pattern.equals(feature);
    }

    @Test
    void a_loss_below_a_level_is_of_features_that_the_level_brings() {
        assertThat(FACTS.losses().stream().filter(loss -> loss.level() != AbiLevel.NONE))
                .isNotEmpty()
                .allSatisfy(loss -> assertThat(
                                CATALOG.levels().features(loss.level()).containsAll(loss.features()))
                        .as(loss.toString())
                        .isTrue());
        assertThat(FACTS.losses().stream().filter(loss -> loss.level() == AbiLevel.NONE))
                .isNotEmpty()
                .allSatisfy(loss -> assertThat(CATALOG.levels().all().containsAll(loss.features()))
                        .as(loss.toString())
                        .isFalse());
    }

    @Test
    void years_are_of_models_that_there_are_and_in_libvirts_order_for_each_line_of_cpus() {
        assertThat(FACTS.years().keySet())
                .allSatisfy(name -> assertThat(CATALOG.model(name)).as(name).isPresent());
        assertThat(Stream.of("Nehalem", "Westmere", "SandyBridge", "IvyBridge", "Haswell", "Broadwell")
                        .map(name ->
                                Objects.requireNonNull(FACTS.years().get(name)).year()))
                .isSorted();
        assertThat(Stream.of("Opteron_G3", "Opteron_G4", "Opteron_G5", "EPYC", "EPYC-Rome", "EPYC-Milan", "EPYC-Genoa")
                        .map(name ->
                                Objects.requireNonNull(FACTS.years().get(name)).year()))
                .isSorted();
    }

    @Test
    void who_wants_a_level_is_said_once_and_in_one_of_three_ways() {
        assertThat(FACTS.uses())
                .allSatisfy(use -> assertThat(use.how()).isIn("needs", "prefers", "can"))
                .allSatisfy(use -> assertThat(use.kind()).isIn("system", "language", "library", "program"))
                .allSatisfy(use -> assertThat(use.level()).isNotEqualTo(AbiLevel.NONE));
        assertThat(FACTS.uses().stream().map(use -> use.level() + use.who())).doesNotHaveDuplicates();
        assertThat(GuestNeeds.known())
                .allSatisfy(need -> assertThat(FACTS.uses().stream()
                                .anyMatch(use -> use.who().equals(need.guest()) && use.level() == need.level()))
                        .isTrue());
    }

    @Test
    void every_cause_that_answers_depend_on_says_who_took_the_flag() {
        List<MissingFeature> causes = CatalogLoader.rules(CATALOG).missing();
        assertThat(causes)
                .isNotEmpty()
                .allSatisfy(cause -> assertThat(FACTS.missing().stream()
                                .filter(missing -> missing.why().equals(cause.why())))
                        .as(cause.feature())
                        .hasSize(1));
    }

    @Test
    void what_is_sure_has_a_remedy_or_is_the_cpus_nature() {
        assertThat(FACTS.switches())
                .allSatisfy(
                        rule -> assertThat(rule.remedy()).as(rule.toString()).isNotBlank())
                .allSatisfy(rule -> assertThat(rule.by() == Lack.By.SILICON && !rule.sure())
                        .as(rule.toString())
                        .isFalse());
    }
}
