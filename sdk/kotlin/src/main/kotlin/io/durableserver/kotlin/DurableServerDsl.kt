package io.durableserver.kotlin

/** Keeps the receivers of the DSL apart: inside a handler those around it are out of reach. */
@DslMarker @Target(AnnotationTarget.CLASS) public annotation class DurableServerDsl
