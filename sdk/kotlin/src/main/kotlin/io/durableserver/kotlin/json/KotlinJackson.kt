package io.durableserver.kotlin.json

import com.fasterxml.jackson.databind.Module
import com.fasterxml.jackson.module.kotlin.KotlinFeature
import com.fasterxml.jackson.module.kotlin.kotlinModule
import io.durableserver.runtime.codec.CodecLanguage
import java.lang.reflect.Constructor
import java.util.Optional
import kotlin.reflect.full.primaryConstructor
import kotlin.reflect.jvm.kotlinFunction

/**
 * Kotlin in the codecs: data classes, value classes, objects, default values and what may be null. Found as a service.
 */
public class KotlinJackson : CodecLanguage {
    override fun name(): String = "kotlin"

    /** An `object` is read as the one there is; a duration as one of Java; names as they are written in Kotlin. */
    override fun module(): Optional<Module> =
        try {
            Optional.of(
                kotlinModule {
                    enable(KotlinFeature.SingletonSupport)
                    enable(KotlinFeature.UseJavaDurationConversion)
                    enable(KotlinFeature.KotlinPropertyNameAsImplicitName)
                }
            )
        } catch (_: NoClassDefFoundError) {
            Optional.empty() // applications with a codec of their own leave jackson-module-kotlin out
        }

    /**
     * A constructor that takes value classes has another signature for Java, which Kotlin's reflection does not find:
     * it is the primary one, with the same parameters in the same order.
     */
    override fun mayBeMissing(constructor: Constructor<*>, parameter: Int): Boolean {
        val type = constructor.declaringClass
        if (!type.isAnnotationPresent(Metadata::class.java)) {
            return false
        }
        val function = constructor.kotlinFunction ?: type.kotlin.primaryConstructor ?: return false
        val declared = function.parameters[parameter]
        return declared.isOptional || declared.type.isMarkedNullable
    }
}
