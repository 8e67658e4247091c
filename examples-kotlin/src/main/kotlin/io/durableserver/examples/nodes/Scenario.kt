package io.durableserver.examples.nodes

import java.nio.file.Path
import kotlin.io.path.createTempDirectory
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** The scenario cannot go on, or did not show what it should; the message says what was missing. */
internal class ScenarioException(message: String, cause: Throwable? = null) : RuntimeException(message, cause)

/**
 * The command line of a scenario.
 *
 * @property heap largest heap of each node, as in `-Xmx`
 * @property failureDetectionMillis how long a node that is silent, but not dead, is waited for
 * @property jvmOptions file with the flags that a JVM with Ignite needs
 */
internal data class ScenarioOptions(val heap: String, val failureDetectionMillis: Int, val jvmOptions: Path) {
    companion object {
        fun parse(arguments: Array<String>): ScenarioOptions {
            val options = CommandLine.parse(arguments, setOf("heap", "failure-detection-ms", "jvm-options"))
            val heap = options.text("heap") ?: "512m"
            if (!Regex("[1-9][0-9]{0,5}[mg]").matches(heap)) {
                throw UsageException("--heap is $heap, expected a size like 512m or 2g")
            }
            return ScenarioOptions(
                heap,
                options.number("failure-detection-ms", 3_000, 500..60_000),
                Path.of(options.text("jvm-options") ?: "ignite-plugin/jvm.opts"),
            )
        }
    }
}

/**
 * What a scenario showed.
 *
 * @property line says what was checked, with the figures
 * @property faults what is not as it must be, a sentence each
 */
internal data class Verdict(val line: String, val faults: List<String>)

/**
 * A scenario that is played: the clock of its progress and its directory, which stays only when it did not end well or
 * there is something to look at.
 */
internal class Scenario(val options: ScenarioOptions, val directory: Path) {
    private val faults = mutableListOf<String>()
    private var kept = false

    /** Tells standard error what happened. */
    fun progress(what: String) {
        System.err.printf("%6.1f s  %s%n", START.elapsedNow().inWholeMilliseconds / 1e3, what)
    }

    /** Notes a fault unless it is so. */
    fun expect(so: Boolean, otherwise: () -> String) {
        if (!so) {
            faults += otherwise()
            progress("fault: ${faults.last()}")
        }
    }

    /** Notes something that is no fault and worth a look: the logs and the data stay. */
    fun keep(what: String) {
        kept = true
        progress("note: $what")
    }

    /** Looks again and again until there is something, within a minute. */
    fun <T : Any> await(what: String, look: () -> T?): T {
        val deadline = TimeSource.Monotonic.markNow() + 60.seconds
        while (deadline.hasNotPassedNow()) {
            look()?.let {
                return it
            }
            Thread.sleep(LOOK_AGAIN_MILLIS)
        }
        throw ScenarioException("$what: not within a minute")
    }

    fun verdict(line: String): Verdict = Verdict(line, faults)

    companion object {
        private const val LOOK_AGAIN_MILLIS = 20L
        private val START = TimeSource.Monotonic.markNow()

        /**
         * Plays a scenario and exits: with 0 when it showed what it should, 1 when it did not, 2 when the options are
         * wrong. Progress goes to standard error, the closing line to standard output.
         */
        fun run(name: String, arguments: Array<String>, play: Scenario.() -> Verdict): Nothing {
            val options =
                try {
                    ScenarioOptions.parse(arguments)
                } catch (wrong: UsageException) {
                    System.err.println(wrong.message)
                    exitProcess(2)
                }
            val scenario = Scenario(options, createTempDirectory("durable-$name-"))
            exitProcess(if (scenario.passes(play)) 0 else 1)
        }
    }

    private fun passes(play: Scenario.() -> Verdict): Boolean {
        try {
            val verdict = play()
            println(verdict.line)
            if (verdict.faults.isEmpty()) {
                if (kept) progress(whereLogsAre()) else directory.toFile().deleteRecursively()
                return true
            }
        } catch (failed: ScenarioException) {
            progress("failed: ${failed.message}${failed.cause?.let { ", $it" }.orEmpty()}")
        }
        progress(whereLogsAre())
        return false
    }

    private fun whereLogsAre() = "logs and stored data are in $directory"
}
