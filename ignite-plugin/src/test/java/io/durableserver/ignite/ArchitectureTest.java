package io.durableserver.ignite;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.durableserver.testkit.store.StoreRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the rooms of this module. */
@AnalyzeClasses(packages = "io.durableserver.ignite", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final int MAX_LINES = 400;
    private static final String ROOT = "io.durableserver.ignite";

    /** The rooms that each room uses; a new arrow is a decision. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            entry("base", Set.of()),
            entry("launch", Set.of()),
            entry("disk", Set.of()),
            entry("control", Set.of("base")),
            entry("membership", Set.of("base")),
            entry("front", Set.of("base", "launch")),
            entry("map", Set.of("base", "membership")),
            entry("transport", Set.of("base", "control")),
            entry("join", Set.of("membership")),
            entry("around", Set.of("base", "disk", "membership")),
            entry("start", Set.of("base", "disk")),
            entry("split", Set.of("around", "disk", "membership", "start")),
            entry("state", Set.of("base", "split")),
            entry(
                    "host",
                    Set.of(
                            "around",
                            "base",
                            "control",
                            "front",
                            "join",
                            "launch",
                            "map",
                            "membership",
                            "split",
                            "state",
                            "transport")),
            entry("life", Set.of("around", "base", "disk", "host", "launch", "split", "start", "state")));

    /** Settings and states: what users name and rooms work with. */
    private static final DescribedPredicate<JavaClass> VALUES = DescribedPredicate.describe(
            "settings and states",
            type -> Set.of(EmbeddedNode.class, NodeTls.class, NodeState.class, WhenCutOff.class).stream()
                    .anyMatch(value -> file(type).equals(value.getName())));

    @ArchTest
    static final ArchRule FIVE_CLASSES_KNOW_THE_INTERNALS_OF_IGNITE = noClasses()
            .that()
            .doNotHaveSimpleName("FrameChannel")
            .and()
            .doNotHaveSimpleName("Unsent")
            .and()
            .doNotHaveSimpleName("Strangers")
            .and()
            .doNotHaveSimpleName("DiscoveryPlaces")
            .and()
            .doNotHaveSimpleName("PartitionRows")
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

    /** Classes with a log of their own, and why what they log is no fact. */
    private static final Map<String, String> LOGGING = Map.ofEntries(
            entry("EmbeddedConfiguration", "it chooses the log of Ignite"),
            entry("Strangers", "an Ignite without the field it wants is none that this module is built for"),
            entry("Probes", "a place that is none is asked again and again"),
            entry("IgniteMembership", "its listeners are the runtime's own, and tell by themselves"),
            entry("ArbiterWatch", "its listeners are the runtime's own; a look that failed is repeated"),
            entry("Watcher", "what a listener throws concerns its owner"),
            entry("RowWatch", "a scan that failed is repeated, and a change that cannot be told is a defect here"),
            entry("RowChecks", "a check that failed is repeated, until the watchers have what it found"),
            entry("RemovalMarks", "a mark that stays costs memory until the next node leaves"),
            entry("IgniteNodeStates", "a row that is not out is published again"),
            entry("MemoryCache", "the runtime tells of lost entries, and its listeners tell by themselves"),
            entry("SharedMapCache", "a map with other backups serves as well, and joins are checked for it"));

    /** What happens is told as a fact, which the runtime logs. */
    @ArchTest
    static final ArchRule FEW_CLASSES_LOG = noClasses()
            .that(not(simpleNames(LOGGING.keySet().toArray(String[]::new))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.slf4j..", "java.util.logging..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.System\\$Logger.*")
            .orShould()
            .callMethodWhere(DescribedPredicate.describe(
                    "printStackTrace", call -> call.getName().equals("printStackTrace")))
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    /** A name on the list that logs no more has to leave it. */
    @ArchTest
    static void eachClassWithALogOfItsOwnHasOne(JavaClasses classes) {
        Set<String> logging = classes.stream()
                .filter(type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(used -> used.getTargetClass().getPackageName().startsWith("org.slf4j")))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
        assertThat(LOGGING.keySet()).allSatisfy(name -> assertThat(logging).contains(name));
    }

    private static DescribedPredicate<JavaClass> simpleNames(String... names) {
        return DescribedPredicate.describe(
                "one of " + List.of(names), type -> List.of(names).contains(type.getSimpleName()));
    }

    @ArchTest
    static final ArchRule ROOMS_HAVE_NO_CYCLES =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static void roomsUseEachOtherAsDrawn(JavaClasses classes) {
        Map<String, Set<String>> arrows = new TreeMap<>();
        for (JavaClass type : classes) {
            if (isInRoom(type)) {
                Set<String> used = arrows.computeIfAbsent(room(type), room -> new TreeSet<>());
                type.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                        .filter(target -> isInRoom(target) && !room(target).equals(room(type)))
                        .forEach(target -> used.add(room(target)));
            }
        }
        assertThat(arrows).isEqualTo(ARROWS);
    }

    @ArchTest
    static final ArchRule ROOMS_KNOW_NO_MORE_OF_THE_ROOT_THAN_ITS_VALUES = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT).and(not(VALUES)));

    @ArchTest
    static final ArchRule VALUES_KNOW_NO_ROOM =
            noClasses().that(VALUES).should().dependOnClassesThat().resideInAPackage(ROOT + ".(*)..");

    /** What users do not name has no place in the root. */
    @ArchTest
    static void theRootIsWhatUsersName(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(type -> type.getPackageName().equals(ROOT) && type.isTopLevelClass())
                        .filter(type -> !type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getSimpleName))
                .containsExactlyInAnyOrder("PeerAddress", "package-info");
    }

    @ArchTest
    static final ArchRule FILES_MAKE_NO_KNOTS = StoreRules.noKnotsOfMoreThan(3);

    private static boolean isInRoom(JavaClass type) {
        return type.getPackageName().startsWith(ROOT + ".");
    }

    private static String room(JavaClass type) {
        return type.getPackageName().substring(ROOT.length() + 1);
    }

    private static String file(JavaClass type) {
        return type.getName().replaceFirst("[$].*", "");
    }

    @Test
    void sourceFilesStayShortAndRoomsSayWhatTheyOwn() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/durableserver/ignite"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            for (Path source : sources) {
                assertThat(Files.readAllLines(source).size())
                        .as(source.toString())
                        .isLessThanOrEqualTo(MAX_LINES);
                assertThat(source.resolveSibling("package-info.java")).exists();
            }
            Set<String> rooms = sources.stream()
                    .map(source -> String.valueOf(source.getName(source.getNameCount() - 2)))
                    .collect(Collectors.toSet());
            assertThat(rooms).hasSize(ARROWS.size() + 1);
        }
    }
}
