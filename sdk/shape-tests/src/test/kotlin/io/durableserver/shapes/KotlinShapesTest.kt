package io.durableserver.shapes

import com.fasterxml.jackson.core.type.TypeReference
import io.durableserver.Codec
import io.durableserver.ConfigurationException
import io.durableserver.NotAppliedException
import io.durableserver.runtime.codec.CborCodec
import io.durableserver.runtime.codec.JsonCodec
import io.durableserver.runtime.codec.Shapes
import io.durableserver.runtime.codec.StateReader
import io.durableserver.runtime.codec.StrictState
import java.lang.reflect.Type
import java.math.BigDecimal
import java.time.Instant
import java.util.UUID
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowableOfType
import org.junit.jupiter.api.Test

/** Kotlin's shapes come back equal, or are refused when they are registered. */
class KotlinShapesTest {
    private val codecs = listOf<Codec>(JsonCodec.INSTANCE, CborCodec.INSTANCE)

    private val phases =
        listOf(
            Lobby,
            Draining,
            Simple.PAUSED,
            Running(Instant.EPOCH, listOf(Player(PlayerId("p")))),
            Finished(PlayerId("p"), Lobby),
            Finished(null, null),
        )

    private fun through(codec: Codec, value: Any, type: Type): Any? {
        Shapes.examine(codec, type, "state")
        return codec.decode(codec.encode(value, type), type)
    }

    private fun comesBack(value: Any, type: Type = value.javaClass) {
        for (codec in codecs) {
            assertThat(through(codec, value, type)).isEqualTo(value)
        }
    }

