package io.cpubaseline.campaign;

import io.cpubaseline.Reason;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which alerts fire, as far as anybody knows. */
public sealed interface Alerts {

    /**
     * They are known.
     *
     * @param names of all that fire
     */
    record Firing(Set<String> names) implements Alerts {

        /** Makes the set immutable. */
        public Firing {
            names = Set.copyOf(names);
        }

        @Override
        public Optional<Blocker> blocker(Set<String> blocking) {
            List<String> firing =
                    blocking.stream().filter(names::contains).sorted().toList();
            if (firing.isEmpty()) {
                return Optional.empty();
            }
            String some = firing.stream().limit(EXAMPLES).collect(Collectors.joining(", "));
            String more = firing.size() > EXAMPLES ? " and %d more".formatted(firing.size() - EXAMPLES) : "";
            return Optional.of(new Blocker(Reason.AlertFiring, some + more));
        }
    }

    /**
     * They are not known.
     *
     * @param why in words, with what to do
     */
    record Unknown(String why) implements Alerts {

        @Override
        public Optional<Blocker> blocker(Set<String> blocking) {
            return blocking.isEmpty() ? Optional.empty() : Optional.of(new Blocker(Reason.AlertsUnknown, why));
        }
    }

    /** So many alerts that fire are named. */
    int EXAMPLES = 5;

    /**
     * What keeps restarts from beginning, if anything does.
     *
     * @param blocking the names of the alerts that do while they fire; where there are any, not to know is to be blocked
     */
    Optional<Blocker> blocker(Set<String> blocking);
}
