package io.durableserver.kotlin

import com.tngtech.archunit.base.DescribedPredicate.describe
import com.tngtech.archunit.base.DescribedPredicate.not
import com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage
import com.tngtech.archunit.core.domain.JavaClasses
import com.tngtech.archunit.core.importer.ImportOption
import com.tngtech.archunit.junit.AnalyzeClasses
import com.tngtech.archunit.junit.ArchTest
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.readLines
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** The module stands on the API of Java alone, but for its codecs and its turns. */
@AnalyzeClasses(packages = ["io.durableserver.kotlin"], importOptions = [ImportOption.DoNotIncludeTests::class])
internal class ArchitectureTest {
    @ArchTest
    fun onlyTheCodecsKnowJackson(classes: JavaClasses) {
        noClasses()
            .that()
            .resideOutsideOfPackage("io.durableserver.kotlin.json")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.durableserver.runtime.codec..", "com.fasterxml..", "kotlin.reflect.full..")
            .check(classes)
    }

    @ArchTest
    fun onlyTheCodecsAndTheTurnsKnowTheRuntime(classes: JavaClasses) {
        noClasses()
            .that()
            .resideOutsideOfPackages("io.durableserver.kotlin.json", "io.durableserver.kotlin.internal")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.durableserver.runtime..")
            .check(classes)
        noClasses()
            .that()
            .resideInAPackage("io.durableserver.kotlin.internal")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.durableserver.runtime..")
                    .and(not(resideInAPackage("io.durableserver.runtime.turn")))
            )
            .check(classes)
    }

    @ArchTest
    fun onlyItsCodecKnowsKotlinxSerialization(classes: JavaClasses) {
        noClasses()
            .that()
            .resideOutsideOfPackage("io.durableserver.kotlin.serialization")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("kotlinx.serialization..")
            .check(classes)
    }

    @ArchTest
    fun onlyTheTestkitKnowsTheTestkit(classes: JavaClasses) {
        noClasses()
            .that()
            .resideOutsideOfPackage("io.durableserver.kotlin.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.durableserver.testkit..", "io.durableserver.kotlin.testkit..")
            .check(classes)
    }

    @ArchTest
    fun nothingBlocksOrHasThreadsOfItsOwn(classes: JavaClasses) {
        noClasses()
            .that()
            .resideOutsideOfPackage("io.durableserver.kotlin.testkit..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("kotlinx.coroutines.GlobalScope")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("kotlinx.coroutines.Dispatchers")
            .orShould()
            .callMethodWhere(describe("runBlocking") { it.name.startsWith("runBlocking") })
            .check(classes)
    }

    @ArchTest
    fun packagesMakeNoCircle(classes: JavaClasses) {
        slices().matching("io.durableserver.(**)").should().beFreeOfCycles().check(classes)
    }

    @Test
    fun filesAreShort() {
        val long =
            Files.walk(Path.of("src")).use { files ->
                files.filter { it.extension == "kt" && it.readLines().size > 400 }.toList()
            }
        assertThat(long).isEmpty()
    }
}
