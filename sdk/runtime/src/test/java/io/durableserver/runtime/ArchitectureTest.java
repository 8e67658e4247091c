package io.durableserver.runtime;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.durableserver.DurableServer;
import io.durableserver.spi.NodeEvent;
import io.durableserver.spi.Scheduler;
import io.durableserver.spi.ServerEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the rooms; that of knots of files is in the store testkit, which has the condition. */
@AnalyzeClasses(packages = "io.durableserver", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final int MAX_LINES = 400;

    private static final String[] API = {
        "io.durableserver", "io.durableserver.admin", "io.durableserver.config", "io.durableserver.spi"
    };

    @ArchTest
    static final ArchRule API_DEPENDS_ON_JAVA_AND_JSPECIFY_ONLY = noClasses()
            .that()
            .resideInAnyPackage(API)
            .should()
            .dependOnClassesThat(
                    not(resideInAnyPackage("java..", "org.jspecify..").or(resideInAnyPackage(API))));

    @ArchTest
    static final ArchRule RUNTIME_KNOWS_NO_CLUSTER_AND_NO_CLOUD = noClasses()
            .that()
            .resideInAPackage("io.durableserver.runtime..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.ignite..", "software.amazon..");

    /** Routing and call make one way, and so do turns and their mailbox; nothing else runs in a circle. */
    @ArchTest
    static final ArchRule ROOMS_HAVE_NO_CYCLES =
            slices().matching("io.durableserver.runtime.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_JDK_MAKES_THREADS_AND_READS_CLOCKS = noClasses()
            .that()
            .resideInAPackage("io.durableserver..")
            .and()
            .resideOutsideOfPackage("io.durableserver.runtime.jdk")
            .should()
            .callConstructorWhere(target(Thread.class, Set.of("<init>")))
            .orShould()
            .callMethodWhere(target(System.class, Set.of("nanoTime", "currentTimeMillis")))
            .orShould()
            .callMethodWhere(target(Thread.class, Set.of("sleep")))
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.Executors");

    @ArchTest
    static final ArchRule NOBODY_USES_THE_COMMON_POOL = noClasses()
            .should()
            .callMethodWhere(asyncWithoutExecutor())
            .orShould()
            .callMethodWhere(target(ForkJoinPool.class, Set.of("commonPool")));

    @ArchTest
    static final ArchRule ONLY_BLOCKING_FORMS_WAIT = noClasses()
            .that(not(isOneOf(
                    "runtime.lifecycle.Waits",
                    "runtime.call.Calls",
                    "runtime.lifecycle.Closing",
                    "runtime.turn.NodeFuture")))
            .should()
            .callMethodWhere(waitsForAFuture());

    /** User code has pools of its own, and each pool few who use it; the lease and the deadlines share theirs with nobody. */
    @ArchTest
    static final ArchRule TURNS_ARE_RUN_BY_ACTIVATIONS = only("turns", "runtime.activation.Activation");

    @ArchTest
    static final ArchRule STARTS_HAVE_THEIR_OWN_THREADS =
            only("starts", "runtime.activation.Starting", "runtime.lifecycle.Judge");

    @ArchTest
    static final ArchRule STAGES_OF_APPLICATIONS_END_ON_THEIR_THREADS =
            only("application", "runtime.call.Calls", "runtime.node.Handed", "runtime.events.Facts");

    @ArchTest
    static final ArchRule STAGES_OF_TURNS_END_ON_THEIR_THREADS =
            only("turnStages", "runtime.activation.TurnParts", "runtime.call.Calls", "runtime.node.Handed");

    @ArchTest
    static final ArchRule VITAL_TIMERS_ARE_FOR_LEASE_AND_DEADLINES =
            only("vital", "runtime.call.PendingCalls", "runtime.lifecycle.Leases");

    private static ArchRule only(String executor, String... users) {
        return noClasses()
                .that(not(isOneOf(users)))
                .and()
                .resideOutsideOfPackages("io.durableserver.runtime.jdk", "io.durableserver.spi")
                .should()
                .callMethodWhere(target(Scheduler.class, Set.of(executor)));
    }

    /**
     * What happens is told as a fact, and logged in one place. The threads are older than a node and outlive it: what comes up to the
     * top of one is told to no node.
     */
    @ArchTest
    static final ArchRule ONLY_THE_ROOM_EVENTS_LOGS = noClasses()
            .that()
            .resideInAPackage("io.durableserver.runtime..")
            .and()
            .resideOutsideOfPackages("io.durableserver.runtime.events", "io.durableserver.runtime.jdk")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.slf4j..", "java.util.logging..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.System\\$Logger.*")
            .orShould()
            .callMethodWhere(target(Throwable.class, Set.of("printStackTrace")))
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    /** A kind that nothing tells is a line in a catalogue, and a meter that stays at zero. */
    @ArchTest
    static void everyKindOfFactIsTold(JavaClasses classes) {
        List<String> untold = Stream.of(ServerEvent.class, NodeEvent.class)
                .flatMap(group -> Stream.of(group.getPermittedSubclasses()))
                .filter(kind -> classes.get(kind).getConstructors().stream()
                        .flatMap(made -> made.getCallsOfSelf().stream())
                        .noneMatch(
                                call -> call.getOriginOwner().getPackageName().startsWith("io.durableserver.runtime.")))
                .map(Class::getSimpleName)
                .toList();
        assertThat(untold).isEmpty();
    }

    @ArchTest
    static final ArchRule ONE_DOOR_TO_USER_CODE = noClasses()
            .that(not(isOneOf("runtime.turn.UserCode", "runtime.turn.RegisteredType", "DurableServer")))
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(DurableServer.Entry.class.getName());

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
            noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Helpers|Util|Utils|Data)");

    private static DescribedPredicate<JavaCall<?>> target(Class<?> owner, Set<String> names) {
        return DescribedPredicate.describe(
                owner.getSimpleName() + "." + names,
                call -> call.getTargetOwner().isAssignableTo(owner) && names.contains(call.getName()));
    }

    private static DescribedPredicate<JavaCall<?>> asyncWithoutExecutor() {
        return DescribedPredicate.describe(
                "an Async method without an executor",
                call -> call.getTargetOwner().isAssignableTo(java.util.concurrent.CompletionStage.class)
                        && call.getName().endsWith("Async")
                        && call.getTarget().getRawParameterTypes().stream()
                                .noneMatch(type -> type.isEquivalentTo(Executor.class)));
    }

    private static DescribedPredicate<JavaCall<?>> waitsForAFuture() {
        return DescribedPredicate.describe(
                "join or get of a future",
                call -> call.getTargetOwner().isAssignableTo(CompletableFuture.class)
                        && Set.of("join", "get").contains(call.getName()));
    }

    private static DescribedPredicate<JavaClass> isOneOf(String... names) {
        return DescribedPredicate.describe(
                List.of(names).toString(),
                type -> Stream.of(names)
                        .map(name -> "io.durableserver." + name)
                        .anyMatch(name ->
                                type.getName().equals(name) || type.getName().startsWith(name + "$")));
    }

    @Test
    void sourceFilesStayShortAndRoomsSayWhatTheyOwn() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path root : List.of(Path.of("src/main/java"), Path.of("../api/src/main/java"))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    int lines = Files.readAllLines(file).size();
                    if (lines > MAX_LINES) {
                        wrong.add(file + " has " + lines + " lines");
                    }
                    Path directory = file.getParent();
                    if (directory != null && !Files.exists(directory.resolve("package-info.java"))) {
                        wrong.add(directory + " has no package-info.java");
                    }
                }
            }
        }
        assertThat(wrong.stream().distinct().collect(Collectors.toList())).isEmpty();
    }
}
