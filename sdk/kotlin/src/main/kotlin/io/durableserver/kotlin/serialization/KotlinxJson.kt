package io.durableserver.kotlin.serialization

import io.durableserver.Codec
import io.durableserver.ConfigurationException
import java.lang.reflect.Type
import java.util.concurrent.ConcurrentHashMap
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.builtins.nullable
import kotlinx.serialization.json.Json
import kotlinx.serialization.serializer

/**
 * JSON by kotlinx.serialization, for classes that are `@Serializable`. A codec for applications that choose it, for the
 * states of a type or of a node, or for messages; they bring kotlinx-serialization-json. A class that bytes name is one
 * of a sealed type, or one that [json] was told of.
 *
 * Types are not examined when they are registered: what has no serializer fails when its first value is encoded.
 *
 * @param json its settings. Unless given, defaults are written too, so that a default that changes does not change what
 *   is stored, and unknown keys are refused
 * @param revision what nodes compare when they join: another text for other settings, see [Codec.revision]
 */
public class KotlinxJson(
    private val json: Json = Json { encodeDefaults = true },
    private val revision: String = "",
) : Codec {
    private val serializers = ConcurrentHashMap<Type, KSerializer<Any?>>()

    override fun name(): String = NAME

    override fun revision(): String = revision

    override fun encode(value: Any?, type: Type): ByteArray =
        guarded("The value cannot be encoded", type) {
            json.encodeToString(serializer(type), value).encodeToByteArray(throwOnInvalidSequence = true)
        }

    override fun decode(bytes: ByteArray, type: Type): Any? =
        guarded("The bytes are not a value of this type", type) {
            json.decodeFromString(serializer(type), bytes.decodeToString(throwOnInvalidSequence = true))
        }

    override fun toString(): String = NAME

    private fun serializer(type: Type): KSerializer<Any?> =
        serializers.computeIfAbsent(type) { json.serializersModule.serializer(it).nullable }

    /** What went wrong is told by its kind only: the library's messages quote values and input. */
    private fun <T> guarded(message: String, type: Type, work: () -> T): T =
        try {
            work()
        } catch (failure: SerializationException) {
            throw notEncodable(message, type, failure)
        } catch (failure: IllegalArgumentException) {
            throw notEncodable(message, type, failure)
        } catch (failure: CharacterCodingException) {
            throw notEncodable(message, type, failure)
        } catch (failure: StackOverflowError) {
            throw notEncodable(message, type, failure)
        }

    private fun notEncodable(message: String, type: Type, failure: Throwable) =
        ConfigurationException(
            ConfigurationException.Reason.NOT_ENCODABLE,
            message,
            mapOf("type" to type.typeName, "codec" to NAME, "problem" to failure.javaClass.simpleName),
        )

    public companion object {
        /** The name of this codec. */
        public const val NAME: String = "kotlinx-json"
    }
}
