package io.durableserver.kotlin.front

import io.durableserver.ConfigurationException
import io.durableserver.HandlerFailedException
import io.durableserver.NotAppliedException
import io.durableserver.RejectedException
import io.durableserver.ServerStatus
import io.durableserver.Termination
import io.durableserver.kotlin.front.Scripted.State
import io.durableserver.kotlin.onCluster
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowableOfType
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** What holds for a server whatever way its handlers are written in: each way passes the same tests. */
@Timeout(60)
internal abstract class FrontChapters(way: Way) : TurnChapters(way) {
    // Stops.

    @Test
    fun serverThatStopsWithAReplyIsStored() =
        onCluster(type) { cluster ->
            val server = cluster.server("k")
            assertThat(server.call(Scripted.Leave(9))).isEqualTo(9)
            await().until { cluster.whereIs(server).isEmpty }
            assertThat(cluster.storedJson("k").orElseThrow()).contains(stored(9))
            assertThat(server.call(Scripted.Look)).`as`("it comes back").isEqualTo(9)
            server.cast(Scripted.Quit)
            await().until { cluster.storedJson("k").orElseThrow().contains(stored(10)) }
        }

    @Test
    fun stopFromOutsideStoresWhatIsNotStored() =
        onCluster(type) { cluster ->
            val server = cluster.server("k")
            assertThat(server.call(Scripted.AddLoosely(4))).isEqualTo(4)
            assertThat(server.terminate(Termination.GRACEFUL)).isTrue()
            assertThat(cluster.storedJson("k").orElseThrow()).contains(stored(4))
            assertThat(cluster.servers(0).admin().info("k").orElseThrow().status())
                .isEqualTo(ServerStatus.STOPPED_GRACEFUL)
        }

    @Test
    fun everyReasonToStopLeavesItsStatus() =
        onCluster(type) { cluster ->
            val statuses =
                mapOf(
                    "normal" to ServerStatus.STOPPED_GRACEFUL,
                    "permanent" to ServerStatus.STOPPED_PERMANENT,
                    "sick" to ServerStatus.CRASHED,
                    "delete" to null,
                )
            for ((why, status) in statuses) {
                assertThat(cluster.server(why).call(Scripted.Leave(9, why))).isEqualTo(9)
                assertThat(cluster.info(why).map { it.status() }.orElse(null)).`as`(why).isEqualTo(status)
            }
        }

    @Test
    fun mailOfAServerThatStopsFindsTheNextActivation() =
        onCluster(type) { cluster ->
            val server = cluster.server("k")
            val calls =
                List(20) { server.callAsync(if (it == 3) Scripted.Leave(5) else Scripted.Look).toCompletableFuture() }
            assertThat(calls.map { it.join() }).isEqualTo(List(20) { if (it < 3) 0 else 5 })
        }

    @Test
    fun stopComesAfterTheTurnThatWaits() = gated { cluster, gate ->
        val server = cluster.server("k")
        val open = server.callAsync(Scripted.AddWhenLet(4)).toCompletableFuture()
        gate.awaitTurn()
        val stop = server.terminateAsync(Termination.GRACEFUL).toCompletableFuture()
        gate.open()
        assertThat(open.join()).isEqualTo(4)
        assertThat(stop.join()).isTrue()
        assertThat(cluster.storedJson("k").orElseThrow()).contains(stored(4))
    }

    // Errors.

    @Test
    fun replyOfAnotherTypeIsNamedAndItsTurnIsNotApplied() =
        onCluster(type) { cluster ->
            val server = cluster.server("k", 1)
            val wrong = catchThrowableOfType(ConfigurationException::class.java) { server.call(Scripted.WrongReply) }
            assertThat(wrong.reason()).isEqualTo(ConfigurationException.Reason.WRONG_REPLY_TYPE)
            assertThat(server.call(Scripted.Look)).isEqualTo(1)
        }

    @Test
    fun failedTurnChangesNothingAndTellsNobody() =
        onCluster(type) { cluster ->
            val server = cluster.server("k")
            val other = cluster.server("other")
            server.call(Scripted.Add(2))
            val failed =
                catchThrowableOfType(HandlerFailedException::class.java) { server.call(Scripted.Tell("other", "fail")) }
            assertThat(failed.errorType()).isEqualTo(IllegalStateException::class.java.name)
            assertThat(server.call(Scripted.Look)).`as`("the last good state").isEqualTo(2)
            assertThat(other.call(Scripted.Look)).isEqualTo(0)
        }

    @Test
    fun refusedMessageIsAsIfItHadNotBeen() =
        onCluster(type) { cluster ->
            val server = cluster.server("k", 1)
            val other = cluster.server("other")
            val refused =
                catchThrowableOfType(RejectedException::class.java) { server.call(Scripted.Tell("other", "refuse")) }
            assertThat(refused.code()).isEqualTo("NO")
            assertThat(server.call(Scripted.AddLoosely(1))).isEqualTo(2)
            assertThat(other.call(Scripted.Look)).isEqualTo(0)
            assertThat(server.call(Scripted.Tell("other", "answer"))).isEqualTo(2)
            await().until { other.call(Scripted.Look) == 7 }
        }

    // Starts.

    @Test
    fun startGoesOnBeforeTheFirstMessage() =
        onCluster(type) { cluster ->
            assertThat(cluster.server("k", Scripted.CONTINUES).call(Scripted.Look)).isEqualTo(Scripted.CONTINUES + 10)
        }

    @Test
    fun serverStartsOnceAndComesBack() =
        onCluster(type, nodes = 2) { cluster ->
            val nobody =
                catchThrowableOfType(NotAppliedException::class.java) {
                    cluster.servers(0).ref(type, "k").call(Scripted.Look)
                }
            assertThat(nobody.reason()).isEqualTo(NotAppliedException.Reason.NOT_FOUND)
            val server = cluster.servers(0).start(type, "k", State(1))
            val again =
                catchThrowableOfType(NotAppliedException::class.java) { cluster.servers(1).start(type, "k", State(2)) }
            assertThat(again.reason()).isEqualTo(NotAppliedException.Reason.ALREADY_STARTED)
            assertThat(server.terminate(Termination.GRACEFUL)).isTrue()
            assertThat(cluster.servers(1).ensureStarted(type, "k", State(3)).call(Scripted.Look)).isEqualTo(1)
        }

    @Test
    fun startThatIsRefusedLeavesNothing() =
        onCluster(type) { cluster ->
            val refused = catchThrowableOfType(RejectedException::class.java) { cluster.server("k", -1) }
            assertThat(refused.code()).isEqualTo("NEGATIVE")
            assertThat(cluster.server("k", 1).call(Scripted.Look)).isEqualTo(1)
        }
}

internal class JavaPlainFrontTest : FrontChapters(JavaPlain)

internal class JavaAsyncFrontTest : FrontChapters(JavaAsync)

internal class KotlinPlainFrontTest : FrontChapters(KotlinPlain)

internal class SuspendingFrontTest : FrontChapters(Suspending)
