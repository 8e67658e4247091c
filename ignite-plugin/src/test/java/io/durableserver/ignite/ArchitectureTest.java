package io.durableserver.ignite;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

@AnalyzeClasses(packages = "io.durableserver.ignite", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final int MAX_KNOT = 3;

    @ArchTest
    static final ArchRule FOUR_CLASSES_KNOW_THE_INTERNALS_OF_IGNITE = noClasses()
            .that()
            .doNotHaveSimpleName("FrameChannel")
            .and()
            .doNotHaveSimpleName("Unsent")
            .and()
            .doNotHaveSimpleName("Strangers")
            .and()
            .doNotHaveSimpleName("DiscoveryPlaces")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.ignite.internal..", "org.apache.ignite.spi.discovery.tcp.internal..");

    @ArchTest
    static final ArchRule ONE_CLASS_KNOWS_THE_RUNTIME = noClasses()
            .that()
            .doNotHaveSimpleName("DurableNodeLauncher")
            .and()
            .haveSimpleNameNotStartingWith("DurableNodeLauncher$")
            .and()
            .areTopLevelClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.durableserver.runtime..");

    /** What the rooms below know of each other; the root package puts them together, and none of them knows it. */
    @ArchTest
    static final ArchRule ROOMS_HAVE_NO_CYCLES =
            slices().matching("io.durableserver.ignite.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ROOMS_DO_NOT_KNOW_THE_ROOT = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.durableserver.ignite.base..",
                    "io.durableserver.ignite.membership..",
                    "io.durableserver.ignite.map..",
                    "io.durableserver.ignite.control..",
                    "io.durableserver.ignite.transport..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.durableserver.ignite");

    /** A knot is a set of files each of which needs each other one, directly or by others. */
    @ArchTest
    static void filesMakeNoKnots(JavaClasses classes) {
        Map<String, Set<String>> reached = new TreeMap<>();
        for (JavaClass type : classes) {
            Set<String> used = reached.computeIfAbsent(file(type), file -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> file(dependency.getTargetClass()))
                    .filter(file -> file.startsWith("io.durableserver.ignite."))
                    .forEach(used::add);
        }
        for (String through : reached.keySet()) {
            for (Set<String> from : reached.values()) {
                if (from.contains(through)) {
                    from.addAll(reached.get(through));
                }
            }
        }
        Set<Set<String>> knots = new HashSet<>();
        reached.forEach((file, all) -> knots.add(all.stream()
                .filter(other -> reached.getOrDefault(other, Set.of()).contains(file))
                .collect(Collectors.toSet())));
        assertThat(knots)
                .as("files that need each other, more than " + MAX_KNOT)
                .allMatch(knot -> knot.size() <= MAX_KNOT);
    }

    private static String file(JavaClass type) {
        String name = type.getBaseComponentType().getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }
}
