package io.cpubaseline.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FactTables;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.explain.FlagAccount.Part;
import io.cpubaseline.explain.Standing.Lacks;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.NodeCpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every fleet: what is said of hypothetical ones is what planning says of real ones. */
class ExplainingLawTest {

    private static final Path NODES = Path.of(System.getProperty("basedir", "."), "src/test/resources/nodes");
    private static final Planner PLANNER = new Planner(CatalogLoader.selection());
    private static final Explaining EXPLAINING = new Explaining(PLANNER, FactTables.shipped());
    private static final List<String> FEATURES = PLANNER.catalog().features().names();
    private static final List<CpuModel> MODELS = List.copyOf(PLANNER.catalog().models());
    private static final int FLEETS = 25;

    /** Some of the real hosts. */
    record Drawn(long seed, List<NodeCpu> nodes, View view, List<NodeGroup> groups) {

        @Override
        public String toString() {
            return "seed " + seed;
        }
    }

    static Stream<Drawn> fleets() throws IOException {
        List<String> hosts;
        try (Stream<Path> files = Files.list(NODES)) {
            hosts = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList();
        }
        return IntStream.range(0, FLEETS).mapToObj(seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            List<NodeCpu> nodes = Fleets.nodes(random.ints(2 + random.nextInt(5), 0, hosts.size())
                    .mapToObj(hosts::get)
                    .toList());
            return drawn(seed, nodes);
        });
    }

    private static Drawn drawn(long seed, List<NodeCpu> nodes) {
        Plan plan = PLANNER.plan(PLANNER.assess(nodes, Policy.open(), null), Policy.open());
        return new Drawn(seed, nodes, new View("", plan, Policy.open()), NodeGroup.of(plan.fleet(), PLANNER.catalog()));
    }

    private static Optional<String> revision(List<NodeCpu> nodes) {
        return drawn(0, nodes).view().answer().baseline().map(Baseline::revision);
    }

    private static List<NodeCpu> without(Drawn fleet, Gain gain) {
        List<NodeCpu> left = new ArrayList<>(fleet.nodes());
        gain.classes().forEach(cpuClass -> left.removeAll(cpuClass.nodes()));
        return left;
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void every_node_gives_a_flag_or_lacks_it_for_a_reason_with_a_remedy_where_there_can_be_one(Drawn fleet) {
        for (String feature : FEATURES) {
            FlagAccount account = EXPLAINING.flag(feature, fleet.groups(), List.of(fleet.view()));
            assertThat(account.stands().stream()
                            .mapToInt(stand -> stand.group().size())
                            .sum())
                    .isEqualTo(fleet.nodes().size());
            assertThat(account.stands()).allSatisfy(stand -> {
                assertThat(stand.standing().gives())
                        .isEqualTo(stand.group().cpuClass().usable().contains(feature));
                if (stand.standing() instanceof Lacks lacks) {
                    assertThat(lacks.lack().why()).isNotBlank();
                    assertThat(lacks.lack().mendable() && lacks.lack().remedy().isBlank())
                            .as(feature)
                            .isFalse();
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void a_flag_is_in_the_answer_exactly_where_guests_see_it(Drawn fleet) {
        FeatureSet guest = fleet.view().guestFeatures();
        for (String feature : FEATURES) {
            Part part = EXPLAINING
                    .flag(feature, fleet.groups(), List.of(fleet.view()))
                    .effects()
                    .get(0)
                    .part();
            boolean seen = part.kind() == Part.Kind.IN_MODEL || part.kind() == Part.Kind.REQUIRED;
            assertThat(seen).as(feature).isEqualTo(guest.contains(feature));
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void leaving_nodes_out_gives_what_planning_without_them_gives(Drawn fleet) {
        for (String feature : List.of("avx2", "avx512f", "pcid", "aes", "svm")) {
            EXPLAINING.flag(feature, fleet.groups(), List.of(fleet.view())).effects().stream()
                    .flatMap(effect -> effect.gains().stream())
                    .filter(gain -> gain.what() == Gain.What.LEFT_OUT)
                    .forEach(gain -> assertThat(gain.after().baseline().map(Baseline::revision))
                            .isEqualTo(revision(without(fleet, gain))));
        }
        for (NodeGroup group : fleet.groups()) {
            NodeCpu node = group.cpuClass().nodes().get(0);
            EXPLAINING.node(node, Optional.of(group), List.of(fleet.view())).effects().stream()
                    .flatMap(effect -> effect.without().stream())
                    .forEach(gain -> assertThat(gain.after().baseline().map(Baseline::revision))
                            .isEqualTo(revision(without(fleet, gain))));
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void more_flags_never_lower_the_level(Drawn fleet) {
        AbiLevel now = level(fleet.view().answer().baseline());
        for (String feature : List.of("avx", "avx2", "avx512f", "pcid", "xsave", "movbe", "popcnt")) {
            assertThat(EXPLAINING.flag(feature, fleet.groups(), List.of(fleet.view())).effects().stream()
                            .flatMap(effect -> effect.gains().stream())
                            .filter(gain -> gain.what() == Gain.What.GIVEN))
                    .allSatisfy(
                            gain -> assertThat(level(gain.after().baseline()).atLeast(now))
                                    .as(feature)
                                    .isTrue());
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void a_model_that_all_give_is_possible_by_hand_and_any_other_is_not(Drawn fleet) {
        for (CpuModel model : MODELS) {
            ModelAccount account = EXPLAINING.model(model, fleet.groups(), List.of(fleet.view()));
            boolean everywhere = account.stands().stream().allMatch(ModelAccount.Stand::offers);
            ModelAccount.Effect effect = account.effects().get(0);
            assertThat(effect.byHand().baseline().isPresent() && !everywhere)
                    .as(model.name())
                    .isFalse();
            assertThat(effect.chosen())
                    .as(model.name())
                    .isEqualTo(fleet.view()
                            .answer()
                            .baseline()
                            .filter(baseline -> baseline.model().equals(model))
                            .isPresent());
            assertThat(account.stands())
                    .allSatisfy(stand -> assertThat(stand.why().keySet())
                            .containsExactlyInAnyOrderElementsOf(stand.missing().names()));
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void a_level_is_reached_by_a_model_only_where_the_hypervisor_gives_its_flags(Drawn fleet) {
        for (AbiLevel level : AbiLevel.HIGHEST_FIRST) {
            LevelAccount account = EXPLAINING.level(level, fleet.groups(), List.of(fleet.view()));
            assertThat(account.stands()).allSatisfy(stand -> {
                assertThat(stand.best().atLeast(level) && !stand.hypervisor()).isFalse();
                assertThat(stand.hypervisor()).isEqualTo(stand.missing().isEmpty());
                assertThat(level(stand.alone())).isEqualTo(stand.best());
            });
            assertThat(account.effects().get(0).reaches())
                    .isEqualTo(level(fleet.view().answer().baseline()).atLeast(level));
        }
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void the_order_of_nodes_says_nothing(Drawn fleet) {
        List<NodeCpu> turned = new ArrayList<>(fleet.nodes());
        Collections.reverse(turned);
        Drawn other = drawn(fleet.seed(), turned);
        for (String feature : List.of("avx2", "pcid", "avx512f")) {
            assertThat(EXPLAINING
                            .flag(feature, other.groups(), List.of(other.view()))
                            .stands())
                    .isEqualTo(EXPLAINING
                            .flag(feature, fleet.groups(), List.of(fleet.view()))
                            .stands());
        }
    }

    private static AbiLevel level(Optional<Baseline> baseline) {
        return baseline.map(Baseline::level).orElse(AbiLevel.NONE);
    }

    /** The classes of a fleet are small enough to be looked at one by one. */
    @ParameterizedTest
    @MethodSource("fleets")
    void classes_that_decide_are_those_that_contribute(Drawn fleet) {
        assertThat(fleet.view().classes())
                .extracting(CpuClass::name)
                .containsExactlyElementsOf(fleet.groups().stream()
                        .map(group -> group.cpuClass().name())
                        .toList());
    }
}
