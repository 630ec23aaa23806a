package io.cpubaseline.operator.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads baselines, whatever an older or relaxed definition has let into them. A spec or a status that the types can't hold is left out and
 * remembered as unreadable: one such object must not keep all others from being read.
 */
public final class BaselineDeserializer extends JsonDeserializer<ClusterCpuBaseline> {

    private static final String UNREADABLE_SPEC = "cpubaseline.io/unreadable-spec";
    private static final String UNREADABLE_STATUS = "cpubaseline.io/unreadable-status";

    /** The definition's default for an object without a status; here that is none. */
    private static final ClusterCpuBaselineStatus NOT_LOOKED_AT = new ClusterCpuBaselineStatus(
            -1L, List.of(), null, null, List.of(), null, null, List.of(), List.of(), List.of(), List.of(), List.of(),
            null, null, List.of());

    /** For the mapper of a client. */
    public static SimpleModule module() {
        return new SimpleModule("baselines").addDeserializer(ClusterCpuBaseline.class, new BaselineDeserializer());
    }

    /** Where and why the spec can't be read, if it can't. */
    public static Optional<String> unreadableSpec(ClusterCpuBaseline baseline) {
        return remembered(baseline, UNREADABLE_SPEC);
    }

    /** Where and why the status can't be read, if it can't. */
    public static Optional<String> unreadableStatus(ClusterCpuBaseline baseline) {
        return remembered(baseline, UNREADABLE_STATUS);
    }

    private static Optional<String> remembered(ClusterCpuBaseline baseline, String key) {
        return Optional.ofNullable(
                        baseline.getMetadata().getAdditionalProperties().get(key))
                .map(Object::toString);
    }

    @Override
    public ClusterCpuBaseline deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        ObjectCodec codec = parser.getCodec();
        TreeNode tree = codec.readTree(parser);
        ClusterCpuBaseline baseline = new ClusterCpuBaseline();
        ObjectMeta metadata =
                Objects.requireNonNullElseGet(part(codec, tree, "metadata", ObjectMeta.class), ObjectMeta::new);
        baseline.setMetadata(metadata);
        try {
            baseline.setSpec(part(codec, tree, "spec", ClusterCpuBaselineSpec.class));
        } catch (JsonProcessingException e) {
            metadata.setAdditionalProperty(UNREADABLE_SPEC, "spec" + problem(e));
        }
        try {
            ClusterCpuBaselineStatus status = part(codec, tree, "status", ClusterCpuBaselineStatus.class);
            baseline.setStatus(NOT_LOOKED_AT.equals(status) ? null : status);
        } catch (JsonProcessingException e) {
            metadata.setAdditionalProperty(UNREADABLE_STATUS, "status" + problem(e));
        }
        return baseline;
    }

    private static <T> @Nullable T part(ObjectCodec codec, TreeNode tree, String name, Class<T> type)
            throws JsonProcessingException {
        TreeNode part = tree.get(name);
        return part == null ? null : codec.treeToValue(part, type);
    }

    /** The field's path and, in Jackson's words, what is wrong there. */
    public static String problem(JsonProcessingException e) {
        String path = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(step -> step.getFieldName() == null
                                ? "[%d]".formatted(step.getIndex())
                                : "." + step.getFieldName())
                        .collect(Collectors.joining())
                : "";
        return path + ": " + e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
