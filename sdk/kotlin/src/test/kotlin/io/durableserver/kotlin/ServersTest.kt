package io.durableserver.kotlin

import io.durableserver.NotAppliedException
import io.durableserver.ServerStatus
import io.durableserver.admin.ListOptions
import io.durableserver.kotlin.Counter.Companion.TYPE
import io.durableserver.kotlin.Counter.State
import kotlin.time.Duration.Companion.seconds
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
}
