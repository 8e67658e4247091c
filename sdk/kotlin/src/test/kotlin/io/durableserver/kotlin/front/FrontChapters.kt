package io.durableserver.kotlin.front

import io.durableserver.HandlerFailedException
import io.durableserver.NotAppliedException
import io.durableserver.RejectedException
import io.durableserver.ServerRef
import io.durableserver.ServerStatus
import io.durableserver.Termination
import io.durableserver.kotlin.front.Scripted.State
import io.durableserver.kotlin.onCluster
import io.durableserver.kotlin.slowStore
import io.durableserver.testkit.TestCluster
import io.durableserver.testkit.backend.InMemoryStore
import java.time.Duration
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowableOfType
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** What holds for a server whatever way its handlers are written in: each way passes the same tests. */
@Timeout(60)
internal abstract class FrontChapters(way: Way) {
    private val type = Scripted.type(way)

    private fun TestCluster.server(key: String, count: Int = 0): ServerRef =
        servers(0).ensureStarted(type, key, State(count))

    private fun TestCluster.left(crashed: Int): ServerRef = servers((crashed + 1) % size()).ref(type, "k")

    private fun stored(count: Int) = "\"count\":$count}"

    // Turns.

    @Test
    fun callsAndCastsAreHandledInTheirOrder() =
        onCluster(type, nodes = 2) { cluster ->
            val server = cluster.server("k")
            val replies = List(50) { server.callAsync(Scripted.Add(1)).toCompletableFuture() }
            assertThat(replies.map { it.join() }).isEqualTo((1..50).toList())
            server.cast(Scripted.Put(3))
            assertThat(server.call(Scripted.Look)).isEqualTo(3)
        }

    @Test
    fun continuationComesBeforeOtherMail() =
        onCluster(type) { cluster ->
            val server = cluster.server("k")
            val chain = server.callAsync(Scripted.Chain).toCompletableFuture()
            val behind = server.callAsync(Scripted.Add(100)).toCompletableFuture()
            assertThat(chain.join()).isEqualTo(1)
            assertThat(behind.join()).isEqualTo(111)
        }

    @Test
    fun messageToItselfIsATurnOfItsOwn() =
        onCluster(type) { cluster ->
            val server = cluster.server("k")
            assertThat(server.call(Scripted.Send)).isEqualTo(0)
            await().until { server.call(Scripted.Look) == 1 }
        }

    @Test
    fun idleServerStopsAndStoresWhatItsTimeoutMakes() =
        onCluster(type, change = { virtualTime() }) { cluster ->
            val server = cluster.server("k")
            assertThat(server.call(Scripted.Rest(5))).isEqualTo(1)
            cluster.advance(Duration.ofMinutes(4))
            assertThat(cluster.whereIs(server)).isPresent()
            cluster.advance(Duration.ofMinutes(1))
            assertThat(cluster.whereIs(server)).isEmpty()
            assertThat(cluster.storedJson("k").orElseThrow()).contains(stored(101))
        }

    @Test
    fun serverAsksAnotherInItsTurn() =
        onCluster(type, nodes = 3) { cluster ->
            val server = cluster.server("k", 1)
            cluster.server("other", 5)
            val asks = List(10) { server.callAsync(Scripted.AddFrom("other")).toCompletableFuture() }
            assertThat(asks.map { it.join() }).isEqualTo(List(10) { 1 + 5 * (it + 1) })
            val ring = catchThrowableOfType(HandlerFailedException::class.java) { server.call(Scripted.AddFrom("k")) }
            assertThat(ring.errorType()).isEqualTo(NotAppliedException::class.java.name)
            assertThat(ring).hasMessageContaining("CALL_RING")
        }

    // Syncs.

    @Test
    fun whatIsAcknowledgedIsStored() =
        onCluster(type, change = { slowStore(InMemoryStore()) }) { cluster ->
            val server = cluster.server("k")
            for (i in 1..5) {
                val add = server.callAsync(Scripted.Add(1)).toCompletableFuture()
                assertThat(server.call(Scripted.AddLoosely(0)))
                    .`as`("waits at the gate of the turn before")
                    .isEqualTo(i)
                assertThat(cluster.storedJson("k").orElseThrow()).contains(stored(i))
                assertThat(add.join()).isEqualTo(i)
            }
        }

    @Test
    fun acknowledgedStateSurvivesACrash() =
        onCluster(type, nodes = 2) { cluster ->
            val server = cluster.server("k")
            server.call(Scripted.Add(5))
            val crashed = cluster.crashOwnerOf(server)
            assertThat(cluster.left(crashed).call(Scripted.Look)).isEqualTo(5)
        }

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

    // Errors.

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
