package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Bounds on the x86-64 ABI level, {@code x86-64-v1} to {@code x86-64-v4} as the x86-64 psABI defines them.
 *
 * @param minimum nodes that can't reach it are unfit and left out; absent: no node is left out for its level
 * @param maximum the answer does not go beyond it; absent: the highest level that the nodes have
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AbiLevelBounds(
        @Nullable String minimum, @Nullable String maximum) {}
