package io.durableserver.kotlin

import io.durableserver.Call
import io.durableserver.ServerRef
import io.durableserver.ServerType
import io.durableserver.StartOptions
import io.durableserver.config.DurableServersConfig
import io.durableserver.kotlin.Counter.State
import io.durableserver.runtime.node.DurableNode
import io.durableserver.testkit.Effort
import io.durableserver.testkit.sim.SimConfig
import io.durableserver.testkit.sim.Simulation
import java.time.Duration
import java.util.Optional
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** Handlers that suspend run in the simulator: on one thread, in its time, and the same way for the same seed. */
@Timeout(600)
class SuspendSimulationTest {
    data class Work(val number: Int) : Call<Int>

    /** A type whose handler waits in every way; it answers how many of its turns ran at the same time. */
    private fun working(): ServerType<State> =
        serverType("working") {
            var running = 0
            query { _: Counter.Look -> state.count }
            suspendCall { work: Work ->
                val atOnce = ++running
                if (work.number % 2 == 0) delay((work.number % 7).milliseconds) else yield()
                val helpers = List(2) { servers.ref(helper, "helper-$it") }
                helpers.map { async { it.ask(Counter.Look) } }.awaitAll()
                withTimeoutOrNull(1.milliseconds) { delay(2.milliseconds) }
                running--
                reply(atOnce, State(state.count + 1)).sync()
            }
        }

    private val helper = serverType<State>("helper") { query { _: Counter.Look -> state.count } }

    private class World(seed: Long, private val types: List<ServerType<State>>) {
        val simulation = Simulation(seed, SimConfig.DEFAULT)
        val nodes = List(3) { boot("n$it") }

        private fun boot(name: String): DurableNode {
            val node = simulation.boot(name)
            val config = DurableServersConfig.builder().prefix("sim/").backend { node.backend() }
            types.forEach { config.type(it) }
            return DurableNode.start(config.build(), node.cluster()) { Optional.empty<Any>() }
        }

        fun <T> get(stage: CompletionStage<T>): T {
            val future = stage.toCompletableFuture()
            check(simulation.runUntil(future::isDone, Duration.ofHours(10))) { "It does not end" }
            return future.join()
        }
    }

    private fun callOften(ref: ServerRef, left: Int, seen: MutableList<Int>): CompletionStage<Unit> =
        if (left == 0) CompletableFuture.completedFuture(Unit)
        else
            ref.callAsync(Work(left)).thenCompose { atOnce ->
                seen += atOnce
                callOften(ref, left - 1, seen)
            }

    /** What became of it: how many turns ran at the same time, the last state, and the events it took. */
    private fun run(seed: Long, callers: Int, rounds: Int): Triple<Set<Int>, Int, Long> {
        val working = working()
        val world = World(seed, listOf(working, helper))
        world.simulation.runUntil({ world.nodes.all { it.isReady } }, Duration.ofMinutes(1))
        repeat(2) { world.get(world.nodes[it].ensureStartedAsync(helper, "helper-$it", State(), StartOptions.DEFAULT)) }
        val home = world.get(world.nodes[0].ensureStartedAsync(working, "working", State(), StartOptions.DEFAULT))
        val seen = mutableListOf<Int>()
        val callings =
            List(callers) { callOften(world.nodes[it % 3].ref(working, "working"), rounds, seen).toCompletableFuture() }
        world.get(CompletableFuture.allOf(*callings.toTypedArray()))
        assertThat(seen).hasSize(callers * rounds)
        return Triple(seen.toSet(), world.get(home.callAsync(Counter.Look)), world.simulation.events())
    }

    @Test
    fun suspensionNeverInterleavesTurns() {
        val callers = 21
        val rounds = Effort.count(20)
        for (seed in Effort.firstSeed() until Effort.firstSeed() + 3) {
            val (atOnce, count, _) = run(seed, callers, rounds)
            assertThat(atOnce).`as`("turns at once, seed %d", seed).containsOnly(1)
            assertThat(count).`as`("what was acknowledged, seed %d", seed).isEqualTo(callers * rounds)
        }
    }

    @Test
    fun sameSeedIsTheSameRun() {
        val seed = Effort.firstSeed()
        assertThat(run(seed, 6, 10)).isEqualTo(run(seed, 6, 10)).isNotEqualTo(run(seed + 1, 6, 10))
    }
}
