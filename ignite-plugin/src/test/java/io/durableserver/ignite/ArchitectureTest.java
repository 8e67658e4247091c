package io.durableserver.ignite;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.durableserver.ignite", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
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
}
