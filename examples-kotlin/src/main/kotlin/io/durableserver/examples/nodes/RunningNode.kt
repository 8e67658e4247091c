package io.durableserver.examples.nodes

import io.durableserver.ConfigurationException
import io.durableserver.DurableServers
import io.durableserver.config.DurableServersConfig
import io.durableserver.ignite.DurableIgnite
import io.durableserver.kotlin.ready
import java.io.FileDescriptor
import java.io.FileOutputStream
import java.io.PrintStream
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.runBlocking

/** What a node does once it takes requests. */
internal interface Service : AutoCloseable {
    /** Answers a line of standard input with one line. */
    suspend fun answer(words: List<String>): String
}

/**
 * Runs a node in this JVM until the end of its input or SIGTERM, each time with everything stored. It prints `ready`
 * when it takes requests, and then an answer for each line of its input.
 *
 * @param more the options of this example, beside those of [NodeOptions]
 */
internal fun runNode(
    arguments: Array<String>,
    more: Set<String>,
    configure: (NodeOptions, CommandLine) -> DurableServersConfig,
    serve: (NodeOptions, CommandLine, DurableServers) -> Service,
) {
    // Standard output belongs to the answers, whatever a library wants to print.
    val answers = PrintStream(FileOutputStream(FileDescriptor.out), true, Charsets.UTF_8)
    System.setOut(System.err)
    try {
        val line = CommandLine.parse(arguments, NodeOptions.NAMES + more)
        val options = NodeOptions.parse(line)
        DurableIgnite.start(options.node(configure(options, line))).use { ignite ->
            runBlocking { ignite.servers().ready(2.minutes) }
            serve(options, line, ignite.servers()).use { service ->
                answers.println("ready")
                generateSequence(::readlnOrNull).forEach { command ->
                    answers.println(runBlocking { service.answer(command.trim().split(" ")) })
                }
            }
        }
    } catch (wrong: UsageException) {
        refuse(wrong)
    } catch (wrong: ConfigurationException) {
        refuse(wrong)
    }
}

private fun refuse(wrong: Exception): Nothing {
    System.err.println(wrong.message)
    exitProcess(2)
}
