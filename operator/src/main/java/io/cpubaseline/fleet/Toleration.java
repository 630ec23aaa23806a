package io.cpubaseline.fleet;

/**
 * A taint that a virtual machine tolerates, or several, by Kubernetes's rules ({@code Toleration.ToleratesTaint} in Kubernetes 1.36).
 *
 * @param key the taint's key; empty for every key
 * @param operator {@code Exists}, {@code Equal}, or empty, which means {@code Equal}. Others match nothing: they need a feature gate that is
 *     off
 * @param value the taint's value, for {@code Equal}
 * @param effect the taint's effect; empty for every effect
 */
public record Toleration(String key, String operator, String value, String effect) {

    /** Whether it lets a pod with it onto a node with that taint, as far as this one decides. */
    public boolean tolerates(Taint taint) {
        return (effect.isEmpty() || effect.equals(taint.effect()))
                && (key.isEmpty() || key.equals(taint.key()))
                && (exists() || equal() && value.equals(taint.value()));
    }

    private boolean exists() {
        return operator.equals("Exists");
    }

    private boolean equal() {
        return operator.isEmpty() || operator.equals("Equal");
    }

    /** As kubectl writes the taint that it tolerates. */
    @Override
    public String toString() {
        String taint = key.isEmpty() ? "every taint" : exists() || value.isEmpty() ? key : key + "=" + value;
        return effect.isEmpty() ? taint : taint + ":" + effect;
    }
}
