package io.durableserver.kotlin.front

import io.durableserver.CallOptions
import io.durableserver.HandlerFailedException
import io.durableserver.NotAppliedException
import io.durableserver.OutcomeUnknownException
import io.durableserver.SyncPolicy
import io.durableserver.config.Limits
import io.durableserver.kotlin.faultyStore
import io.durableserver.kotlin.front.Scripted.State
import io.durableserver.kotlin.onCluster
import io.durableserver.kotlin.slowStore
import io.durableserver.testkit.backend.Fault
import io.durableserver.testkit.backend.FaultPlan
import io.durableserver.testkit.backend.FaultPlan.Decision
import io.durableserver.testkit.backend.InMemoryStore
import java.time.Duration
import java.util.concurrent.atomic.AtomicBoolean
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.catchThrowable
import org.assertj.core.api.Assertions.catchThrowableOfType
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test

/** What holds for the turns of a server, and for what it stores, whatever way its handlers are written in. */
internal abstract class TurnChapters(way: Way) : FrontServers(way) {
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

    @Test
    fun turnThatNobodyHandlesFailsTheOneThatAsksForIt() =
        onCluster(type) { cluster ->
            val server = cluster.server("k")
            for ((at, says) in mapOf("continuation" to "java.lang.String", "mail" to "NO_HANDLER")) {
                val failed =
                    catchThrowableOfType(HandlerFailedException::class.java) { server.call(Scripted.Astray(at)) }
                assertThat(failed).hasMessageContaining(says)
                assertThat(server.call(Scripted.Look)).isEqualTo(0)
            }
        }

    @Test
    fun callerIsAnsweredByALaterTurn() =
        onCluster(type) { cluster ->
            val server = cluster.server("k", 3)
            val answered = server.callAsync(Scripted.Wait).toCompletableFuture()
            assertThat(server.call(Scripted.AnswerAll(fails = false))).isEqualTo(3)
            assertThat(answered.join()).isEqualTo(3)
            val left = server.callAsync(Scripted.Wait).toCompletableFuture()
            catchThrowableOfType(HandlerFailedException::class.java) { server.call(Scripted.AnswerAll(fails = true)) }
            assertThat(catchThrowable { left.join() })
                .`as`("answered by a turn that failed")
                .hasCauseInstanceOf(OutcomeUnknownException::class.java)
        }

    @Test
    fun mailWaitsForATurnThatWaits() = gated { cluster, gate ->
        val server = cluster.server("k")
        val open = server.callAsync(Scripted.AddWhenLet(1)).toCompletableFuture()
        gate.awaitTurn()
        val behind = server.callAsync(Scripted.Add(10)).toCompletableFuture()
        assertThat(notApplied { server.call(Scripted.Add(100), CallOptions.timeout(Duration.ofMillis(20))) })
            .isEqualTo(NotAppliedException.Reason.DEADLINE_BEFORE_START)
        assertThat(behind).isNotDone()
        gate.open()
        assertThat(open.join()).isEqualTo(1)
        assertThat(behind.join()).isEqualTo(11)
    }

    @Test
    fun fullMailboxRefusesAndLosesNothing() =
        gated({ limits(Limits.builder().mailboxCapacity(16).build()) }) { cluster, gate ->
            val server = cluster.server("k")
            val open = server.callAsync(Scripted.AddWhenLet(0)).toCompletableFuture()
            gate.awaitTurn()
            var taken = 0
            val full =
                catchThrowableOfType(NotAppliedException::class.java) {
                    while (taken < 100) {
                        server.cast(Scripted.Bump(1))
                        taken++
                    }
                }
            assertThat(full.reason()).isEqualTo(NotAppliedException.Reason.MAILBOX_FULL)
            assertThat(notApplied { server.call(Scripted.Look) }).isEqualTo(NotAppliedException.Reason.MAILBOX_FULL)
            assertThat(taken).`as`("and the one that is next").isBetween(16, 17)
            gate.open()
            open.join()
            await().until { server.call(Scripted.Look) == taken }
        }

    // Syncs.

    @Test
    fun unchangedStateIsWrittenOnlyWhenForced() =
        onCluster(type) { cluster ->
            val server = cluster.server("k")
            server.call(Scripted.Add(1))
            val writes = cluster.info().orElseThrow().writes()
            server.call(Scripted.Store(forced = false))
            assertThat(cluster.info().orElseThrow().writes()).isEqualTo(writes)
            server.call(Scripted.Store(forced = true))
            assertThat(cluster.info().orElseThrow().writes()).isEqualTo(writes + 1)
        }

    @Test
    fun strictTypeStoresEachChangeBeforeItsReply() {
        val strict = type.syncPolicy(SyncPolicy.strict())
        onCluster(strict) { cluster ->
            val server = cluster.servers(0).ensureStarted(strict, "k", State(0))
            for (i in 1..3) {
                assertThat(server.call(Scripted.AddLoosely(1))).isEqualTo(i)
                assertThat(cluster.storedJson("k").orElseThrow()).contains(stored(i))
            }
        }
    }

    @Test
    fun turnWhoseWriteIsRefusedIsNotApplied() {
        val refuses = AtomicBoolean()
        val plan = FaultPlan { operation, key ->
            if (refuses.get() && operation.writes() && key.endsWith("/k")) Decision.of(Fault.Refused(false))
            else Decision.FINE
        }
        onCluster(type, change = { faultyStore(InMemoryStore(), plan) }) { cluster ->
            val server = cluster.server("k")
            server.call(Scripted.Add(1))
            refuses.set(true)
            assertThat(notApplied { server.call(Scripted.Add(1)) })
                .isEqualTo(NotAppliedException.Reason.STORAGE_UNAVAILABLE)
            refuses.set(false)
            assertThat(server.call(Scripted.Look)).`as`("the last good state").isEqualTo(1)
        }
    }

    @Test
    fun metadataIsShownAndStored() =
        onCluster(type) { cluster ->
            val server = cluster.server("k")
            assertThat(server.call(Scripted.Show("a"))).isEmpty()
            val shown = mapOf("text" to "a")
            assertThat(cluster.servers(0).admin().lookup("k").orElseThrow().metadata()).isEqualTo(shown)
            assertThat(cluster.info().orElseThrow().metadata()).isEqualTo(shown)
            assertThat(server.call(Scripted.Show("b"))).isEqualTo(shown)
            val failed =
                catchThrowableOfType(HandlerFailedException::class.java) {
                    server.call(Scripted.Show("x".repeat(5_000)))
                }
            assertThat(failed).hasMessageContaining("metadata")
        }

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
}
