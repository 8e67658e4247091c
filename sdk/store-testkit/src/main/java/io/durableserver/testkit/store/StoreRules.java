package io.durableserver.testkit.store;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;

/**
 * What the code of a store that leaves time and threads to its node does not do, as rules for ArchUnit, which must be on the
 * class path:
 *
 * <pre>{@code
 * @ArchTest
 * static final ArchTests STORE = ArchTests.in(StoreRules.class);
 * }</pre>
 */
public final class StoreRules {
    /** Time and pauses come from the node, which a simulator may be. */
    @ArchTest
    public static final ArchRule NOBODY_READS_CLOCKS_OR_SLEEPS = noClasses()
            .should()
            .callMethodWhere(target(System.class, Set.of("nanoTime", "currentTimeMillis")))
            .orShould()
            .callMethodWhere(target(Thread.class, Set.of("sleep")));

    /** On small machines it starts a thread for each stage. */
    @ArchTest
    public static final ArchRule NOBODY_USES_A_DEFAULT_EXECUTOR = noClasses()
            .should()
            .callMethodWhere(asyncWithoutExecutor())
            .orShould()
            .callMethodWhere(target(CompletableFuture.class, Set.of("orTimeout", "completeOnTimeout")))
            .orShould()
            .callMethodWhere(target(ForkJoinPool.class, Set.of("commonPool")));

    /** Threads of the node, or of the store's client, would stand still. */
    @ArchTest
    public static final ArchRule NOBODY_WAITS_FOR_A_STAGE =
            noClasses().should().callMethodWhere(target(CompletableFuture.class, Set.of("join", "get")));

    /** What happens is told to the node, with {@code BackendFactory.Context.tell}: it writes the log, and its listeners hear of it too. */
    @ArchTest
    public static final ArchRule NOBODY_LOGS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.slf4j..", "java.util.logging..", "org.apache.logging..", "org.apache.commons.logging..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.System\\$Logger.*|org\\.apache\\.ignite\\.IgniteLogger")
            .orShould()
            .callMethodWhere(target(Throwable.class, Set.of("printStackTrace")))
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    private StoreRules() {}

    /** No class but those with these simple names makes threads. */
    public static ArchRule onlyTheseMakeThreads(String... simpleNames) {
        Set<String> allowed = Set.of(simpleNames);
        return noClasses()
                .that(DescribedPredicate.describe(
                        "are none of " + allowed, type -> !allowed.contains(type.getSimpleName())))
                .should()
                .callConstructorWhere(target(Thread.class, Set.of("<init>")))
                .orShould()
                .callConstructorWhere(target(ExecutorService.class, Set.of("<init>")))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executors.class);
    }

    /** No more source files than this need each other, directly or by others. */
    public static ArchRule noKnotsOfMoreThan(int files) {
        return classes().should(new FileKnots(files));
    }

    private static DescribedPredicate<JavaCall<?>> target(Class<?> owner, Set<String> names) {
        return DescribedPredicate.describe(
                owner.getSimpleName() + "." + names,
                call -> call.getTargetOwner().isAssignableTo(owner) && names.contains(call.getName()));
    }

    private static DescribedPredicate<JavaCall<?>> asyncWithoutExecutor() {
        return DescribedPredicate.describe(
                "an Async method without an executor",
                call -> call.getTargetOwner().isAssignableTo(CompletionStage.class)
                        && call.getName().endsWith("Async")
                        && call.getTarget().getRawParameterTypes().stream()
                                .noneMatch(type -> type.isEquivalentTo(Executor.class)));
    }
}
