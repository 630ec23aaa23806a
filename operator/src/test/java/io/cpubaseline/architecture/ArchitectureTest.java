package io.cpubaseline.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.cpubaseline.Reason;
import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaign;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layering of the program, as its compiled classes show it. Packages that are still empty break no rule. */
class ArchitectureTest {

    private static final String ROOT = "io.cpubaseline";
    private static final String API = ROOT + ".api.v1alpha1";

    /** Pure functions of values: no Kubernetes, no Jackson, no clock, no I/O. */
    private static final List<String> PURE = List.of(
            "cpu",
            "fleet",
            "scheduling",
            "baseline",
            "change",
            "virtualmachine",
            "campaign",
            "verification",
            "pools",
            "comparison",
            "whatif",
            "explain");

    private static final Set<Class<?>> SHARED = Set.of(Reason.class, Selector.class);

    /** A package and those of our own that it may know. Above operator and cli there is only the entry point. */
    record Layer(String name, Set<String> mayKnow) {

        static Layer of(String name, String... mayKnow) {
            return new Layer(name, Set.of(mayKnow));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Set<String> BELOW_THE_HOSTS = Set.of(
            "cpu",
            "fleet",
            "scheduling",
            "baseline",
            "explain",
            "change",
            "virtualmachine",
            "campaign",
            "verification",
            "pools",
            "comparison",
            "whatif",
            "catalog",
            "evidence",
            "host",
            "api",
            "report",
            "console",
            "manifest");

    private static final List<Layer> LAYERS = List.of(
            Layer.of("cpu"),
            Layer.of("fleet", "cpu"),
            Layer.of("scheduling", "cpu", "fleet"),
            Layer.of("baseline", "cpu", "fleet"),
            Layer.of("explain", "cpu", "fleet", "baseline"),
            Layer.of("change", "cpu", "fleet", "baseline"),
            Layer.of("virtualmachine", "cpu", "fleet", "baseline", "change"),
            Layer.of("campaign", "cpu", "fleet", "virtualmachine"),
            Layer.of("verification"),
            Layer.of("pools", "cpu", "fleet", "baseline"),
            Layer.of("comparison", "cpu", "fleet", "baseline"),
            Layer.of("whatif", "cpu", "fleet", "scheduling", "baseline"),
            Layer.of("catalog", "cpu", "fleet", "baseline", "explain"),
            Layer.of("evidence", "cpu", "fleet", "catalog"),
            Layer.of("api"),
            Layer.of("report", "cpu", "fleet", "baseline", "change", "virtualmachine", "campaign", "catalog", "api"),
            Layer.of("console"),
            Layer.of("manifest"),
            Layer.of("host", "cpu", "fleet", "catalog", "evidence", "manifest"),
            new Layer("operator", BELOW_THE_HOSTS),
            new Layer("cli", BELOW_THE_HOSTS));

    /** The rooms of what talks to the API server, and which of them each may know: a floor each, arrows downwards only. */
    private static final List<Layer> ROOMS = List.of(
            Layer.of("options"),
            Layer.of("kube"),
            Layer.of("logging", "kube"),
            Layer.of("watch", "kube", "options"),
            Layer.of("cluster", "watch", "kube", "options"),
            Layer.of("machines", "cluster", "watch", "kube", "options"),
            Layer.of("telling", "machines", "kube"),
            Layer.of("admission", "cluster", "watch", "kube", "options"),
            Layer.of("clusterdefault", "telling", "cluster", "watch", "kube", "options"),
            Layer.of("campaign", "telling", "machines", "cluster", "watch", "kube", "options"),
            Layer.of(
                    "controller",
                    "campaign",
                    "clusterdefault",
                    "admission",
                    "telling",
                    "machines",
                    "cluster",
                    "kube",
                    "options"),
            Layer.of(
                    "process",
                    "controller",
                    "campaign",
                    "clusterdefault",
                    "admission",
                    "telling",
                    "machines",
                    "cluster",
                    "watch",
                    "logging",
                    "kube",
                    "options"),
            Layer.of("release", "machines", "cluster", "logging", "kube"),
            Layer.of("listing", "cluster", "watch", "logging", "kube"),
            Layer.of("whynot", "cluster", "watch", "logging", "kube"),
            Layer.of("verification", "whynot", "logging", "kube", "options"),
            Layer.of("planning", "logging", "kube"));

    /** The rooms of the command line, in the same way: a room for each kind of command stands above these. */
    private static final List<Layer> CLI_ROOMS = List.of(
            Layer.of("input"),
            Layer.of("resource"),
            Layer.of("text"),
            Layer.of("html"),
            Layer.of("configuration", "input"),
            Layer.of("planning", "text", "input", "resource"),
            Layer.of("explain", "planning", "text", "input", "resource"),
            Layer.of("plan", "planning", "text", "configuration", "input", "resource"),
            Layer.of("page", "planning", "html", "input", "resource"),
            Layer.of("pools", "planning", "text", "input", "resource"),
            Layer.of("compare", "planning", "text"),
            Layer.of("whatif", "planning", "text", "input", "resource"),
            Layer.of("completion"));

    /** A room and the host that it is in. */
    record Room(String host, Layer layer) {

        static Stream<Room> of(String host, List<Layer> layers) {
            return layers.stream().map(layer -> new Room(host, layer));
        }

        List<Layer> all() {
            return host.equals("cli") ? CLI_ROOMS : ROOMS;
        }

        @Override
        public String toString() {
            return host + "." + layer;
        }
    }

    private static JavaClasses program;

    @BeforeAll
    static void readTheProgram() {
        // Names of outside classes are enough.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        program = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    private static String[] packages(Collection<String> names) {
        return names.stream().map(name -> ROOT + "." + name + "..").toArray(String[]::new);
    }

    private static DescribedPredicate<JavaClass> pure() {
        return resideInAnyPackage(packages(PURE))
                .or(describe("shared types", javaClass -> SHARED.stream().anyMatch(javaClass::isEquivalentTo)));
    }

    static List<Layer> layers() {
        return LAYERS;
    }

    @ParameterizedTest
    @MethodSource("layers")
    void a_package_knows_only_those_below_it(Layer layer) {
        // Given
        Set<String> allowed = new TreeSet<>(layer.mayKnow());
        allowed.add(layer.name());
        boolean host = Set.of("operator", "cli").contains(layer.name());

        // When
        DescribedPredicate<JavaClass> forbidden = resideInAnyPackage(ROOT + "..")
                .and(DescribedPredicate.not(resideInAnyPackage(packages(allowed))))
                .and(describe(
                        "not shared",
                        javaClass -> SHARED.stream().noneMatch(shared -> isOrIsIn(javaClass, shared))
                                && !(host && javaClass.getFullName().equals(ROOT + ".Version"))));

        // Then
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + layer.name() + "..")
                .should()
                .dependOnClassesThat(forbidden)
                .allowEmptyShould(true)
                .check(program);
    }

