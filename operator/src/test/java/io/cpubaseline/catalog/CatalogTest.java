package io.cpubaseline.catalog;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.baseline.SelectionRules.Addition;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped tables agree with each other and with QEMU's own. */
class CatalogTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final SelectionRules RULES = CatalogLoader.rules(CATALOG);

    /** One row of QEMU's {@code docs/system/cpu-models-x86-abi.csv}. */
    record QemuLevel(String model, AbiLevel level) {}

    static Stream<QemuLevel> qemuLevels() throws IOException {
        List<QemuLevel> levels = new ArrayList<>();
        try (var reader = new BufferedReader(
                new InputStreamReader(resource("/reference/qemu-abi.csv"), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).isEqualTo("Model,baseline,v2,v3,v4");
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] cells = line.split(",", -1);
                AbiLevel level = AbiLevel.NONE;
                for (int i = 1; i < cells.length; i++) {
                    level = cells[i].isBlank() ? level : AbiLevel.HIGHEST_FIRST.get(cells.length - 1 - i);
                }
                levels.add(new QemuLevel(cells[0], level));
            }
        }
        return levels.stream();
    }

    /**
     * QEMU's script leaves out {@code lm} and OSXSAVE, for which {@code lm} and {@code xsave} stand here. No model differs for it: each with
     * the other features of v1 is a 64-bit one, and each with AVX2 has XSAVE.
     */
    @ParameterizedTest
    @MethodSource("qemuLevels")
    void a_models_level_is_the_one_in_qemus_own_table(QemuLevel expected) {
        assertThat(CATALOG.model(expected.model()))
                .hasValueSatisfying(model ->
                        assertThat(CATALOG.levels().of(model.features())).isEqualTo(expected.level()));
    }

    @Test
    void qemus_table_is_complete() throws IOException {
        assertThat(qemuLevels()).hasSize(82);
    }

    @Test
    void lm_and_xsave_are_what_our_levels_have_beyond_qemus() {
        // Given
        Map<AbiLevel, FeatureSet> qemus = Map.of(
                AbiLevel.V1, FeatureSet.of("cmov", "cx8", "fpu", "fxsr", "mmx", "syscall", "sse", "sse2"),
                AbiLevel.V2, FeatureSet.of("cx16", "lahf_lm", "popcnt", "pni", "sse4.1", "sse4.2", "ssse3"),
                AbiLevel.V3, FeatureSet.of("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"),
                AbiLevel.V4, FeatureSet.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"));

        // When
        FeatureSet all = qemus.values().stream().reduce(FeatureSet.empty(), FeatureSet::union);

        // Then
        assertThat(CATALOG.levels().all().minus(all)).isEqualTo(FeatureSet.of("lm", "xsave"));
        qemus.forEach((level, added) ->
                assertThat(CATALOG.levels().features(level).containsAll(added)).isTrue());
    }

    @Test
    void a_models_level_is_the_one_that_models_json_says() throws IOException {
        JsonNode models = new ObjectMapper().readTree(resource("models.json")).path("models");
        assertThat(CATALOG.models())
                .hasSize(models.size())
                .allSatisfy(model -> assertThat(
                                CATALOG.levels().of(model.features()).label())
                        .as(model.name())
                        .isEqualTo(models.path(model.name()).path("abiLevel").asText()));
    }

    /** What QEMU 11.1.3 has and libvirt 12.9's map has not: no node can be labelled with these. */
    @Test
    void versions_that_no_libvirt_knows_yet_are_marked() {
        assertThat(CATALOG.models())
                .filteredOn(model -> !model.namedByLibvirt())
                .extracting(CpuModel::name)
                .containsExactlyInAnyOrder(
                        "Skylake-Server-v6",
                        "Cascadelake-Server-v6",
                        "Cascadelake-Server-v7",
                        "Icelake-Server-v8",
                        "Icelake-Server-v9",
                        "SapphireRapids-v7",
                        "SapphireRapids-v8",
                        "GraniteRapids-v6",
                        "GraniteRapids-v7",
                        "SierraForest-v6",
                        "ClearwaterForest-v4",
                        "DiamondRapids-v2",
                        "EPYC-Milan-v4",
                        "EPYC-Genoa-v3",
                        "EPYC-Turin-v2");
    }

    @Test
    void an_alias_and_its_version_differ_in_name_and_order_alone() {
        assertThat(CATALOG.models())
                .filteredOn(model -> model.canonical() != null)
                .isNotEmpty()
                .allSatisfy(alias -> {
                    CpuModel version = CATALOG.model(alias.canonical()).orElseThrow();
                    assertThat(version.aliasOf()).isEqualTo(alias.name());
                    assertThat(version.versioned()).isTrue();
                    assertThat(alias.versioned()).isFalse();
                    assertThat(version.features()).isEqualTo(alias.features());
                    assertThat(version.vendor()).isEqualTo(alias.vendor());
                    assertThat(version.cpuidLevel()).isEqualTo(alias.cpuidLevel());
                    assertThat(version.libvirtRequires()).isEqualTo(alias.libvirtRequires());
                    assertThat(version.obsolete()).isEqualTo(alias.obsolete());
                    assertThat(version.family()).isEqualTo(alias.family()).isEqualTo(alias.name());
                });
        assertThat(CATALOG.models())
                .filteredOn(model -> model.aliasOf() != null)
                .allSatisfy(version -> assertThat(
                                CATALOG.model(version.aliasOf()).orElseThrow().canonical())
                        .isEqualTo(version.name()));
    }

    @Test
    void models_are_in_libvirts_order_and_no_two_share_a_place() {
        assertThat(CATALOG.models().stream().map(CpuModel::order)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void every_feature_of_a_model_is_known() {
        assertThat(CATALOG.models())
                .allSatisfy(model -> assertThat(
                                model.features().union(model.libvirtRequires()).names())
                        .as(model.name())
                        .allSatisfy(feature -> {
                            if (!feature.equals("vmx-*")) {
                                isKnown(feature);
                            }
                        }));
    }

    @Test
    void models_are_those_of_the_newest_qemu_and_no_version_is_left_out() {
        // Given
        Map<String, List<Integer>> versions = new TreeMap<>();
        CATALOG.models().stream()
                .filter(CpuModel::versioned)
                .forEach(model -> versions.computeIfAbsent(
                                model.name().replaceFirst("-v\\d+$", ""), name -> new ArrayList<>())
                        .add(Integer.parseInt(model.name().replaceFirst(".*-v", ""))));

        // Then
        assertThat(CATALOG.models()).hasSize(191);
        assertThat(versions)
                .hasSizeGreaterThan(40)
                .allSatisfy((name, numbers) -> assertThat(numbers)
                        .containsExactlyInAnyOrderElementsOf(
                                IntStream.rangeClosed(1, numbers.size()).boxed().toList()));
        assertThat(versions)
                .containsEntry("EPYC-Turin", List.of(1, 2))
                .containsEntry("DiamondRapids", List.of(1, 2))
                .hasEntrySatisfying(
                        "Icelake-Server", numbers -> assertThat(numbers).contains(9));
    }

    @Test
    void every_feature_of_amds_leaf_of_nested_virtualization_is_nested() throws IOException {
        // Given
        List<String> ofLeaf = new ArrayList<>();
        new ObjectMapper()
                .readTree(resource("features.json"))
                .path("features")
                .properties()
                .forEach(feature -> {
                    if (feature.getValue().path("leaf").asText().equalsIgnoreCase("0x8000000a")) {
                        ofLeaf.add(feature.getKey());
                    }
                });

        // Then
        assertThat(ofLeaf).contains("npt", "vgif").allMatch(RULES.nestedOfAmd()::contains);
    }

    /** What a guest of a named model never gets, QEMU leaves out; libvirt's map may still want it of the host. */
    @Test
    void no_model_gives_nested_virtualization_to_a_guest() {
        assertThat(CATALOG.models())
                .allSatisfy(model -> assertThat(model.features().filter(RULES.nested()))
                        .as(model.name())
                        .isEqualTo(FeatureSet.empty()));
        assertThat(CATALOG.model("EPYC-v5").orElseThrow().libvirtRequires().names())
                .contains("vgif", "svm");
    }

    @ParameterizedTest
    @CsvSource({
        "EPYC-Turin, topoext hypervisor x2apic",
        "DiamondRapids, avx10-128 avx10-256 avx10-512",
        "Cascadelake-Server-v6, fb-clear gds-no psdp-no rfds-no sbdr-ssdp-no",
        "Icelake-Server-v8, fb-clear gds-no psdp-no rfds-no sbdr-ssdp-no",
        "SapphireRapids-v7, gds-no rfds-no",
        "GraniteRapids-v6, gds-no rfds-no"
    })
    void a_model_of_a_new_qemu_has_what_that_qemu_gives(String model, String features) {
        assertThat(CATALOG.model(model).orElseThrow().features().names()).contains(features.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "Opteron_G3, 16",
        "Opteron_G5, 21",
        "EPYC, 23",
        "Dhyana, 24",
        "EPYC-Genoa, 25",
        "EPYC-Turin, 26",
        "Haswell, 6",
        "DiamondRapids, 19"
    })
    void a_models_family_is_the_one_that_guests_see(String model, int family) {
        assertThat(CATALOG.model(model).orElseThrow().cpuFamily()).isEqualTo(family);
    }

    @ParameterizedTest
    @CsvSource({
        "abi-levels.csv, features",
        "additions.csv, feature",
        "additions.csv, requires",
        "feature-rules.csv, feature",
        "cpu-families.csv, shown-by",
        "missing-features.csv, feature",
        "missing-features.csv, proof",
        "missing-features.csv, unless",
        "linux-flags.csv, libvirt",
        "libvirt-models.csv, lacks",
        "host-rules.csv, feature",
        "flag-names.csv, libvirt"
    })
    void every_feature_in_our_own_tables_is_known(String table, String column) {
        List<String> names = Csv.read(table).stream()
                .flatMap(row -> Stream.of(row.getOrDefault(column, "").split(" +")))
                .filter(name -> !name.isEmpty() && !name.contains("*"))
                .toList();

        assertThat(names).isNotEmpty().allSatisfy(CatalogTest::isKnown);
    }

    @Test
    void every_prefix_and_suffix_in_the_rules_stands_for_something() {
        Set<String> suffixes = Csv.read("feature-rules.csv").stream()
                .map(row -> row.getOrDefault("feature", ""))
                .filter(name -> name.contains("*"))
                .collect(toSet());

        assertThat(suffixes).containsExactlyInAnyOrder("vmx-*", "*-no", "avx*", "amx-*");
        assertThat(RULES.nested()).accepts("vmx-ept", "vmx").rejects("avx");
        assertThat(RULES.neverRequired()).accepts("mds-no", "vmx-ept").rejects("aes");
    }

    @Test
    void every_rule_is_one_that_the_loader_reads() {
        assertThat(Csv.read("feature-rules.csv"))
                .extracting(row -> row.get("rule"))
                .containsOnly(
                        "never-blocks",
                        "never-required",
                        "nested-intel",
                        "nested-amd",
                        "tsx",
                        "not-counted",
                        "leaf-0xd",
                        "needs-xsave",
                        "kvm-emulated",
                        "unnamed-by-nfd",
                        "dropped-early",
                        "came-later");
    }

    @Test
    void every_vendor_in_our_own_tables_is_a_vendor_of_models() {
        // Given
        Set<String> vendors = new TreeSet<>();
        CATALOG.models().forEach(model -> vendors.addAll(List.of(model.vendor().split(" "))));

        // When
        Stream<String> ours = RULES.additions().stream()
                .flatMap(addition -> Stream.concat(addition.vendors().stream(), Stream.of(addition.onlyVendor())))
                .filter(vendor -> !vendor.isEmpty());

        // Then
        assertThat(ours).isNotEmpty().isSubsetOf(vendors);
    }

    @Test
    void no_addition_but_immunity_is_never_required_and_none_is_of_a_level() {
        assertThat(RULES.additions())
                .filteredOn(addition -> addition.group() != Group.IMMUNITY)
                .extracting(Addition::feature)
                .noneMatch(RULES.neverRequired());
        assertThat(RULES.additions())
                .extracting(Addition::feature)
                .noneMatch(CATALOG.levels().all()::contains)
                .noneMatch(CATALOG.nonMigratable()::contains)
                .doesNotHaveDuplicates();
    }

    @Test
    void immunity_is_for_fleets_of_intel_alone() {
        assertThat(RULES.additions())
                .filteredOn(addition -> addition.group() == Group.IMMUNITY)
                .isNotEmpty()
                .allSatisfy(addition -> assertThat(addition.onlyVendor()).isEqualTo("Intel"));
    }

    @Test
    void an_addition_comes_after_those_that_it_requires() {
        List<String> order = RULES.additions().stream().map(Addition::feature).toList();

        assertThat(RULES.additions())
                .allSatisfy(addition -> assertThat(addition.requires().names().stream()
                                .filter(order::contains)
                                .map(order::indexOf))
                        .as(addition.feature())
                        .allMatch(place -> place < order.indexOf(addition.feature())));
    }

    @Test
    void a_model_of_a_low_cpuid_level_has_nothing_of_leaf_0xd_itself_nor_what_needs_it() {
        assertThat(CATALOG.models())
                .filteredOn(CpuModel::losesXsave)
                .isNotEmpty()
                .allSatisfy(model -> assertThat(model.features()
                                .filter(RULES.needsXsaveState())
                                .union(model.features().intersect(RULES.leaf0xDSet())))
                        .as(model.name())
                        .isEqualTo(FeatureSet.empty()));
    }

    /** QEMU leaves svm out of named models; libvirt's map has it in every AMD one, and compares by it once a feature is required. */
    @Test
    void every_model_of_amds_design_wants_svm_beside_required_features() {
        assertThat(CATALOG.models())
                .filteredOn(model -> !model.obsolete()
                        && (model.vendor().equals("AMD") || model.vendor().equals("Hygon")))
                .isNotEmpty()
                .allSatisfy(model -> assertThat(model.libvirtRequires().names())
                        .as(model.name())
                        .contains("svm"));
    }

    /** Else every node with a NodeFeature object would seem to contradict its labels. */
    @Test
    void every_feature_that_may_contradict_a_label_has_a_name_in_nfd() {
        // Given
        Set<String> named = Csv.read("flag-names.csv").stream()
                .filter(row -> "sure".equals(row.get("confidence")))
                .map(row -> row.getOrDefault("libvirt", ""))
                .collect(toSet());

        // When
        FeatureSet mayContradict = CATALOG.levels().all().minus(RULES.neverContradicted());

        // Then
        assertThat(mayContradict.names()).isSubsetOf(named).contains("avx2", "sse4.2", "abm");
    }

    @Test
    void qemus_spellings_are_understood_and_libvirts_win() {
        assertThat(CATALOG.featureName("pclmulqdq")).contains("pclmuldq");
        assertThat(CATALOG.featureName("avx2")).contains("avx2");
        assertThat(CATALOG.featureName("sse4_1")).contains("sse4.1");
        assertThat(CATALOG.featureName("AVX2")).isEmpty();
    }

    @Test
    void only_xsaves_and_invtsc_block_migration() {
        assertThat(CATALOG.nonMigratable()).isEqualTo(FeatureSet.of("invtsc", "xsaves"));
    }

    @Test
    void the_page_about_the_catalog_shows_the_table_of_kubevirts_releases() throws IOException {
        // Given
        String page = Files.readString(Path.of("../docs/catalog.md"));

        // When
        List<String> rows = Csv.read("kubevirt-releases.csv").stream()
                .map(row -> "| %s | %s | %s | %s |"
                        .formatted(row.get("kubevirt"), row.get("libvirt"), row.get("qemu"), row.get("labels")))
                .toList();

        // Then
        assertThat(page)
                .contains("| KubeVirt | libvirt | QEMU | labels |\n|---|---|---|---|\n" + String.join("\n", rows)
                        + "\n\n");
        assertThat(rows).hasSizeGreaterThan(4);
    }

    @Test
    void the_version_is_one_word() {
        assertThat(CATALOG.version()).matches("[0-9]+(\\.[0-9]+)+");
    }

    private static void isKnown(String feature) {
        assertThat(CATALOG.featureName(feature)).as(feature).contains(feature);
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(CatalogLoader.class.getResourceAsStream(name), name);
    }
}
