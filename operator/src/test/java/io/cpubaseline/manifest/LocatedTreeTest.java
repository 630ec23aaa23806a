package io.cpubaseline.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tree knows where each of its values is in the text. */
class LocatedTreeTest {

    private static final String TEXT = """
            kind: X
            metadata:
              labels:
                zone: a
                a/b~c: d
              nothing:
              after: e
            list:
              - one
              - [two, {deep: three}]
              - four
            """;

    @ParameterizedTest
    @CsvSource({
        "'', 1:1",
        "/kind, 1:1",
        "/metadata/labels/zone, 4:5",
        "/metadata/labels/a~1b~0c, 5:5",
        "/metadata/nothing, 6:3",
        "/metadata/after, 7:3",
        "/list/0, 9:5",
        "/list/1, 10:5",
        "/list/1/1, 10:11",
        "/list/1/1/deep, 10:12",
        "/list/2, 11:5"
    })
    void the_place_of_a_field_is_that_of_its_name(String pointer, String place) throws IOException {
        assertThat(tree().place(pointer)).hasToString("f.yaml:" + place);
    }

    @ParameterizedTest
    @CsvSource({"/spec", "/kind/x", "/list/3", "/list/one", "/metadata/labels/a", "/metadata/labels/zone/0"})
    void what_is_not_there_is_at_the_begin(String pointer) throws IOException {
        assertThat(tree().place(pointer)).hasToString("f.yaml:1:1");
    }

    @Test
    void places_stay_when_the_tree_is_changed() throws IOException {
        // Given
        LocatedTree tree = tree();

        // When
        ((ObjectNode) tree.root()).remove("metadata");

        // Then
        assertThat(tree.place("/list/2")).hasToString("f.yaml:11:5");
        assertThat(tree.place("/metadata/after")).hasToString("f.yaml:7:3");
    }

    private static LocatedTree tree() throws IOException {
        ManifestFile file =
                ManifestFile.resource("f.yaml", new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8)));
        try (ManifestParser parser = file.open()) {
            parser.nextToken();
            return LocatedTree.read(parser);
        }
    }
}
