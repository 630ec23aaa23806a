package io.cpubaseline.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.lab.process.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the table of models is rewritten by what QEMU and libvirt say. */
class ModelTableTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();

    private static final String TABLE = """
            {"source": "before", "models": {
            "Old": {"vendor": "AMD", "order": 0, "versioned": false, "canonical": "Old-v1", "aliasOf": null, "obsolete": false, "abiLevel": "none", "from": "libvirt", "signatures": [{"family": 16, "model": 2}], "features": ["fpu", "vgif"], "cpuidLevel": 5},
            "Old-v1": {"vendor": "AMD", "order": 1, "versioned": true, "canonical": null, "aliasOf": "Old", "obsolete": false, "abiLevel": "none", "from": "libvirt", "signatures": [{"family": 16, "model": 2}], "features": ["fpu", "vgif"]}
            }}
            """;

    private static ModelTable table() {
        return new ModelTable(TABLE, CATALOG.levels(), CATALOG.neverBlocks());
    }

    private static QemuModel qemus(String name, String aliasOf, String... features) {
        return new QemuModel(name, aliasOf, FeatureSet.of(features), 0xD, 23);
    }

    private static Map<String, QemuModel> qemus(QemuModel... models) {
        Map<String, QemuModel> byName = new LinkedHashMap<>();
        Arrays.stream(models).forEach(model -> byName.put(model.name(), model));
        return byName;
    }

    private static JsonNode models(ModelTable table) throws IOException {
        return new ObjectMapper().readTree(table.text()).path("models");
    }

    private static CpuMap map(Path directory, String... models) throws IOException {
        StringBuilder index = new StringBuilder("<cpus><arch name='x86'><include filename='x86_features.xml'/>");
        Files.writeString(directory.resolve("x86_features.xml"), "<cpus><feature name='fpu'/></cpus>");
        for (int i = 0; i < models.length; i++) {
            Files.writeString(directory.resolve("x86_" + i + ".xml"), "<cpus>" + models[i] + "</cpus>");
            index.append("<include filename='x86_").append(i).append(".xml'/>");
        }
        Files.writeString(
                directory.resolve("index.xml"),
                index + "</arch><arch name='arm'><include filename='arm_none.xml'/></arch></cpus>");
        return CpuMap.read(directory);
    }

    @Test
    void the_shipped_table_is_written_as_it_was_read() throws IOException {
        try (var stream = CatalogLoader.class.getResourceAsStream("models.json")) {
            String text = new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

            assertThat(new ModelTable(text, CATALOG.levels(), CATALOG.neverBlocks()).text())
                    .isEqualTo(text);
        }
    }

    @Test
    void what_a_qemu_says_replaces_what_was_there() throws IOException {
        // Given
        ModelTable table = table();

        // When
        table.take(qemus(qemus("Old", "Old-v1", "fpu", "topoext"), qemus("Old-v1", "", "fpu", "topoext")));

        // Then
        JsonNode row = models(table).path("Old");
        assertThat(row.path("from").asText()).isEqualTo("qemu");
        assertThat(row.path("features")).hasToString("[\"fpu\",\"topoext\"]");
        assertThat(row.path("cpuFamily").asInt()).isEqualTo(23);
        assertThat(row.has("cpuidLevel")).isFalse();
        assertThat(models(table).path("Old-v1").path("aliasOf").asText()).isEqualTo("Old");
    }

    @Test
    void a_new_version_comes_after_the_one_before_and_an_unknown_model_is_left_out() throws IOException {
        // Given
        ModelTable table = table();

        // When
        table.take(
                qemus(qemus("Old-v3", "", "fpu", "aes"), qemus("Old-v2", "", "fpu"), qemus("Unheard-of", "", "fpu")));

        // Then
        assertThat(table.names()).containsExactly("Old", "Old-v1", "Old-v2", "Old-v3");
        JsonNode newest = models(table).path("Old-v3");
        assertThat(newest.path("order").asInt()).isEqualTo(3);
        assertThat(newest.path("vendor").asText()).isEqualTo("AMD");
        assertThat(newest.path("aliasOf").isNull()).isTrue();
        assertThat(newest.path("features")).hasToString("[\"aes\",\"fpu\"]");
    }

    @Test
    void libvirt_wants_of_the_host_what_qemu_leaves_out(@TempDir Path directory) throws IOException {
        // Given
        ModelTable table = table();
        CpuMap map = map(
                directory,
                "<model name='Old'><vendor name='AMD'/><feature name='fpu'/><feature name='svm'/><feature name='topoext'/>"
                        + "<feature name='acpi'/><feature name='monitor' removed='yes'/><feature name='npt' added='yes'/></model>",
                "<model name='Old-v1'><model name='Old'/></model>");

        // When
        table.take(qemus(qemus("Old", "Old-v1", "fpu"), qemus("Old-v1", "", "fpu"), qemus("Old-v2", "", "fpu")));
        table.take(map);

        // Then
        assertThat(models(table))
                .hasSize(3)
                .allSatisfy(row -> assertThat(row.path("libvirtRequires")).hasToString("[\"svm\"]"));
    }

    @Test
    void a_version_that_libvirt_has_no_name_for_is_marked_until_it_has(@TempDir Path directory) throws IOException {
        // Given
        ModelTable table = table();
        String old = "<model name='Old'/><model name='Old-v1'/>";
        table.take(qemus(qemus("Old", "Old-v1", "fpu"), qemus("Old-v1", "", "fpu"), qemus("Old-v2", "", "fpu")));

        // When
        table.take(map(directory, old));

        // Then
        assertThat(models(table).path("Old-v2").path("libvirt").asBoolean(true)).isFalse();
        assertThat(models(table).path("Old-v1").has("libvirt")).isFalse();

        // When
        table.take(map(directory, old + "<model name='Old-v2'/>"));

        // Then
        assertThat(models(table).path("Old-v2").has("libvirt")).isFalse();
    }

    @Test
    void intels_nested_virtualization_is_one_word(@TempDir Path directory) throws IOException {
        // Given
        ModelTable table = table();
        CpuMap map = map(
                directory,
                "<model name='Old'><feature name='fpu'/><feature name='vmx-ept'/><feature name='vmx-vpid'/></model>",
                "<model name='Old-v1'><model name='Old'/></model>");

        // When
        table.take(map);

        // Then
        assertThat(models(table).path("Old").path("libvirtRequires")).hasToString("[\"vmx-*\"]");
    }

    @Test
    void a_model_that_only_libvirt_knows_is_added_where_libvirt_has_it(@TempDir Path directory) throws IOException {
        // Given
        ModelTable table = table();
        CpuMap map = map(
                directory,
                "<model name='Old'><feature name='fpu'/></model>",
                "<model name='New'><signature family='26' model='2'/><vendor name='AMD'/><feature name='fpu'/>"
                        + "<feature name='vmx-ept'/></model>",
                "<model name='Old-v1'><model name='Old'/></model>");

        // When
        table.addNew(map);
        table.take(map);

        // Then
        assertThat(table.names()).containsExactly("Old", "New", "Old-v1");
        JsonNode row = models(table).path("New");
        assertThat(row.path("from").asText()).isEqualTo("libvirt");
        assertThat(row.path("cpuFamily").asInt()).isEqualTo(26);
        assertThat(row.path("features")).hasToString("[\"fpu\"]");
    }

    @Test
    void a_folder_that_is_not_libvirts_is_said_to_be_none(@TempDir Path directory) {
        assertThatThrownBy(() -> CpuMap.read(directory))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("index.xml can't be read; is that folder libvirt's cpu_map?");
    }
}
