package io.durableserver.kotlin.front

import io.durableserver.NotAppliedException
import io.durableserver.ServerRef
import io.durableserver.kotlin.front.Scripted.State
import io.durableserver.kotlin.onCluster
import io.durableserver.testkit.TestCluster
import org.assertj.core.api.Assertions.catchThrowableOfType

/** Servers whose handlers are written in one way, and what tests ask of them. */
internal abstract class FrontServers(way: Way) {
    protected val type = Scripted.type(way)

    protected fun TestCluster.server(key: String, count: Int = 0): ServerRef =
        servers(0).ensureStarted(type, key, State(count))

    protected fun TestCluster.left(crashed: Int): ServerRef = servers((crashed + 1) % size()).ref(type, "k")

    protected fun stored(count: Int) = "\"count\":$count}"

    protected fun TestCluster.info(key: String = "k") = servers(0).admin().info(key)

    protected fun gated(change: TestCluster.Builder.() -> Unit = {}, test: (TestCluster, Scripted.Gate) -> Unit) {
        val gate = Scripted.Gate()
        onCluster(
            type,
            change = {
                service(Scripted.Gate::class.java, gate)
                change()
            },
        ) { cluster ->
            try {
                test(cluster, gate)
            } finally {
                gate.open()
            }
        }
    }

    protected fun notApplied(call: () -> Unit): NotAppliedException.Reason =
        catchThrowableOfType(NotAppliedException::class.java) { call() }.reason()
}
