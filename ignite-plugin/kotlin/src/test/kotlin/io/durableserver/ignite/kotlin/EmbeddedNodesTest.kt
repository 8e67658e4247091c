package io.durableserver.ignite.kotlin

import io.durableserver.ConfigurationException
import io.durableserver.ignite.EmbeddedNode
import io.durableserver.ignite.kotlin.page.COUNTER
import io.durableserver.kotlin.durableServersConfig
import io.durableserver.spi.BackendFactory
import java.lang.reflect.Modifier
import java.nio.file.Path
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

/** Nodes in Kotlin are those of the builder. */
class EmbeddedNodesTest {
    private val store = BackendFactory { throw UnsupportedOperationException() }
    private val work = Path.of("target", "work")

    @Test
    fun nodeIsThatOfTheBuilder() {
        val counters = durableServersConfig("counters/") { type(COUNTER).backend(store) }
        val node =
            embeddedNode("node-1") {
                workDirectory(work)
                peers("127.0.0.1:47500..47520")
                persistence(true)
                failureDetection(5.seconds)
                servers(counters)
            }
        val built =
            EmbeddedNode.builder()
                .name("node-1")
                .workDirectory(work)
                .peers("127.0.0.1:47500..47520")
                .persistence(true)
                .failureDetection(Duration.ofSeconds(5))
                .servers(counters)
                .build()
        assertThat(node).isEqualTo(built)
    }

    @Test
    fun nodeHasTheServersOfItsBlocks() {
        val node =
            embeddedNode("node-1") {
                servers("a/") { type(COUNTER).backend(store) }
                servers("b/") { type(COUNTER).backend(store) }
            }
        assertThat(node.servers().map { it.prefix() }).containsExactly("a/", "b/")
        assertThat(node.servers().flatMap { it.types() }).containsExactly(COUNTER, COUNTER)
    }

    @Test
    fun optionThatIsWrongIsNamed() {
        assertThat(assertThrows<ConfigurationException> { embeddedNode("") {} }).hasMessageContaining("name")
        assertThat(assertThrows<ConfigurationException> { embeddedNode("n") { failureDetection(1.milliseconds) } })
            .hasMessageContaining("failureDetection")
    }

    @Test
    fun apiIsWhatIsWrittenDown() {
        val api = Class.forName("io.durableserver.ignite.kotlin.EmbeddedNodesKt").declaredMethods
        assertThat(api.filter { Modifier.isPublic(it.modifiers) }.map { it.toGenericString().substringAfter("Kt.") })
            .containsExactlyInAnyOrder(
                "embeddedNode(java.lang.String,kotlin.jvm.functions.Function1<? super io.durableserver.ignite.EmbeddedNode\$Builder, kotlin.Unit>)",
                "servers(io.durableserver.ignite.EmbeddedNode\$Builder,java.lang.String,kotlin.jvm.functions.Function1<? super io.durableserver.config.DurableServersConfig\$Builder, kotlin.Unit>)",
                "failureDetection-HG0u8IE(io.durableserver.ignite.EmbeddedNode\$Builder,long)",
            )
    }
}
