package io.durableserver.kotlin

import io.durableserver.ServerType
import io.durableserver.config.Timeouts
import io.durableserver.spi.NodeGauges
import io.durableserver.spi.RuntimeEvents
import io.durableserver.spi.RuntimeHooks
import io.durableserver.testkit.TestCluster
import io.durableserver.testkit.backend.FaultPlan
import io.durableserver.testkit.backend.FaultyBackend
import io.durableserver.testkit.backend.InMemoryBackend
import io.durableserver.testkit.backend.InMemoryStore
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList

/** Runs a test on a cluster of its own, and ends that. */
internal fun onCluster(
    vararg types: ServerType<*>,
    nodes: Int = 1,
    watch: Counter.Watch = Counter.Watch(),
    change: TestCluster.Builder.() -> Unit = {},
    test: (TestCluster) -> Unit,
) {
    TestCluster.builder()
        .nodes(nodes)
        .types(*types)
        .service(Counter.Watch::class.java, watch)
        .timeouts(Timeouts.builder().call(Duration.ofSeconds(30)).start(Duration.ofSeconds(30)).build())
        .apply(change)
        .start()
        .use(test)
}

/** A store whose writes take a while. */
internal fun TestCluster.Builder.slowStore(store: InMemoryStore) {
    faultyStore(store, FaultPlan.latency(Duration.ofMillis(40)))
}

/** A store that does what a plan says. */
internal fun TestCluster.Builder.faultyStore(store: InMemoryStore, plan: FaultPlan) {
    store(store)
    configure { config ->
        config.backend { context -> FaultyBackend(InMemoryBackend(store), plan, context.scheduler()) }
    }
}

/** The figures of the nodes it is told of. */
internal class Gauges : RuntimeEvents {
    private val nodes = CopyOnWriteArrayList<NodeGauges>()

    val pendingCalls: Int
        get() = nodes.sumOf { it.read().pendingCalls() }

    override fun happened(fact: RuntimeEvents.Fact) {}

    override fun installed(node: NodeGauges): RuntimeHooks {
        nodes += node
        return RuntimeHooks.NONE
    }
}