    private fun refused(type: Type, path: String): String {
        for (codec in codecs) {
            val error =
                catchThrowableOfType(ConfigurationException::class.java) { Shapes.examine(codec, type, "state") }
            assertThat(error).`as`("%s", type).isNotNull()
            assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.INVALID_TYPE)
            assertThat(error.context()).containsEntry("path", path)
        }
        return path
    }

    @Test
    fun valueClassesComeBack() {
        val id = PlayerId("p1")
        comesBack(Player(id))
        comesBack(
            Wrapped(
                id,
                Cents(3),
                Maybe("m"),
                id,
                null,
                listOf(id, PlayerId("p2")),
                listOf(Cents(1)),
                mapOf("a" to Cents(Long.MAX_VALUE)),
                mapOf(id to Player(id)),
                Nested(id),
            )
        )
        comesBack(Wrapped(id, Cents(0), Maybe(null), null, Cents(1), listOf(), listOf(), mapOf(), mapOf(), Nested(id)))
        comesBack(id)
        comesBack(Cents(5))
    }

    @Test
    fun sealedTypesNeedNoAnnotation() {
        for (phase in phases) {
            comesBack(phase, Phase::class.java)
            for (last in listOf(Result.Ok(phase), Result.Failed("no"))) {
                comesBack(Match(phase, phases, mapOf("a" to phase, "b" to null), last))
                comesBack(last, object : TypeReference<Result<Phase>>() {}.type)
            }
        }
    }

    @Test
    fun sealedClassesKeepWhatTheyInherit() {
        for (codec in codecs) {
            val dog = through(codec, Animal.Dog(3, "Rex"), Animal::class.java) as Animal.Dog
            assertThat(dog.legs).isEqualTo(3)
            assertThat(dog.name).isEqualTo("Rex")
            assertThat(through(codec, Animal.Snake, Animal::class.java)).isSameAs(Animal.Snake)
        }
    }

    @Test
    fun objectsAreReadAsTheOneThereIs() {
        for (codec in codecs) {
            for (single in listOf(Lobby, Draining, Ping, Unit)) {
                assertThat(through(codec, single, single.javaClass)).isSameAs(single)
            }
            assertThat(through(codec, Draining, Phase::class.java)).isSameAs(Draining)
        }
    }

    @Test
    fun computedPropertiesAreNotWritten() {
        val value = Computed(listOf(1, 2), true, "u", 4)
        assertThat(value.average).isEqualTo(1.5)
        comesBack(value)
        assertThat(String(JsonCodec.INSTANCE.encode(value, Computed::class.java)))
            .isEqualTo("""{"prices":[1,2],"isOpen":true,"URL":"u","aB":4}""")
    }

    @Test
    fun numbersPairsAndGenericsComeBack() {
        comesBack(Numbers(UInt.MAX_VALUE, ULong.MAX_VALUE, BigDecimal("1.10"), 1 to "a", UUID(1, 2)))
        comesBack(Defaults(1, "y", listOf(1), null))
        comesBack(Find("x"))
        comesBack(
            Generic<Phase>(Lobby, listOf(Lobby, Simple.PAUSED)),
            object : TypeReference<Generic<Phase>>() {}.type,
        )
    }

    @Test
    fun bodiesWithVariablesComeBack() {
        val body = Body(1)
        body.counter = 2
        body.name = "n"
        for (codec in codecs) {
            val back = through(codec, body, Body::class.java) as Body
            assertThat(back).usingRecursiveComparison().isEqualTo(body)
        }
    }

    @Test
    fun durationsComeBackOrAreRefused() {
        for (wait in listOf(5.seconds, 1.milliseconds, (-3).seconds)) {
            comesBack(Times(wait))
        }
    }

    @Test
    fun nullIsNeitherZeroNorTheDefaultOfANumber() {
        for (codec in codecs) {
            val nothing = codec.encode(mapOf("a" to null), Map::class.java)
            val error =
                catchThrowableOfType(ConfigurationException::class.java) {
                    codec.decode(nothing, Defaults::class.java)
                }
            assertThat(error.context()).containsEntry("path", "a")
            assertThat(codec.decode(codec.encode(mapOf<String, Int>(), Map::class.java), Defaults::class.java))
                .isEqualTo(Defaults())
        }
    }

    private fun strictly(json: String, type: Class<*>): Any {
        val codec = JsonCodec.INSTANCE
        val reader = StateReader.of(codec)!!
        return StrictState.of(codec, reader, 1, json.toByteArray(), setOf(), mapOf()).`as`(type)
    }

    private fun misfit(json: String, type: Class<*>): String? {
        val error = catchThrowableOfType(NotAppliedException::class.java) { strictly(json, type) }
        assertThat(error).`as`(json).isNotNull()
        assertThat(error.reason()).isEqualTo(NotAppliedException.Reason.STATE_MISMATCH)
        return error.context()["path"]
    }

    @Test
    fun nullableAndDefaultMembersMayBeMissingFromAState() {
        assertThat(strictly("""{"name":"a"}""", Absent::class.java))
            .isEqualTo(Absent("a", null, listOf(), 3, null, Cents(5), Inside("i")))
        assertThat(strictly("""{"name":"a","inner":{"text":"t"}}""", Absent::class.java))
            .isEqualTo(Absent("a", null, listOf(), 3, null, Cents(5), Inside("t")))
        assertThat(strictly("""{"name":"a","inner":null,"nick":null}""", Absent::class.java))
            .isEqualTo(Absent("a", null, listOf(), 3, null, Cents(5), null))
        assertThat(misfit("""{"nick":"n"}""", Absent::class.java)).isEqualTo("name")
        assertThat(misfit("""{"name":"a","inner":{}}""", Absent::class.java)).isEqualTo("inner.text")
        assertThat(misfit("""{"name":"a","new":1}""", Absent::class.java)).isEqualTo("new")
    }

    @Test
    fun nullableAndDefaultMembersAreNamedAsOptional() {
        assertThat(StateReader.of(JsonCodec.INSTANCE)!!.optionalMembers(Absent::class.java))
            .containsExactly("cents", "id", "inner", "inner.more", "level", "nick", "tags")
        comesBack(Absent("a", "n", listOf("t"), 7, PlayerId("p"), Cents(1), null))
    }

    @Test
    fun valueClassesWithRulesComeBack() {
        comesBack(Checked(Positive(1)))
        comesBack(Checked(Positive(1), Positive(2)))
    }

    @Test
    fun enumThatHasGrownIsReadAsTheConstantNamedForIt() {
        for (codec in codecs) {
            val newer = codec.encode(listOf("Simple", "RED"), List::class.java)
            assertThat(codec.decode(newer, Phase::class.java)).isEqualTo(Simple.UNKNOWN)
        }
    }

    @Test
    fun whatCannotComeBackIsRefusedWithItsPath() {
        refused(Secret::class.java, "Secret.secret")
        refused(PrivateText::class.java, "PrivateText.secret")
        refused(Anything::class.java, "Anything.any")
        refused(Star::class.java, "Star.list[]")
        refused(Function::class.java, "Function.run")
        refused(Sequenced::class.java, "Sequenced.sequence")
        refused(Failure::class.java, "Failure.cause")
        refused(Keyed::class.java, "Keyed.map{key}")
        refused(Holds::class.java, "Holds.unsealed")
        refused(Opened::class.java, "Opened")
        refused(Outer.Inner::class.java, "Inner")
        refused(Hidden::class.java, "Hidden.secret")
        refused(Observed::class.java, "Observed.start")
        refused(object : TypeReference<Generic<Any>>() {}.type, "Generic.value")
        refused(Generic::class.java, "Generic.value")
    }
}
