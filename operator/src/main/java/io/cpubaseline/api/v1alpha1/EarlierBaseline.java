package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A baseline that was in force before. Like {@link PinnedBaseline} it holds all that is needed to pin it again, in less room: there are ten of
 * them in each status, so what can be told from the rest is left out.
 *
 * @param revision the model's name and 10 hex digits of the SHA-256 of model and features
 * @param abiLevel the level that a guest reaches, {@code none} below {@code x86-64-v1}
 * @param features features required beside those of the model; absent when there are none
 * @param vendor the CPU vendor that virtual machines are confined to; empty where the nodes are of several; absent while that isn't known
 * @param since when it was pinned, RFC 3339; absent only where there is no clock ({@code plan})
 * @param catalogVersion the version of the data files that it was computed from; absent where that is the version of the one in force
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EarlierBaseline(
        String revision,
        @Nullable String abiLevel,
        @Nullable FeaturesByPurpose features,
        @Nullable String vendor,
        @Nullable String since,
        @Nullable String catalogVersion) {

    /** What follows the model's name in a revision. */
    private static final String HASH = "-0123456789";

    /** A missing text becomes an empty one. */
    public EarlierBaseline {
        revision = Absent.toEmpty(revision);
    }

    /** A baseline as it is kept once another one is in force, which is null where none is. */
    public static EarlierBaseline of(PinnedBaseline pinned, @Nullable PinnedBaseline inForce) {
        return new EarlierBaseline(
                pinned.revision(),
                pinned.abiLevel(),
                FeaturesByPurpose.of(pinned.requiredFeatures()),
                pinned.vendor(),
                pinned.since(),
                Objects.equals(pinned.catalogVersion(), catalogOf(inForce)) ? null : pinned.catalogVersion());
    }

    /** The same baseline as it was when it was pinned. */
    public PinnedBaseline whole(@Nullable PinnedBaseline inForce) {
        return new PinnedBaseline(
                revision,
                revision.substring(0, Math.max(0, revision.length() - HASH.length())),
                abiLevel,
                features == null ? List.of() : features.each(),
                vendor,
                since,
                catalogVersion == null ? catalogOf(inForce) : catalogVersion);
    }

    private static @Nullable String catalogOf(@Nullable PinnedBaseline inForce) {
        return inForce == null ? null : inForce.catalogVersion();
    }
}
