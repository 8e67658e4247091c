package io.durableserver.backend.mirror;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.durableserver.testkit.store.StoreRules;

/** What the mirror may know and do. */
@AnalyzeClasses(packages = "io.durableserver.backend.mirror", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_API_IS_ALL_IT_KNOWS_OF_US = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "org.slf4j",
                    "com.fasterxml.jackson.core..",
                    "io.durableserver",
                    "io.durableserver.config",
                    "io.durableserver.spi",
                    "io.durableserver.backend.mirror");

    @ArchTest
    static final ArchRule NOBODY_MAKES_THREADS = StoreRules.onlyTheseMakeThreads();

    @ArchTest
    static final ArchTests STORE = ArchTests.in(StoreRules.class);
}