    static Stream<Room> rooms() {
        return Stream.concat(Room.of("operator", ROOMS), Room.of("cli", CLI_ROOMS));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void a_room_knows_only_those_below_it(Room room) {
        // Given
        List<String> others = room.all().stream()
                .map(Layer::name)
                .filter(name -> !name.equals(room.layer().name())
                        && !room.layer().mayKnow().contains(name))
                .map(name -> room.host() + "." + name)
                .toList();

        // Then
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(others))
                .check(program);
    }

    @ParameterizedTest
    @ValueSource(strings = {"operator", "cli"})
    void every_class_of_a_host_is_in_a_room_and_the_rooms_are_free_of_cycles(String host) {
        JavaPackage rooms = program.getPackage(ROOT + "." + host);
        assertThat(rooms.getClasses()).isEmpty();
        assertThat(rooms.getSubpackages())
                .extracting(JavaPackage::getRelativeName)
                .hasSameElementsAs(rooms().filter(room -> room.host().equals(host))
                        .map(room -> room.layer().name())
                        .toList());
        slices().matching(ROOT + "." + host + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(program);
    }

    private static boolean isOrIsIn(JavaClass javaClass, Class<?> outer) {
        return javaClass.getName().equals(outer.getName())
                || javaClass.getName().startsWith(outer.getName() + "$");
    }

    @Test
    void every_package_has_its_place() {
        assertThat(program.getPackage(ROOT).getSubpackages())
                .extracting(JavaPackage::getRelativeName)
                .isSubsetOf(LAYERS.stream().map(Layer::name).toList());
    }

    @Test
    void packages_are_free_of_cycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(program);
    }

