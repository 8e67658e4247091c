package io.durableserver.kotlin.testkit

import io.durableserver.kotlin.testkit.internal.VirtualLoop
import io.durableserver.testkit.TestCluster
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/**
 * Runs a test that suspends, on this thread; returns when it and the coroutines it launched have ended.
 *
 * Where the cluster has virtual time, that is the test's time as well: `delay` and `withTimeout` in the test let it
 * pass on the nodes. When all coroutines of the test wait and the nodes are quiet, as [TestCluster.advance] has it,
 * time moves on to what is next, of the nodes or of the test. What other dispatchers do is not seen: time does not wait
 * for it.
 *
 * @param timeout how long the test may take, in real time
 */
public fun TestCluster.runTest(timeout: Duration = 60.seconds, test: suspend CoroutineScope.() -> Unit) {
    if (hasVirtualTime()) {
        VirtualLoop(this, timeout).run(test)
    } else {
        runBlocking { withTimeout(timeout) { test() } }
    }
}
