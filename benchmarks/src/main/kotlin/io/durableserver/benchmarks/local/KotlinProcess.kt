package io.durableserver.benchmarks.local

import io.durableserver.CallOptions
import io.durableserver.benchmarks.load.Heap
import io.durableserver.benchmarks.local.PairedCalls.Way
import io.durableserver.benchmarks.node.ChildMain
import io.durableserver.benchmarks.node.Counter
import io.durableserver.benchmarks.node.SoloNode
import io.durableserver.benchmarks.report.Check
import io.durableserver.benchmarks.report.Machine
import io.durableserver.benchmarks.report.Row
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import kotlin.system.exitProcess
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asExecutor

private const val JAVA = "handler in Java"
private const val KOTLIN = "handler in Kotlin"

/** What handlers in Kotlin cost beside those in Java, in a JVM of their own. */
internal class KotlinProcess private constructor(private val quick: Boolean) {
    private val calls = PairedCalls(quick)

    private fun plain(node: SoloNode) {
        val inPlace =
            calls.inPlace(
                Way(node.countersInPlace(1)[0], ADD),
                Way(node.counters(KotlinCounter.IN_PLACE, 1)[0], ADD),
            )
        beside("plain handler, in place", LocalSuite.IN_PLACE, inPlace)
        val handedOver =
            calls.handedOver(Way(node.counters(1)[0], ADD), Way(node.counters(KotlinCounter.TYPE, 1)[0], ADD))
        beside("plain handler, handed over", LocalSuite.OURS, handedOver)
    }

    private fun beside(scenario: String, subject: String, batches: PairedBatches) {
        LocalProcess.tell(batches.other(scenario, "$subject, $KOTLIN"))
        LocalProcess.tell(batches.plain(scenario, "$subject, $JAVA"))
        LocalProcess.check(Check.atMost("$scenario: CPU in Kotlin, of that in Java", batches.ratio(), PLAIN_RATIO))
    }

    /** A handler that goes to another dispatcher and comes back, in hops from one executor to another. */
    private fun suspending(node: SoloNode) {
        val counter = node.counters(KotlinCounter.TYPE, 1)[0]
        val turns = calls.handedOver(Way(counter, ADD), Way(counter, Counter.IncrementAsync(1)))
        val hops = calls.others({}, ::hop)
        val scenario = "there and back in a turn, handed over"
        LocalProcess.tell(turns.other(scenario, "${LocalSuite.OURS}, suspending $KOTLIN"))
        LocalProcess.tell(turns.plain(scenario, "${LocalSuite.OURS}, plain $KOTLIN"))
        LocalProcess.tell(hops.other(scenario, "limit: one hop from executor to executor"))
        LocalProcess.check(
            Check.atMost("$scenario: CPU more, in hops", turns.microsMore() / hops.microsMore(), SUSPENDING_HOPS)
        )
    }

    /** From one executor to another and back, each time when the one before is done. */
    private fun hop() {
        val first = CompletableFuture<Int>()
        var last = first
        for (hop in 1..PairedCalls.BATCH) {
            last = last.thenApplyAsync({ it + 1 }, if (hop % 2 == 0) BACK else THERE)
        }
        first.complete(0)
        check(last.join() == PairedCalls.BATCH)
    }

    private fun suspended(node: SoloNode) {
        val count = if (quick) 5_000 else 100_000
        // References are garbage at once, as those of an application that asks and forgets.
        node.counters(KotlinCounter.TYPE, count)
        fun server(number: Int) = node.servers().ref(KotlinCounter.TYPE, "${KotlinCounter.TYPE.name()}-$number")
        repeat(count) { server(it).callAsync(Counter.Get()).toCompletableFuture().join() }
        val before = Heap.used()
        val threads = Thread.activeCount()
        val patient = CallOptions.timeout(Duration.ofMinutes(30))
        val turns = List(count) { server(it).callAsync(Counter.Wait(), patient).toCompletableFuture() }
        val bytes = (Heap.used() - before) / count.toDouble()
        val more = Thread.activeCount() - threads
        val early = turns.count { it.isDone }
        KotlinCounter.release()
        turns.forEach { it.join() }
        val none = Double.NaN
        val scenario = "%,d suspended turns".format(count)
        val subject = "${LocalSuite.OURS}, $KOTLIN, each with the stage that its caller holds"
        LocalProcess.tell(Row(scenario, subject, count.toLong(), none, none, none, none, bytes, Machine.load()))
        LocalProcess.check(Check.atMost("threads that suspended turns hold", more.toDouble(), 0.0))
        LocalProcess.check(Check.exactly("suspended turns that ended before they were released", early.toLong(), 0))
    }

    companion object {
        /** What a plain handler may cost at most, in costs of the same one in Java. */
        private const val PLAIN_RATIO = 1.1

        /** What a turn that goes to another dispatcher and comes back may cost more, in hops. */
        private const val SUSPENDING_HOPS = 2.0

        private val ADD = Counter.Increment(1)
        private val THERE = Dispatchers.Default.asExecutor()
        private val BACK = Executors.newSingleThreadExecutor { Thread(it, "bench-executor").apply { isDaemon = true } }

        /** Argument: `true` for quick. */
        @JvmStatic
        fun main(arguments: Array<String>) {
            val process = KotlinProcess(arguments[0].toBoolean())
            SoloNode(KotlinCounter.TYPE, KotlinCounter.IN_PLACE).use { node ->
                process.plain(node)
                process.suspending(node)
                process.suspended(node)
            }
            ChildMain.tell("end")
            exitProcess(0)
        }
    }
}
