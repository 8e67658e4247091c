package io.durableserver.kotlin.json

import com.fasterxml.jackson.databind.Module
import com.fasterxml.jackson.module.kotlin.KotlinFeature
import com.fasterxml.jackson.module.kotlin.kotlinModule
import io.durableserver.runtime.codec.CodecLanguage
import java.lang.reflect.Constructor
import java.util.Optional
import kotlin.jvm.internal.DefaultConstructorMarker
import kotlin.reflect.KClass
import kotlin.reflect.KFunction
import kotlin.reflect.KParameter
import kotlin.reflect.KType
import kotlin.reflect.full.primaryConstructor
import kotlin.reflect.jvm.kotlinFunction

/**
 * Kotlin in the codecs: data classes, value classes, objects, default values and what may be null. Found as a service.
 */
public class KotlinJackson : CodecLanguage {
    override fun name(): String = "kotlin"

    override fun revision(): Int = 1

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

    override fun mayBeMissing(constructor: Constructor<*>, parameter: Int): Boolean {
        val declared = declaration(constructor, parameter) ?: return false
        return declared.isOptional || declared.type.isMarkedNullable
    }

    override fun refusal(constructor: Constructor<*>, parameter: Int): Optional<String> {
        val type = declaration(constructor, parameter)?.type ?: return Optional.empty()
        return if (type.hasTwoNulls())
            Optional.of(
                "$type may be null, and so may what its value class holds: which of them was null is not written. " +
                    "Let one of them be without null"
            )
        else Optional.empty()
    }

    private fun declaration(constructor: Constructor<*>, parameter: Int): KParameter? =
        if (constructor.declaringClass.isAnnotationPresent(Metadata::class.java))
            (constructor.kotlinFunction ?: inKotlin(constructor))?.parameters?.get(parameter)
        else null

    /**
     * A constructor that takes value classes is hidden from Java; Kotlin's reflection knows it by the one beside it
     * that takes a marker as well.
     */
    private fun inKotlin(hidden: Constructor<*>): KFunction<*>? {
        val marked = hidden.parameterTypes + DefaultConstructorMarker::class.java
        return hidden.declaringClass.declaredConstructors
            .find { it.parameterTypes.contentEquals(marked) }
            ?.kotlinFunction
    }

    private fun KType.hasTwoNulls(): Boolean =
        (isMarkedNullable && held(this)?.mayBeNull() == true) || arguments.any { it.type?.hasTwoNulls() == true }

    private fun KType.mayBeNull(): Boolean = isMarkedNullable || held(this)?.mayBeNull() == true

    /** The type of what a value class holds; null for other classes. */
    private fun held(type: KType): KType? =
        (type.classifier as? KClass<*>)?.takeIf { it.isValue }?.primaryConstructor?.parameters?.single()?.type
}
