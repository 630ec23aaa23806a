package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.virtualmachine.OwnedFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Which of a VirtualMachine's fields that baselines write one entry of {@code metadata.managedFields} owns. */
final class OwnedPaths {

    private boolean model;
    private boolean features;
    private final List<String> marks = new ArrayList<>();

    /** A place in the tree of owned fields. */
    private enum Place {
        ROOT,
        METADATA,
        LABELS,
        SPEC,
        TEMPLATE,
        TEMPLATE_SPEC,
        NODE_SELECTOR,
        DOMAIN,
        CPU,
        ELSEWHERE;

        Place below(String field) {
            return switch (this) {
                case ROOT ->
                    switch (field) {
                        case "f:metadata" -> METADATA;
                        case "f:spec" -> SPEC;
                        default -> ELSEWHERE;
                    };
                case METADATA -> field.equals("f:labels") ? LABELS : ELSEWHERE;
                case SPEC -> field.equals("f:template") ? TEMPLATE : ELSEWHERE;
                case TEMPLATE -> field.equals("f:spec") ? TEMPLATE_SPEC : ELSEWHERE;
                case TEMPLATE_SPEC ->
                    switch (field) {
                        case "f:nodeSelector" -> NODE_SELECTOR;
                        case "f:domain" -> DOMAIN;
                        default -> ELSEWHERE;
                    };
                case DOMAIN -> field.equals("f:cpu") ? CPU : ELSEWHERE;
                default -> ELSEWHERE;
            };
        }
    }

    /** Reads an entry's owned fields, which the parser stands at. */
    void read(JsonParser entry) throws IOException {
        read(entry, Place.ROOT);
    }

    private void read(JsonParser fields, Place place) throws IOException {
        each(fields, (field, value) -> {
            Place below = place.below(field);
            if (below == Place.ELSEWHERE) {
                owned(field, place);
            } else {
                read(value, below);
            }
        });
    }

    private void owned(String field, Place place) {
        switch (place) {
            case CPU -> {
                model |= field.equals("f:model");
                features |= field.equals("f:features");
            }
            case LABELS -> {
                if (field.equals("f:" + OwnedFields.BASELINE_LABEL)
                        || field.equals("f:" + OwnedFields.REVISION_LABEL)) {
                    marks.add(field.substring(2));
                }
            }
            case NODE_SELECTOR -> {
                if (field.startsWith("f:" + OwnedFields.VENDOR_KEY)) {
                    marks.add(field.substring(2));
                }
            }
            default -> {}
        }
    }

    /** Whether it owns {@code cpu.model}. */
    boolean model() {
        return model;
    }

    /** Whether it owns the list {@code cpu.features}. */
    boolean features() {
        return features;
    }

    /** The labels of a baseline and the keys of vendors that it owns, by their full names. */
    List<String> marks() {
        return marks;
    }
}
