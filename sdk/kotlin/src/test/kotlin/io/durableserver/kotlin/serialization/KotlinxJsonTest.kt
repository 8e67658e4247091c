package io.durableserver.kotlin.serialization

import io.durableserver.Call
import io.durableserver.ConfigurationException
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.serverType
import io.durableserver.testkit.TestCluster
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.Serializable
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

/** States, messages and replies go through kotlinx.serialization where an application chooses it. */
@Timeout(60)
class KotlinxJsonTest {
    @Serializable @JvmInline value class PlayerId(val text: String)

    @Serializable sealed interface Phase

    @Serializable data object Lobby : Phase

    @Serializable data class Running(val round: Int) : Phase

    @Serializable
    data class Match(
        val players: Map<String, PlayerId> = mapOf(),
        val phase: Phase = Lobby,
        private val secret: Int = 7,
    )

    @Serializable data class Join(val player: PlayerId) : Call<Match>

    @Serializable data class Find(val name: String) : Call<PlayerId?>

    @Serializable data object Phases : Call<List<Phase>>

    data class Unknown(val value: Int)

    private val codec = KotlinxJson()

    private val type =
        serverType<Match>("match") {
            call { join: Join ->
                val next = state.copy(players = state.players + (join.player.text to join.player), phase = Running(1))
                reply(next, next).sync()
            }
            query { find: Find -> state.players[find.name] }
            query { _: Phases -> listOf(Lobby, state.phase) }
        }

    @Test
    fun valuesAreThereAfterACrash() {
        TestCluster.builder()
            .nodes(2)
            .types(type.stateCodec(codec))
            .configure { it.messageCodec(codec) }
            .start()
            .use { cluster ->
                runBlocking {
                    val match = cluster.servers(0).ensure(type, "m", Match())
                    val joined = Match(mapOf("p" to PlayerId("p")), Running(1))
                    assertThat(match.ask(Join(PlayerId("p")))).isEqualTo(joined)
                    for (node in 0..1) {
                        val there = cluster.servers(node).ref(type, "m")
                        assertThat(there.ask(Find("p"))).isEqualTo(PlayerId("p"))
                        assertThat(there.ask(Find("q"))).isNull()
                        assertThat(there.ask(Phases)).containsExactly(Lobby, Running(1))
                    }
                    val crashed = cluster.crashOwnerOf(match)
                    assertThat(cluster.servers(1 - crashed).ref(type, "m").ask(Join(PlayerId("p")))).isEqualTo(joined)
                }
            }
    }

    @Test
    fun defaultsAreWrittenAndUnknownKeysAreRefused() {
        val text = codec.encode(Match(), Match::class.java).decodeToString()
        assertThat(text).contains("\"secret\":7", "\"players\":{}")
        val more = text.replaceFirst("{", "{\"more\":1,")
        assertThrows<ConfigurationException> { codec.decode(more.encodeToByteArray(), Match::class.java) }
    }

    @Test
    fun errorsNameTheTypeAndNoValue() {
        for (type in listOf(Match::class.java, Unknown::class.java)) {
            val error =
                assertThrows<ConfigurationException> { codec.decode("{\"k\":\"s3cret\"}".encodeToByteArray(), type) }
            assertThat(error.reason()).isEqualTo(ConfigurationException.Reason.NOT_ENCODABLE)
            assertThat(error.context()).containsEntry("type", type.name).containsEntry("codec", "kotlinx-json")
            assertThat(error.stackTraceToString()).doesNotContain("s3cret")
        }
        assertThrows<ConfigurationException> { codec.decode(byteArrayOf(-1, -2), Match::class.java) }
    }
}
