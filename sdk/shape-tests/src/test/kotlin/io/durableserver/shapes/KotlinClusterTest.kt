package io.durableserver.shapes

import io.durableserver.Call
import io.durableserver.ConfigurationException
import io.durableserver.DurableServer
import io.durableserver.Handlers
import io.durableserver.Next
import io.durableserver.ServerType
import io.durableserver.testkit.TestCluster
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowableOfType
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** What is acknowledged to a Kotlin service is there after a crash, or its type is refused. */
@Timeout(60)
class KotlinClusterTest {
    data class State(val players: Map<String, Player>, val phase: Phase, val history: List<Phase>)

    data class Join(val player: Player) : Call<Int>

    data class Enter(val phase: Phase) : Call<Phase>

    data object Look : Call<State>

    class Match : DurableServer<State>() {
        override fun handlers(on: Handlers<State>) {
            on.call(Join::class.java) { state, join ->
                val next = state.copy(players = state.players + (join.player.id.value to join.player))
                Next.reply(next.players.size, next).sync()
            }
            on.call(Enter::class.java) { state, enter ->
                Next.reply(state.phase, state.copy(phase = enter.phase, history = state.history + state.phase)).sync()
            }
            on.call(Look::class.java) { state, _ -> Next.reply(state, state) }
        }
    }

    class Hides : DurableServer<Secret>() {
        override fun handlers(on: Handlers<Secret>) {}
    }

    private val type = ServerType.of("match", State::class.java) { Match() }

    @Test
    fun valueClassesAndSealedTypesAreThereAfterACrash() {
        TestCluster.builder().nodes(2).types(type).start().use { cluster ->
            val match = cluster.servers(1).ensureStarted(type, "m", State(mapOf(), Lobby, listOf()))
            assertThat(match.call(Join(Player(PlayerId("p1"))))).isEqualTo(1)
            assertThat(match.call(Enter(Simple.PAUSED))).isEqualTo(Lobby)
            assertThat(match.call(Enter(Finished(PlayerId("p1"), Draining)))).isEqualTo(Simple.PAUSED)
            for (node in 0..1) {
                cluster.crash(node)
            }
            for (node in 0..1) {
                cluster.restart(node)
            }
            assertThat(cluster.servers(0).ref(type, "m").call(Look))
                .isEqualTo(
                    State(
                        mapOf("p1" to Player(PlayerId("p1"))),
                        Finished(PlayerId("p1"), Draining),
                        listOf(Lobby, Simple.PAUSED),
                    )
                )
        }
    }

    @Test
    fun privatePropertyIsRefusedWhenTheNodeStarts() {
        val hides = ServerType.of("hides", Secret::class.java) { Hides() }
        val error =
            catchThrowableOfType(ConfigurationException::class.java) {
                TestCluster.builder().nodes(1).types(hides).start().close()
            }
        assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.INVALID_TYPE)
        assertThat(error.context()).containsEntry("path", "Secret.secret")
    }
}