    @Test
    void pure_packages_use_only_java_and_jspecify() {
        classes()
                .that(pure())
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..")
                        .or(pure())
                        .or(describe(
                                "nested shared types",
                                javaClass -> SHARED.stream().anyMatch(shared -> isOrIsIn(javaClass, shared))))
                        .or(describe("arrays", JavaClass::isArray))
                        .or(describe("primitives", JavaClass::isPrimitive)))
                .check(program);
    }

    @Test
    void pure_packages_do_no_input_or_output() {
        noClasses()
                .that(pure())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.net..",
                        "java.sql..",
                        "java.util.logging..")
                .check(program);
        noClasses()
                .that(pure())
                .should()
                .accessTargetWhere(describe(
                        "the process's streams and settings",
                        (JavaAccess<?> access) -> access.getTargetOwner().isEquivalentTo(System.class)
                                && Set.of("out", "err", "in", "getenv", "getProperty", "exit")
                                        .contains(access.getTarget().getName())))
                .check(program);
    }

    @Test
    void pure_packages_know_time_only_as_a_value_and_nothing_by_chance() {
        noClasses()
                .that(pure())
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.SplittableRandom")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould()
                .accessTargetWhere(describe("now", (JavaAccess<?> access) -> readsTheClock(access.getTarget())))
                .check(program);
    }

    private static boolean readsTheClock(AccessTarget target) {
        String owner = target.getOwner().getFullName();
        return owner.startsWith("java.time.") && target.getName().equals("now")
                || owner.equals("java.lang.System")
                        && Set.of("currentTimeMillis", "nanoTime").contains(target.getName())
                || owner.equals("java.lang.Math") && target.getName().equals("random")
                || owner.equals("java.util.UUID") && target.getName().equals("randomUUID")
                || owner.equals("java.util.Date") && target.getName().equals("<init>")
                || owner.equals("java.lang.Thread") && target.getName().equals("sleep");
    }

    @Test
    void only_the_operator_and_the_resources_know_the_kubernetes_client() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".operator..")
                .and()
                .doNotHaveFullyQualifiedName(ClusterCpuBaseline.class.getName())
                .and()
                .doNotHaveFullyQualifiedName(ClusterRestartCampaign.class.getName())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..")
                .check(program);
    }

    /** Loading either would cost the command line half of its time. */
    @Test
    void the_command_line_reaches_neither_the_kubernetes_client_nor_logging() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".operator..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "ch.qos.logback..", "io.micrometer..", "java.util.logging..")
                .check(program);
        noClasses()
                .that()
                .resideInAnyPackage(packages(List.of("cli", "report", "evidence", "catalog")))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ClusterCpuBaseline.class.getName())
                .allowEmptyShould(true)
                .check(program);
    }

    /** One class reads XML, so that nothing else loads a parser for it. */
    @Test
    void xml_is_read_in_one_place() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".host.XmlDocuments")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.xml..", "org.xml..", "org.w3c..")
                .check(program);
    }

    @Test
    void every_record_of_the_api_ignores_what_it_does_not_know() {
        Stream<JavaClass> records = program.stream()
                .filter(javaClass -> javaClass.getPackageName().equals(API))
                .filter(JavaClass::isRecord);

        assertThat(records)
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.tryGetAnnotationOfType(JsonIgnoreProperties.class))
                        .as(record.getName())
                        .hasValueSatisfying(annotation ->
                                assertThat(annotation.ignoreUnknown()).isTrue()));
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(program.getPackage(ROOT).getSubpackagesInTree())
                .filteredOn(javaPackage -> !javaPackage.getClasses().isEmpty())
                .isNotEmpty()
                .allSatisfy(javaPackage -> assertThat(javaPackage.isAnnotatedWith(NullMarked.class))
                        .as(javaPackage.getName())
                        .isTrue());
        assertThat(program.getPackage(ROOT).isAnnotatedWith(NullMarked.class)).isTrue();
    }

    @Test
    void no_class_has_a_name_that_says_nothing() {
        assertThat(program.stream().map(JavaClass::getSimpleName))
                .noneMatch(name -> name.matches(".*(Utils?|Helper|Manager|Impl|Data|Info)"));
    }
}
