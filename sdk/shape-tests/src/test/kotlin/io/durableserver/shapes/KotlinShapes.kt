package io.durableserver.shapes

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue
import io.durableserver.Call
import io.durableserver.WireName
import java.math.BigDecimal
import java.time.Instant
import java.util.UUID
import kotlin.time.Duration

/** Shapes as Kotlin services write them. */
@JvmInline value class PlayerId(val value: String)

@JvmInline value class Cents(val value: Long)

@JvmInline value class Maybe(val value: String?)

@JvmInline value class Nested(val inner: PlayerId)

data class Player(val id: PlayerId)

data class Wrapped(
    val id: PlayerId,
    val cents: Cents,
    val maybe: Maybe,
    val nullable: PlayerId?,
    val absent: Cents?,
    val list: List<PlayerId>,
    val numbers: List<Cents>,
    val map: Map<String, Cents>,
    val keys: Map<PlayerId, Player>,
    val nested: Nested,
)

sealed interface Phase

data object Lobby : Phase

object Draining : Phase

data class Running(val since: Instant, val players: List<Player>) : Phase

@WireName("over") data class Finished(val winner: PlayerId?, val before: Phase?) : Phase

enum class Simple : Phase {
    PAUSED,
    @JsonEnumDefaultValue UNKNOWN,
}

sealed class Animal(val legs: Int) {
    class Dog(legs: Int, val name: String) : Animal(legs)

    data object Snake : Animal(0)
}

sealed interface Result<out T> {
    data class Ok<T>(val value: T) : Result<T>

    data class Failed(val why: String) : Result<Nothing>
}

data class Match(val phase: Phase, val history: List<Phase>, val byName: Map<String, Phase?>, val last: Result<Phase>)

data class Computed(val prices: List<Long>, val isOpen: Boolean, val URL: String, val aB: Int) {
    val total: Long
        get() = prices.sum()

    val isEmpty: Boolean
        get() = prices.isEmpty()

    val average: Double by lazy { prices.average() }
}

data class Defaults(val a: Int = 7, val b: String = "x", val c: List<Int> = emptyList(), val d: Long? = 3)

data class Absent(
    val name: String,
    val nick: String?,
    val tags: List<String>,
    val level: Int = 3,
    val id: PlayerId?,
    val cents: Cents = Cents(5),
    val inner: Inside? = Inside("i"),
)

data class Inside(val text: String, val more: Long = 1)

@JvmInline
value class Positive(val value: Int) {
    init {
        require(value > 0)
    }
}

data class Checked(val positive: Positive, val other: Positive? = null)

data class Numbers(val u: UInt, val l: ULong, val big: BigDecimal, val pair: Pair<Int, String>, val id: UUID)

class Body(val fixed: Int) {
    var counter: Int = 0
    lateinit var name: String
}

data class Times(val wait: Duration)

data class Generic<T>(val value: T, val list: List<T>)

data class Modules(internal val hidden: Int, val open: Int)

data class Find(val name: String) : Call<Player>

data object Ping : Call<Unit>

/** What cannot come back. */
data class Secret(private val secret: Int, val open: Int)

data class PrivateText(private val secret: String, val open: Int)

data class Anything(val any: Any)

data class Star(val list: List<*>)

data class Function(val run: () -> Int)

data class Sequenced(val sequence: Sequence<Int>)

data class Ranged(val range: IntRange)

data class Failure(val cause: Throwable)

data class Matching(val regex: Regex)

data class Keyed(val map: Map<Player, Int>)

class Hidden(secret: Int) {
    private val twice = 2 * secret
}

class Observed(start: Int) {
    var value: Int by kotlin.properties.Delegates.observable(start) { _, _, _ -> }
}

class Outer {
    inner class Inner(val x: Int)
}

interface Unsealed

data class Holds(val unsealed: Unsealed)

sealed interface Opened {
    open class Wide(val x: Int) : Opened
}
