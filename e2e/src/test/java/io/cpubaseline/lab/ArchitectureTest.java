package io.cpubaseline.lab;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the lab and of the stories, as the compiled classes show them. */
class ArchitectureTest {
    private static final String LAB = "io.cpubaseline.lab";
    private static final String STORIES = "io.cpubaseline.stories";

    /** Each knows only those before it. */
    private static final List<String> ROOMS = List.of(
            LAB + ".process",
            LAB + ".objects",
            LAB + ".controlplane",
            LAB + ".programs",
            LAB,
            LAB + ".use",
            LAB + ".command");

    private static JavaClasses lab;
    private static JavaClasses stories;

    @BeforeAll
    static void readTheClasses() {
        lab = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(LAB);
        stories = new ClassFileImporter().importPackages(STORIES);
    }

    static Stream<Integer> floors() {
        return Stream.iterate(0, floor -> floor + 1).limit(ROOMS.size());
    }

    @ParameterizedTest
    @MethodSource("floors")
    void aRoomOfTheLabKnowsOnlyThoseBelowIt(int floor) {
        noClasses()
                .that()
                .resideInAPackage(ROOMS.get(floor))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        ROOMS.subList(floor + 1, ROOMS.size()).toArray(String[]::new)))
                .check(lab);
    }

    @Test
    void everyRoomOfTheLabHasItsFloor() {
        assertThat(lab.stream().map(each -> each.getPackageName()).distinct())
                .containsExactlyInAnyOrderElementsOf(ROOMS);
    }

    @Test
    void aStoryKnowsTheStageAndNoOtherStories() {
        List<String> folders = stories.getPackage(STORIES).getSubpackages().stream()
                .map(JavaPackage::getName)
                .toList();

        assertThat(folders).contains(STORIES + ".stage").hasSizeGreaterThan(4);
        for (String folder : folders) {
            noClasses()
                    .that()
                    .resideInAPackage(folder)
                    .should()
                    .dependOnClassesThat(resideInAPackage(STORIES + "..")
                            .and(DescribedPredicate.not(resideInAnyPackage(folder, STORIES + ".stage"))))
                    .check(stories);
        }
    }
}
