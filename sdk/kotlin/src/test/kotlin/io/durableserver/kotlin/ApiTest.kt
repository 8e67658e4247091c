package io.durableserver.kotlin

import java.lang.reflect.Modifier
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.isRegularFile
import kotlin.io.path.readText
import kotlin.io.path.relativeTo
import kotlin.io.path.writeText
import kotlin.reflect.KVisibility
import kotlin.reflect.jvm.javaConstructor
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

/** What users can call is written down in `api.txt`: it changes when that file does, and not by accident. */
class ApiTest {
    private val classes = Path.of(HandlersScope::class.java.protectionDomain.codeSource.location.toURI())

    private fun publicClasses(): List<Class<*>> =
        Files.walk(classes)
            .use { files -> files.filter { it.isRegularFile() && it.extension == "class" }.toList() }
            .map { it.relativeTo(classes).joinToString(".").removeSuffix(".class") }
            .filterNot { ".internal." in it }
            .map { Class.forName(it, false, javaClass.classLoader) }
            .filter { Modifier.isPublic(it.modifiers) && !it.isSynthetic && !it.isAnonymousClass && !it.isLocalClass }
            .sortedBy { it.name }

    private fun constructors(type: Class<*>): List<String> =
        if (type.name.endsWith("Kt") || type.isAnnotation) listOf()
        else
            type.kotlin.constructors
                .filter { it.visibility == KVisibility.PUBLIC }
                .mapNotNull { it.javaConstructor?.toGenericString() }

    private fun fields(type: Class<*>): List<String> =
        type.declaredFields.filter { Modifier.isPublic(it.modifiers) }.map { it.toGenericString() }

    private fun methods(type: Class<*>): List<String> =
        type.declaredMethods
            .filter { (it.modifiers and (Modifier.PUBLIC or Modifier.PROTECTED)) != 0 }
            .filterNot { it.isBridge || it.name.startsWith("access\$") }
            .filterNot { "\$durableserver_kotlin" in it.name }
            .map { it.toGenericString() }

    @Test
    fun apiIsWhatIsWrittenDown() {
        val found =
            publicClasses().joinToString("\n") { type ->
                (listOf(type.toGenericString()) +
                        (fields(type) + constructors(type) + methods(type)).sorted().map { "  $it" })
                    .joinToString("\n", postfix = "\n")
            }
        val written = Path.of("src/test/resources/api.txt")
        Path.of("target").also { Files.createDirectories(it) }.resolve("api.txt").writeText(found)
        assertThat(found)
            .`as`("the API; if it is meant to change, copy target/api.txt to %s", written)
            .isEqualTo(written.readText())
    }
}
