package io.cpubaseline.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.campaign.Candidate.Consent;
import io.cpubaseline.virtualmachine.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to a campaign, its operator and its virtual machines: never more are unavailable by it than a budget allows, nobody is restarted twice
 * for one revision, nobody without consent, and in the end all that may be are.
 */
class CampaignLawTest {

    private static final int CAMPAIGNS = Integer.getInteger("law.sequences", 50);
    private static final Instant BEGIN = Instant.parse("2026-03-28T20:00:00Z");
    private static final Duration TICK = Duration.ofSeconds(10);
    private static final Consent[] CONSENTS = {Consent.ALLOWED, Consent.ALLOWED, Consent.FIRST, Consent.MISSING};

    static List<Integer> seeds() {
        List<Integer> seeds = new ArrayList<>();
        for (int seed = 0; seed < CAMPAIGNS; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    /** A virtual machine that takes its time to stop and to start. */
    private static final class Vm {
        private final String namespace;
        private final String name;
        private final Consent consent;
        private Instant created = BEGIN.minus(Duration.ofDays(1));
        private int runs = -1;
        private int restartsForPin;
        private int stopsIn = -1;
        private int startsIn = -1;
        private int readyIn = -1;

        Vm(String namespace, String name, Consent consent) {
            this.namespace = namespace;
            this.name = name;
            this.consent = consent;
        }

        boolean live() {
            return startsIn < 0;
        }

        boolean ready() {
            return live() && readyIn < 0;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_campaign_keeps_its_word(int seed) {
        Random random = new Random(seed);
        List<Vm> vms = new ArrayList<>();
        int count = 1 + random.nextInt(60);
        for (int i = 0; i < count; i++) {
            vms.add(new Vm("ns" + random.nextInt(4), "vm" + i, CONSENTS[random.nextInt(CONSENTS.length)]));
        }
        int allowed = 1 + random.nextInt(8);
        boolean perNamespace = random.nextInt(3) == 0;
        boolean window = random.nextInt(3) == 0;
        Rules rules = new Rules(
                false,
                false,
                Set.of(Method.Restart),
                List.of(new Budget(
                        new Share(allowed, false), perNamespace, window ? new EveryOtherHour() : Window.ALWAYS)),
                random.nextBoolean() ? List.of() : List.of(new Step(new Share(2, false), Duration.ofMinutes(5))),
                Duration.ofMinutes(30),
                1,
                Set.of());
        int pin = 0;
        Instant pinnedAt = BEGIN.minus(Duration.ofHours(1));
        Memory persisted = Memory.NOTHING;
        Instant now = BEGIN;
        for (int tick = 0; tick < 6_000; tick++, now = now.plus(TICK)) {
            if (random.nextInt(4_000) == 0) {
                pin++;
                pinnedAt = now;
                vms.forEach(vm -> vm.restartsForPin = 0);
            }
            for (Vm vm : vms) {
                live(vm, pin, now, random);
            }
            Outlook outlook = Waves.next(
                    rules, new Waves.Pinned("r" + pin, pinnedAt), persisted, false, candidates(vms, pin, now), now);
            if (random.nextInt(20) == 0) {
                // The process dies before it has persisted anything, and another one goes on.
                continue;
            }
            persisted = outlook.memory();
            for (Attempt attempt : outlook.requests()) {
                if (random.nextInt(20) == 0) {
                    // It dies in between, or the API server does.
                    break;
                }
                Vm vm = vms.stream()
                        .filter(each -> attempt.fullName().equals(each.namespace + "/" + each.name))
                        .findFirst()
                        .orElseThrow();
                assertThat(vm.consent).isNotEqualTo(Consent.MISSING);
                vm.restartsForPin++;
                vm.stopsIn = random.nextInt(5);
            }
            Map<String, Integer> unavailable = new HashMap<>();
            vms.stream()
                    .filter(vm -> !vm.ready() || vm.stopsIn >= 0)
                    .forEach(vm -> unavailable.merge(perNamespace ? vm.namespace : "", 1, Integer::sum));
            assertThat(unavailable.values()).allSatisfy(gone -> assertThat(gone).isLessThanOrEqualTo(allowed));
            assertThat(vms).allSatisfy(vm -> assertThat(vm.restartsForPin).isLessThanOrEqualTo(1));
        }
        int last = pin;
        boolean longAgo = Duration.between(pinnedAt, now).compareTo(Duration.ofHours(8)) > 0;
        assertThat(vms)
                .filteredOn(vm -> vm.consent != Consent.MISSING && longAgo)
                .allSatisfy(vm -> assertThat(vm.runs).isEqualTo(last));
        assertThat(vms)
                .filteredOn(vm -> vm.consent == Consent.MISSING)
                .allSatisfy(vm -> assertThat(vm.runs).isEqualTo(-1));
    }

    private static void live(Vm vm, int pin, Instant now, Random random) {
        if (vm.stopsIn == 0) {
            vm.startsIn = random.nextInt(4);
        }
        vm.stopsIn = Math.max(-1, vm.stopsIn - 1);
        if (vm.startsIn == 0 && vm.stopsIn < 0) {
            vm.created = now;
            vm.runs = pin;
            vm.readyIn = random.nextInt(6);
        }
        if (vm.stopsIn < 0) {
            vm.startsIn = Math.max(-1, vm.startsIn - 1);
            vm.readyIn = vm.startsIn >= 0 ? vm.readyIn : Math.max(-1, vm.readyIn - 1);
        }
    }

    private static List<Candidate> candidates(List<Vm> vms, int pin, Instant now) {
        return vms.stream()
                .map(vm -> new Candidate(
                        new MachineState(
                                vm.namespace,
                                vm.name,
                                true,
                                vm.live(),
                                vm.live() ? vm.created.getEpochSecond() : 0,
                                vm.live() && vm.runs == pin,
                                vm.ready(),
                                vm.stopsIn >= 0,
                                false,
                                true,
                                false,
                                ""),
                        vm.consent,
                        vm.stopsIn >= 0
                                ? Reason.ChangingState
                                : vm.created.plus(Candidate.SETTLES).isAfter(now) ? Reason.JustStarted : null,
                        Method.Restart,
                        true))
                .toList();
    }

    /** Open in every other hour. */
    private static final class EveryOtherHour implements Window {
        @Override
        public boolean open(Instant time) {
            return time.getEpochSecond() / 3600 % 2 == 0;
        }

        @Override
        public Optional<Instant> opens(Instant after) {
            return Optional.of(Instant.ofEpochSecond((after.getEpochSecond() / 3600 / 2 + 1) * 7200));
        }
    }
}
