package io.durableserver.backend.s3;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.durableserver.testkit.store.StoreRules;

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
                    "com.fasterxml.jackson.core..",
                    "software.amazon.awssdk..",
                    "com.github.benmanes.caffeine.cache",
                    "com.github.luben.zstd",
                    "io.durableserver",
                    "io.durableserver.config",
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
    static final ArchRule ONE_CLASS_MAKES_THREADS = StoreRules.onlyTheseMakeThreads("Threads");

    @ArchTest
    static final ArchTests STORE = ArchTests.in(StoreRules.class);
}
