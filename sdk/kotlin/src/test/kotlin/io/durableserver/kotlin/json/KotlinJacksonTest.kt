package io.durableserver.kotlin.json

import io.durableserver.Call
import io.durableserver.ConfigurationException
import io.durableserver.kotlin.serverType
import io.durableserver.testkit.TestCluster
import java.lang.reflect.Constructor
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

/** What Kotlin says of its constructors, and Java does not see. */
@Timeout(60)
class KotlinJacksonTest {
    @JvmInline value class Seat(val text: String)

    @JvmInline value class Note(val text: String?)

    @JvmInline value class Remark(val note: Note)

    class Ticket(val seat: Seat) {
        constructor(seat: Seat, row: Int, note: String?, level: Int = 3) : this(seat)
    }

    data class Plain(val seat: Seat?, val note: Note, val notes: List<Note>, val row: Int?)

    data class Direct(val open: Int, val note: Note?)

    data class Wrapped(val remark: Remark?)

    data class Elements(val notes: Map<String, List<Note?>>)

    data class Ask(val note: Note?) : Call<Int>

    private val language = KotlinJackson()

    private fun constructor(type: Class<*>, vararg parameters: Class<*>): Constructor<*> =
        type.declaredConstructors.single { it.parameterTypes.contentEquals(parameters) }

    @Test
    fun eachConstructorThatTakesValueClassesIsKnown() {
        val text = String::class.java
        val int = Int::class.java
        val secondary = constructor(Ticket::class.java, text, int, text, int)
        assertThat(List(4) { language.mayBeMissing(secondary, it) }).containsExactly(false, false, true, true)
        assertThat(language.mayBeMissing(constructor(Ticket::class.java, text), 0)).isFalse()
        assertThat(language.mayBeMissing(constructor(text, text), 0)).`as`("of Java").isFalse()
    }

    private inline fun <reified S : Any> refusedAt(): String? =
        assertThrows<ConfigurationException> {
                TestCluster.builder().nodes(1).types(serverType<S>("shapes") {}).start().close()
            }
            .also { assertThat(it).hasMessageContaining("may be null, and so may what its value class holds") }
            .context()["path"]
            .toString()

    @Test
    fun nullOfAValueClassThatMayHoldNullIsRefused() {
        assertThat(refusedAt<Direct>()).isEqualTo("Direct.note")
        assertThat(refusedAt<Wrapped>()).isEqualTo("Wrapped.remark")
        assertThat(refusedAt<Elements>()).isEqualTo("Elements.notes")
        val asking = serverType<Plain>("shapes") { call { _: Ask -> reply(1) } }
        val refused =
            assertThrows<ConfigurationException> { TestCluster.builder().nodes(1).types(asking).start().close() }
        assertThat(refused.context()["path"]).isEqualTo("Ask.note")
        val plain = serverType<Plain>("shapes") {}
        TestCluster.builder().nodes(1).types(plain).start().use { assertThat(it.size()).isEqualTo(1) }
    }
}
