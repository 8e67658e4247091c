package io.durableserver.ignite.kotlin

import com.tngtech.archunit.core.domain.JavaClasses
import com.tngtech.archunit.core.importer.ImportOption
import com.tngtech.archunit.junit.AnalyzeClasses
import com.tngtech.archunit.junit.ArchTest
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes

/** The module joins two, and has nothing of its own but words. */
@AnalyzeClasses(packages = ["io.durableserver.ignite.kotlin"], importOptions = [ImportOption.DoNotIncludeTests::class])
internal class ArchitectureTest {
    @ArchTest
    fun onlyTheTwoModulesAreKnown(imported: JavaClasses) {
        classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "io.durableserver.ignite",
                "io.durableserver.ignite.kotlin",
                "io.durableserver.kotlin",
                "io.durableserver.config",
                "java..",
                "kotlin..",
                "org.jetbrains.annotations",
            )
            .check(imported)
    }
}
