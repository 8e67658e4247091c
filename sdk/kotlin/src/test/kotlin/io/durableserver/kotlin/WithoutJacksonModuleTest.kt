package io.durableserver.kotlin

import io.durableserver.ConfigurationException
import io.durableserver.runtime.codec.CborCodec
import io.durableserver.runtime.codec.JsonCodec
import io.durableserver.testkit.TestCluster
import java.io.File
import java.net.URLClassLoader
import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Where Jackson's module for Kotlin is missing, a type with classes of Kotlin is refused when it is registered. */
@Timeout(60)
class WithoutJacksonModuleTest {
    /** What another class path makes of it, as texts. */
    object Registering {
        @JvmStatic
        fun outcome(): List<String> {
            val refusal =
                try {
                    TestCluster.builder().nodes(1).types(Counter.TYPE).start().close()
                    "registered"
                } catch (refused: ConfigurationException) {
                    refused.message.orEmpty()
                }
            return listOf(JsonCodec.INSTANCE.revision(), CborCodec.INSTANCE.revision(), refusal)
        }
    }

    private fun outcomeWithout(jar: String): List<*> {
        val (gone, left) = System.getProperty("java.class.path").split(File.pathSeparator).partition { jar in it }
        assertThat(gone).hasSize(1)
        // Not closed: threads of the runtime in it live on.
        val loader =
            URLClassLoader(
                left.map { Path.of(it).toUri().toURL() }.toTypedArray(),
                ClassLoader.getPlatformClassLoader(),
            )
        return loader.loadClass(Registering::class.java.name).getMethod("outcome").invoke(null) as List<*>
    }

    @Test
    fun classOfKotlinIsRefusedWithWhatIsMissing() {
        val (json, cbor, refusal) = outcomeWithout("jackson-module-kotlin")
        assertThat(listOf(json, cbor)).`as`("what nodes compare when they join").containsOnly("")
        assertThat(refusal as String)
            .contains("INVALID_TYPE", "path=State", "class of Kotlin", "durableserver-kotlin", "jackson-module-kotlin")
    }

    @Test
    fun revisionSaysThatKotlinIsThereAndInWhichForm() {
        assertThat(JsonCodec.INSTANCE.revision()).isEqualTo("kotlin-1")
        assertThat(CborCodec.INSTANCE.revision()).isEqualTo("kotlin-1")
    }
}
