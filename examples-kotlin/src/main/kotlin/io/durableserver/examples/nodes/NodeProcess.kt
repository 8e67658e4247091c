package io.durableserver.examples.nodes

import java.io.IOException
import java.nio.file.Path
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit.MILLISECONDS
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** A node in a JVM of its own, seen by its driver. Used by one thread. */
internal class NodeProcess(val name: String, command: List<String>, log: Path) : AutoCloseable {
    private val process = ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start()

    /** Its answers, and at the end of them null in a box. */
    private val answers = LinkedBlockingQueue<Line>()

    private class Line(val text: String?)

    init {
        thread(name = "answers-of-$name", isDaemon = true) {
            try {
                process.inputStream.bufferedReader().forEachLine { answers.add(Line(it)) }
            } catch (_: IOException) {
                // The end, as any other.
            } finally {
                answers.add(Line(null))
            }
        }
    }

    fun awaitReady() {
        val first = answer("start", 3.minutes)
        if (first != "ready") {
            throw ScenarioException("$name said $first instead of being ready")
        }
    }

    /** Sends a command and waits for its answer. */
    fun ask(command: String): String {
        try {
            process.outputWriter().apply { write("$command\n") }.flush()
        } catch (gone: IOException) {
            throw ScenarioException("$name is gone, it cannot be asked to $command", gone)
        }
        return answer(command, 60.seconds)
    }

    private fun answer(command: String, patience: Duration): String {
        val line =
            answers.poll(patience.inWholeMilliseconds, MILLISECONDS)
                ?: throw ScenarioException("$name did not answer within $patience: $command")
        return line.text ?: throw ScenarioException("$name ended before it answered: $command")
    }

    /** kill -9. */
    fun kill() {
        process.destroyForcibly()
        awaitEnd(10.seconds)
    }

    /** SIGTERM: the node stores everything and leaves. */
    fun requestStop() {
        process.toHandle().destroy()
    }

    /** Waits for the end after [requestStop]. */
    fun awaitStop() {
        awaitEnd(75.seconds)
        // A JVM that SIGTERM ended, and not an error, exits with 128 + 15.
        if (process.exitValue() != 143) {
            throw ScenarioException("$name ended with status ${process.exitValue()}")
        }
    }

    private fun awaitEnd(patience: Duration) {
        if (!process.waitFor(patience.inWholeMilliseconds, MILLISECONDS)) {
            throw ScenarioException("$name did not end within $patience")
        }
    }

    /** Ends the process, whatever its state. */
    override fun close() {
        process.destroyForcibly()
    }
}
