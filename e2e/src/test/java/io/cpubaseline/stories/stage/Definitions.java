package io.cpubaseline.stories.stage;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Definitions of custom resources, taken out of the cluster and put back as they were. */
public final class Definitions {
    private final Stage stage;
    private final Map<String, CustomResourceDefinition> originals = new LinkedHashMap<>();

    public Definitions(Stage stage) {
        this.stage = stage;
    }

    /** Removes a definition, and with it all its objects. */
    public void remove(String name) {
        remember(name);
        definition(name).delete();
        eventually(() -> assertThat(definition(name).get()).isNull());
    }

    /** Lets the API server store whatever it is sent, in spec and status. */
    public void relax(String name) {
        remember(name);
        definition(name)
                .edit(strict -> new CustomResourceDefinitionBuilder(strict)
                        .editSpec()
                        .editFirstVersion()
                        .editSchema()
                        .withOpenAPIV3Schema(new JSONSchemaPropsBuilder()
                                .withType("object")
                                .withXKubernetesPreserveUnknownFields(true)
                                .build())
                        .endSchema()
                        .endVersion()
                        .endSpec()
                        .build());
    }

    /** Puts these back as they were; returns when they are served. */
    public void putBack(List<String> names) {
        for (String name : names) {
            CustomResourceDefinition wanted = Objects.requireNonNull(originals.get(name), name);
            CustomResourceDefinition present = definition(name).get();
            if (present == null) {
                stage.lab().client().resource(wanted).create();
            } else {
                definition(name)
                        .edit(changed -> new CustomResourceDefinitionBuilder(changed)
                                .withSpec(wanted.getSpec())
                                .build());
            }
        }
        names.forEach(name -> stage.kubectl("wait", "--for=condition=Established", "crd/" + name, "--timeout=30s"));
        names.forEach(name -> eventually(() -> stage.kubectl("get", name)));
    }

    /** Puts back all that were ever taken out or changed. */
    public void putBackAll() {
        putBack(new ArrayList<>(originals.keySet()));
    }

    private void remember(String name) {
        CustomResourceDefinition found = definition(name).get();
        originals.computeIfAbsent(
                name,
                unknown -> new CustomResourceDefinitionBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withAnnotations(found.getMetadata().getAnnotations())
                        .endMetadata()
                        .withSpec(found.getSpec())
                        .build());
    }

    private Resource<CustomResourceDefinition> definition(String name) {
        return stage.lab()
                .client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name);
    }
}
