package io.durableserver.shapes

import com.fasterxml.jackson.databind.module.SimpleModule
import io.durableserver.Call
import io.durableserver.Cast
import io.durableserver.DurableServer
import io.durableserver.Handlers
import io.durableserver.Next
import io.durableserver.Protocol
import io.durableserver.RejectedException
import io.durableserver.ServerContext
import io.durableserver.ServerType
import io.durableserver.StopReason
import io.durableserver.Termination
import io.durableserver.TypedRef
import io.durableserver.TypedServerType
import io.durableserver.runtime.codec.CborCodec
import io.durableserver.runtime.codec.JsonCodec
import io.durableserver.testkit.TestCluster
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Messages that may answer null, sealed messages with one `when`, handlers with the context, and typed references. */
@Timeout(60)
class KotlinTypedTest {
    data class State(val players: Map<String, Player> = mapOf(), val log: List<String> = listOf())

    sealed interface Message : Protocol<Message>

    data class Join(val player: Player) : Message, Call<Int>

    data class Find(val id: String) : Message, Call<Player?>

    data object Where : Message, Call<String>

    data class Note(val text: String) : Message, Cast

    data object Log : Message, Call<List<String>>

    data object Tick : Message

    class Match : DurableServer<State>() {
        override fun handlers(on: Handlers<State>) {
            on.any(Message::class.java) { state, message, context -> handle(state, message, context) }
            on.query(Find::class.java) { state, find -> state.players[find.id] }
            on.call(Where::class.java) { state, _, context -> Next.reply(context.key(), state) }
            on.timeout { state -> Next.stop(StopReason.normal(), state) }
        }

        private fun handle(state: State, message: Message, context: ServerContext): Next<State> =
            when (message) {
                is Join -> {
                    val next = state.copy(players = state.players + (message.player.id.value to message.player))
                    Next.reply(next.players.size, next).sync()
                }
                is Note -> Next.state(state.copy(log = state.log + message.text)).also { context.send(Tick) }
                is Log -> Next.reply(state.log, state)
                is Tick -> Next.state(state.copy(log = state.log + "tick"))
                is Find,
                is Where -> throw RejectedException("NOT_HERE", "they have handlers of their own")
            }
    }

    /** All forms a Kotlin service may write; they only have to compile. */
    class Forms : DurableServer<State>() {
        override fun handlers(on: Handlers<State>) {
            on.call(Find::class.java) { state, find -> Next.reply(state.players[find.id], state) }
            on.query(Log::class.java) { state, _, context -> state.log + context.key() }
            on.callDeferred(Where::class.java) { state, _, to, context ->
                to.reply(context.key())
                Next.state(state)
            }
            on.cast(Note::class.java) { state, note, context ->
                Next.state(state.copy(log = listOf(note.text, context.key())))
            }
            on.info(Tick::class.java) { state, _, _ -> Next.state(state) }
            on.continuation(Tick::class.java) { state, _ -> Next.state(state) }
            on.timeout { state, context -> Next.state(state.copy(log = listOf(context.key()))) }
            on.any(Message::class.java, ::wide)
        }

        private fun wide(state: State, message: Message): Next<State> =
            if (message is Join) Next.reply(1, state) else Next.state(state)
    }

    private val type: TypedServerType<State, Message> =
        ServerType.of("typed", State::class.java) { Match() }.messages(Message::class.java).version(2)

    @Test
    fun typedReferencesAnswerAcrossNodes() {
        TestCluster.builder().nodes(2).types(type).start().use { cluster ->
            val first: TypedRef<Message> = cluster.servers(0).ensureStarted(type, "m", State())
            val size: Int = first.call(Join(Player(PlayerId("p1"))))
            assertThat(size).isEqualTo(1)
            for (node in 0..1) {
                val match = cluster.servers(node).ref(type, "m")
                val found: Player? = match.call(Find("p1"))
                assertThat(found).isEqualTo(Player(PlayerId("p1")))
                val missing: Player? = match.callAsync(Find("p2")).toCompletableFuture().get()
                assertThat(missing).isNull()
                assertThat(match.call(Where)).isEqualTo("m")
                match.cast(Note("from $node"))
                assertThat(match.call(Log)).contains("from $node")
            }
            assertThat(first.terminate(Termination.GRACEFUL)).isTrue()
        }
    }

    @Test
    fun revisionOfTheCodecsSaysThatKotlinIsThere() {
        assertThat(JsonCodec.INSTANCE.revision()).isEqualTo("kotlin-1")
        assertThat(CborCodec.with(SimpleModule("money")).revision()).isEqualTo("kotlin-1+with money")
    }

    @Test
    fun allFormsAreRegistered() {
        val forms = ServerType.of("forms", State::class.java) { Forms() }.messages(Message::class.java)
        TestCluster.builder().nodes(1).types(forms).start().use { cluster ->
            val ref = cluster.servers(0).ensureStarted(forms, "f", State(log = listOf("a")))
            assertThat(ref.call(Log)).containsExactly("a", "f")
            assertThat(ref.call(Where)).isEqualTo("f")
            assertThat(ref.call(Find("nobody"))).isNull()
            assertThat(ref.call(Join(Player(PlayerId("p"))))).isEqualTo(1)
        }
    }
}
