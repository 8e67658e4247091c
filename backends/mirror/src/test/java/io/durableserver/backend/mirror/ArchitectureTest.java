package io.durableserver.backend.mirror;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.durableserver.testkit.store.StoreRules;
import org.jspecify.annotations.NullMarked;

/** What the mirror may know and do. */
@AnalyzeClasses(packages = "io.durableserver.backend.mirror", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String MIRROR = "io.durableserver.backend.mirror";

    @ArchTest
    static final ArchRule THE_API_IS_ALL_IT_KNOWS_OF_US = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "com.fasterxml.jackson.core..",
                    "io.durableserver",
                    "io.durableserver.config",
                    "io.durableserver.spi",
                    "io.durableserver.backend.mirror..");

    /** Each room with those it may know. The root makes the handle, and only the root knows all. */
    @ArchTest
    static final ArchRule ROOMS_KNOW_ONLY_WHAT_IS_BELOW = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("root")
            .definedBy(MIRROR)
            .layer("data")
            .definedBy(MIRROR + ".data")
            .layer("handover")
            .definedBy(MIRROR + ".handover")
            .layer("walk")
            .definedBy(MIRROR + ".walk")
            .layer("authority")
            .definedBy(MIRROR + ".authority")
            .layer("copy")
            .definedBy(MIRROR + ".copy")
            .layer("control")
            .definedBy(MIRROR + ".control")
            .layer("base")
            .definedBy(MIRROR + ".base")
            .layer("rollout")
            .definedBy(MIRROR + ".rollout")
            .whereLayer("root")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("data")
            .mayOnlyAccessLayers("authority", "copy", "control", "base", "rollout")
            .whereLayer("handover")
            .mayOnlyAccessLayers("walk", "authority", "control", "base", "rollout")
            .whereLayer("walk")
            .mayOnlyAccessLayers("copy", "control", "base", "rollout")
            .whereLayer("authority")
            .mayOnlyAccessLayers("copy", "control", "base", "rollout")
            .whereLayer("copy")
            .mayOnlyAccessLayers("base", "rollout")
            .whereLayer("control")
            .mayOnlyAccessLayers("base", "rollout")
            .whereLayer("base")
            .mayOnlyAccessLayers("rollout")
            .whereLayer("rollout")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule EVERY_CLASS_IS_IN_A_ROOM = classes()
            .should()
            .resideInAnyPackage(
                    MIRROR,
                    MIRROR + ".data",
                    MIRROR + ".handover",
                    MIRROR + ".walk",
                    MIRROR + ".authority",
                    MIRROR + ".copy",
                    MIRROR + ".control",
                    MIRROR + ".base",
                    MIRROR + ".rollout");

    @ArchTest
    static final ArchRule FILES_MAKE_NO_KNOTS = StoreRules.noKnotsOfMoreThan(3);

    /** The checks of the compiler for nulls leave packages alone that do not say so. */
    @ArchTest
    static void everyRoomHasItsPage(JavaClasses all) {
        assertThat(all.stream().map(JavaClass::getPackage).distinct())
                .allSatisfy(room -> assertThat(room.isAnnotatedWith(NullMarked.class))
                        .as(room.getName())
                        .isTrue());
    }

    @ArchTest
    static final ArchRule NO_CLASS_MAKES_THREADS = StoreRules.onlyTheseMakeThreads();

    @ArchTest
    static final ArchTests STORE = ArchTests.in(StoreRules.class);
}
