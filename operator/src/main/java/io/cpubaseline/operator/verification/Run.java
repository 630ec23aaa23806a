package io.cpubaseline.operator.verification;

import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.verification.RunObjects.Kind;
import io.cpubaseline.verification.Domain;
import io.cpubaseline.verification.Leg;
import io.cpubaseline.verification.Outcome;
import io.cpubaseline.verification.Progress.Result;
import io.cpubaseline.verification.Pulse;
import io.cpubaseline.verification.Rounds;
import io.cpubaseline.verification.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One verification: makes guests, migrates them to every node, watches them, and deletes all that it made. Used by one thread. */
final class Run {

    /** Two of each vendor: while one moves the other shows whether its nodes are well. */
    private static final int GUESTS_OF_A_VENDOR = 2;

    /**
     * How long things may take.
     *
     * @param start of a guest, until it is well for the first time: its image is pulled, and stress-ng installed
     * @param migration of a guest
     * @param silence of a guest
     */
    record Limits(Duration start, Duration migration, Duration silence) {}

    private final ApiServer api;
    private final RunObjects objects;
    private final Preparation preparation;
    private final Rounds rounds;
    private final Limits limits;
    private final Interruption interruption;
    private final Teller teller;
    private final List<Leg> legs = new ArrayList<>();
    private @Nullable Guests guests;
    private boolean steered = true;
    private boolean calledOff;

    Run(
            ApiServer api,
            String namespace,
            Preparation preparation,
            Rounds rounds,
            Limits limits,
            Interruption interruption,
            Teller teller) {
        this.api = api;
        this.objects = new RunObjects(api, namespace);
        this.preparation = preparation;
        this.rounds = rounds;
        this.limits = limits;
        this.interruption = interruption;
        this.teller = teller;
    }

    /** Verifies. Whatever ends it, it first deletes what it has made, and says what is left all the same. */
    Outcome verify() {
        List<Domain> travelled =
                preparation.domains().stream().filter(Domain::isTravelled).toList();
        String run = UUID.randomUUID().toString().substring(0, 8);
        String ended = "";
        RuntimeException mistake = null;
        if (!travelled.isEmpty()) {
            try {
                interruption.allow();
                removeAbandoned();
                verify(run, travelled);
            } catch (Ended e) {
                ended = e.getMessage();
                calledOff = e.isCalledOff();
            } catch (InterruptedException e) {
                ended = "it was interrupted";
            } catch (IOException e) {
                ended = "the cluster can't be asked: " + e.getMessage();
            } catch (RuntimeException e) {
                mistake = e;
            } finally {
                interruption.forbid();
            }
            String left = remove(run);
            if (mistake != null) {
                throw mistake;
            }
            ended = ended.isEmpty() || left.isEmpty() ? ended + left : ended + "; " + left;
        }
        Map<String, Pulse> pulses = guests == null ? Map.of() : guests.pulses();
        return new Outcome(preparation.domains(), legs, pulses, steered, ended);
    }

    /** Whether somebody has called it off, by deleting its Lease. */
    boolean isCalledOff() {
        return calledOff;
    }

    private void removeAbandoned() throws IOException, InterruptedException {
        Removal removal = new Removal(objects);
        for (String abandoned : removal.abandoned(api.time())) {
            teller.say("Removing what the run %s has left, which was killed".formatted(abandoned));
            List<String> left = removal.of(abandoned);
            if (!left.isEmpty()) {
                teller.say("Of it this is left: " + String.join(", ", left));
            }
        }
    }

    private String remove(String run) {
        try {
            List<String> left = new Removal(objects).of(run);
            return left.isEmpty() ? "" : notRemoved(run, "this does not go away: " + String.join(", ", left));
        } catch (IOException e) {
            return notRemoved(run, e.getMessage());
        } catch (InterruptedException e) {
            return notRemoved(run, "interrupted");
        }
    }

    private String notRemoved(String run, @Nullable String why) {
        return "it could not remove all that it made (%s); the next run does, or: kubectl delete vm,secret,lease -n %s -l %s=%s"
                .formatted(why, objects.namespace(), RunMarks.LABEL, run);
    }

