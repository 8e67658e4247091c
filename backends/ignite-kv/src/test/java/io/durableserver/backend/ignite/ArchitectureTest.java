package io.durableserver.backend.ignite;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.durableserver.testkit.store.StoreRules;

@AnalyzeClasses(packages = "io.durableserver.backend.ignite", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule ONE_CLASS_KNOWS_THE_INSIDE_OF_IGNITE = noClasses()
            .that()
            .haveNameNotMatching(".*\\.IgniteInternals(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.ignite.internal..", "org.apache.ignite.spi..");

    @ArchTest
    static final ArchRule NOBODY_LOGS = StoreRules.NOBODY_LOGS;

    @ArchTest
    static final ArchRule THE_API_IS_ALL_IT_KNOWS_OF_US = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.durableserver.runtime..", "io.durableserver.ignite..", "io.durableserver.testkit..");
}
