package io.durableserver.kotlin

import io.durableserver.DurableServers
import io.durableserver.NotAppliedException
import io.durableserver.ServerStatus
import io.durableserver.admin.ListOptions
import io.durableserver.kotlin.Counter.Companion.TYPE
import io.durableserver.kotlin.Counter.State
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.LinkedBlockingQueue
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

/** Servers are started, found and stopped by functions that suspend. */
@Timeout(60)
class ServersTest {
    @Test
    fun serverIsStartedFoundAndStopped() {
        onCluster(TYPE, nodes = 2) { cluster ->
            runBlocking {
                val servers = cluster.servers(0)
                val counter = servers.begin(TYPE, "counter", State(1))
                assertThat(assertThrows<NotAppliedException> { servers.begin(TYPE, "counter", State(2)) }.reason())
                    .isEqualTo(NotAppliedException.Reason.ALREADY_STARTED)
                assertThat(servers.ensure(TYPE, "counter", State(2)).ask(Counter.Look)).isEqualTo(1)
                assertThat(servers.find("counter")).isEqualTo(counter.find()).isNotNull()
                assertThat(servers.find("nobody")).isNull()
                assertThat(counter.stop()).isTrue()
                assertThat(counter.stop()).isFalse()
                assertThat(counter.find()).isNull()
                assertThat(counter.stored()?.status()).isEqualTo(ServerStatus.STOPPED_GRACEFUL)
                assertThat(servers.stored("nobody")).isNull()
                assertThat(servers.admin { listAsync(ListOptions.DEFAULT) }.keys()).containsExactly("counter")
                assertThat(servers.admin { exportAsync("counter") }).isPresent()
            }
        }
    }

    @Test
    fun readinessIsWaitedFor() {
        onCluster(TYPE, nodes = 2) { cluster ->
            runBlocking {
                cluster.servers(0).ready(20.seconds)
                val stopped = cluster.servers(1)
                cluster.stop(1)
                assertThat(assertThrows<NotAppliedException> { stopped.ready(20.seconds) }.reason())
                    .isEqualTo(NotAppliedException.Reason.NOT_READY)
                val counter = cluster.servers(0).ensure(TYPE, "counter", State(1))
                assertThat(counter.ask(Counter.AwaitReady)).isEqualTo("NOT_ALLOWED_HERE")
            }
        }
    }

    @Test
    fun waitForReadinessHoldsNoThreadAndEndsWithItsCoroutine() {
        onCluster(TYPE) { cluster ->
            val begun = LinkedBlockingQueue<CompletableFuture<Void>>()
            val servers =
                object : DurableServers by cluster.servers(0) {
                    override fun awaitReadyAsync(timeout: java.time.Duration): CompletionStage<Void> =
                        CompletableFuture<Void>().also(begun::add)
                }
            // One thread: while it waits for something else, nothing goes on here.
            runBlocking {
                val given = async(start = CoroutineStart.UNDISPATCHED) { servers.ready(24.hours) }
                val cancelled = async(start = CoroutineStart.UNDISPATCHED) { servers.ready(24.hours) }
                assertThat(begun).hasSize(2)
                val ready = begun.remove()
                cancelled.cancelAndJoin()
                assertThat(begun.remove()).isCancelled()
                assertThat(ready).isNotDone()
                ready.complete(null)
                given.await()
                launch { servers.ready(24.hours) }.also { it.cancel() }.join()
                assertThat(begun).`as`("one that is cancelled before it begins").isEmpty()
            }
        }
    }
}