    private void verify(String run, List<Domain> travelled) throws IOException, InterruptedException, Ended {
        RunLease lease = RunLease.make(
                objects, run, "cpu-baseline verify -b " + preparation.baseline(), api.time(), System::nanoTime);
        RunMarks marks = lease.marks();
        objects.made(Kind.SECRET, GuestManifest.secret(preparation.guests(), marks));
        Map<String, Domain> homes = new LinkedHashMap<>();
        for (int i = 1; i <= GUESTS_OF_A_VENDOR; i++) {
            for (Domain domain : travelled) {
                String name = "%s-%s-%d".formatted(marks.name(), domain.vendor().toLowerCase(Locale.ROOT), i);
                objects.made(Kind.MACHINE, GuestManifest.of(preparation.guests(), domain.vendor(), name, marks));
                homes.put(name, domain);
            }
        }
        Guests watched = new Guests(objects, lease, limits.silence(), homes.keySet());
        guests = watched;
        Migrating migrating = new Migrating(objects, lease, watched, limits.migration());
        awaitAll(homes, watched, migrating);
        Duration first = watched.time();
        Duration begun = Duration.ZERO;
        int done = 0;
        for (Optional<Duration> next = rounds.next(done, begun, Duration.ZERO);
                next.isPresent();
                next = rounds.next(done, begun, watched.time().minus(first))) {
            while (watched.time().minus(first).compareTo(next.get()) < 0) {
                migrating.pause();
            }
            begun = next.get();
            round(++done, homes, watched, migrating);
        }
    }

    private void awaitAll(Map<String, Domain> homes, Guests watched, Migrating migrating)
            throws IOException, InterruptedException, Ended {
        teller.say("Starting %d guests with %s"
                .formatted(homes.size(), preparation.pin().revision()));
        while (!watched.haveAllBegun()) {
            if (watched.time().compareTo(limits.start()) > 0) {
                throw new Ended(notBegun(homes.keySet(), watched));
            }
            migrating.pause();
        }
        homes.forEach((guest, domain) -> teller.say(
                "%s counts on %s".formatted(guest, watched.last(guest).node())));
    }

    /** Why guests have not begun, and how to find out more. */
    private String notBegun(Set<String> names, Guests watched) throws IOException, InterruptedException {
        List<String> reasons = new ArrayList<>();
        for (String name : names) {
            if (!watched.pulses().containsKey(name)) {
                String phase = watched.last(name).phase();
                reasons.add("%s (%s%s)"
                        .formatted(
                                name,
                                phase.isEmpty() ? "no instance" : phase,
                                watched.complaint(name)
                                        .map(said -> ", " + said.words())
                                        .orElse("")));
            }
        }
        return "after %d s these guests had not begun to count: %s"
                .formatted(limits.start().toSeconds(), String.join(", ", reasons));
    }

    /** Guests take turns, so that each stands still for a while between two of its migrations. */
    private void round(int round, Map<String, Domain> homes, Guests watched, Migrating migrating)
            throws IOException, InterruptedException, Ended {
        Map<String, Set<String>> tried = new HashMap<>();
        homes.keySet().forEach(guest -> tried.put(guest, new HashSet<>()));
        boolean going = true;
        while (going) {
            going = false;
            for (Map.Entry<String, Domain> home : homes.entrySet()) {
                Set<String> been = Objects.requireNonNull(tried.get(home.getKey()));
                Optional<String> next = Route.next(
                        home.getValue().nodes(), watched.last(home.getKey()).node(), been);
                if (next.isPresent()) {
                    going = true;
                    been.add(next.get());
                    migrate(round, home.getKey(), home.getValue(), next.get(), watched, migrating);
                }
            }
        }
    }

    private void migrate(int round, String guest, Domain domain, String node, Guests watched, Migrating migrating)
            throws IOException, InterruptedException, Ended {
        String source = watched.last(guest).node();
        Migrating.Ending ending;
        long begun = System.nanoTime();
        try {
            ending = migrating.migrate(guest, node, preparation.hostnames().getOrDefault(node, node));
        } catch (InterruptedException | IOException | Ended e) {
            legs.add(new Leg(
                    round,
                    guest,
                    domain.vendor(),
                    source,
                    node,
                    Result.CalledOff,
                    Duration.ofNanos(System.nanoTime() - begun),
                    "the run ended before it did"));
            throw e;
        }
        steered = migrating.isSteered();
        String target = steered ? node : ending.result() == Result.Succeeded ? ending.node() : "";
        Leg leg = new Leg(
                round, guest, domain.vendor(), source, target, ending.result(), ending.took(), ending.explanation());
        legs.add(leg);
        teller.told(leg);
    }
}
