package io.durableserver.backend.s3;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;

/** What a store on S3 may know and do. */
@AnalyzeClasses(packages = "io.durableserver.backend.s3", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_API_IS_ALL_IT_KNOWS_OF_US = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.net.ssl",
                    "org.jspecify..",
                    "org.slf4j",
                    "com.fasterxml.jackson.core..",
                    "software.amazon.awssdk..",
                    "com.github.benmanes.caffeine.cache",
                    "com.github.luben.zstd",
                    "io.durableserver",
                    "io.durableserver.spi",
                    "io.durableserver.backend.s3");

    /** Users who do not choose it do not have it. */
    @ArchTest
    static final ArchRule ONE_CLASS_KNOWS_THE_OPTIONAL_LIBRARY = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.durableserver.backend.s3.Encoding$Zstd")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.github.luben.zstd..");

    /** Its default for what it does in the background is the common pool. */
    @ArchTest
    static final ArchRule ONE_CLASS_MAKES_CACHES = noClasses()
            .that()
            .doNotHaveSimpleName("ObjectCache")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.github.benmanes.caffeine..");

    @ArchTest
    static final ArchRule ONE_CLASS_MAKES_THREADS = noClasses()
            .that()
            .doNotHaveSimpleName("Threads")
            .should()
            .callConstructorWhere(target(Thread.class, Set.of("<init>")))
            .orShould()
            .callConstructorWhere(target(ExecutorService.class, Set.of("<init>")))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Executors.class);

    /** Time and pauses come from the node, which a simulator may be. */
    @ArchTest
    static final ArchRule NOBODY_READS_CLOCKS_OR_SLEEPS = noClasses()
            .should()
            .callMethodWhere(target(System.class, Set.of("nanoTime", "currentTimeMillis")))
            .orShould()
            .callMethodWhere(target(Thread.class, Set.of("sleep")));

    @ArchTest
    static final ArchRule NOBODY_USES_A_DEFAULT_EXECUTOR = noClasses()
            .should()
            .callMethodWhere(asyncWithoutExecutor())
            .orShould()
            .callMethodWhere(target(CompletableFuture.class, Set.of("orTimeout", "completeOnTimeout")))
            .orShould()
            .callMethodWhere(target(ForkJoinPool.class, Set.of("commonPool")));

    @ArchTest
    static final ArchRule NOBODY_WAITS_FOR_A_STAGE =
            noClasses().should().callMethodWhere(target(CompletableFuture.class, Set.of("join", "get")));

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
