package io.durableserver.kotlin

import io.durableserver.Call
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Shapes of Kotlin come back from the store after a crash as they were, and as replies between nodes. */
@Timeout(60)
class StoredShapesTest {
    @JvmInline value class Seat(val text: String)

    @JvmInline value class Cents(val amount: Long)

    @JvmInline value class Remark(val text: String?)

    sealed interface Phase

    data object Lobby : Phase

    data class Running(val since: Instant, val round: Int = 1) : Phase

    data class Over(val winner: Seat?, val before: Phase) : Phase

    data class Page<T>(val items: List<T>, val next: T?)

    enum class Level {
        LOW,
        HIGH,
    }

    data class Table(
        val phase: Phase = Lobby,
        val seats: Map<Seat, Cents> = mapOf(),
        val best: Cents? = null,
        val remark: Remark = Remark(null),
        val score: Pair<Int, String> = 0 to "none",
        val wait: Duration = 5.minutes,
        val numbers: List<UInt> = listOf(),
        val page: Page<Phase> = Page(listOf(), null),
        val levels: Set<Level> = setOf(),
        val note: String? = null,
    )

    data class Put(val table: Table) : Call<Unit>

    data object Get : Call<Table>

    data class Find(val seat: Seat) : Call<Cents?>

    data object First : Call<Page<Phase>>

    data class Say(val text: String?, val nothing: Boolean) : Call<Remark?>

    private val type =
        serverType<Table>("table") {
            call { put: Put -> reply(Unit, put.table).sync() }
            query { _: Get -> state }
            query { find: Find -> state.seats[find.seat] }
            suspendCall { _: First -> reply(state.page) }
            query { say: Say -> if (say.nothing) null else Remark(say.text) }
        }

    private val tables =
        listOf(
            Table(),
            Table(
                phase = Over(Seat("a"), Running(Instant.EPOCH)),
                seats = mapOf(Seat("a") to Cents(Long.MAX_VALUE), Seat("b") to Cents(0)),
                best = Cents(3),
                remark = Remark("good"),
                score = 3 to "three",
                wait = 90.minutes,
                numbers = listOf(UInt.MAX_VALUE),
                page = Page(listOf(Lobby, Running(Instant.EPOCH, 2)), Over(null, Lobby)),
                levels = setOf(Level.HIGH),
                note = "",
            ),
        )

    @Test
    fun shapesComeBackFromTheStoreAndBetweenNodes() {
        for (table in tables) {
            onCluster(type, nodes = 2) { cluster ->
                cluster.servers(0).ensureStarted(type, "k", Table(note = "first")).call(Put(table))
                for (node in 0..1) cluster.crash(node)
                for (node in 0..1) cluster.restart(node)
                for (node in 0..1) {
                    val again = cluster.servers(node).ref(type, "k")
                    assertThat(again.call(Get)).isEqualTo(table)
                    assertThat(again.call(Find(Seat("a")))).isEqualTo(table.seats[Seat("a")])
                    assertThat(again.call(First)).isEqualTo(table.page)
                }
            }
        }
    }

    /** The type argument of a call does not tell whether it may be null: such a reply cannot be refused. */
    @Test
    fun replyOfAValueClassAroundNullArrivesAsNull() {
        onCluster(type, nodes = 2) { cluster ->
            cluster.servers(0).ensureStarted(type, "k", Table())
            for (node in 0..1) {
                val ref = cluster.servers(node).ref(type, "k")
                assertThat(ref.call(Say("good", nothing = false))).isEqualTo(Remark("good"))
                assertThat(ref.call(Say(null, nothing = false))).isNull()
                assertThat(ref.call(Say(null, nothing = true))).isNull()
            }
        }
    }
}
