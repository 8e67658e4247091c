package io.durableserver.examples.nodes

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap

/**
 * The nodes of an example on this machine, each with a name, a directory and ports that it keeps.
 *
 * @property names of all nodes
 * @param main the class whose `main` runs a node
 * @param more further arguments of a node
 */
internal class LocalCluster(
    val names: List<String>,
    private val main: String,
    private val directory: Path,
    private val options: ScenarioOptions,
    private val more: (String) -> List<String> = { emptyList() },
) : AutoCloseable {
    private val ports = freePorts(2 * names.size)
    private val running = ConcurrentHashMap<String, NodeProcess>()

    /** The nodes that run, in the order of their names. */
    val nodes: List<NodeProcess>
        get() = names.mapNotNull(running::get)

    operator fun get(name: String): NodeProcess = running[name] ?: throw ScenarioException("$name does not run")

    /** Starts nodes, all of them unless some are named; returns when they take requests. */
    fun start(vararg which: String) {
        val starting = which.asList().ifEmpty { names }
        starting.forEach { running[it] = NodeProcess(it, command(it), directory.resolve("$it.log")) }
        starting.forEach { this[it].awaitReady() }
    }

    private fun command(name: String): List<String> {
        val at = names.indexOf(name)
        val node =
            NodeOptions(
                name,
                directory.resolve(name),
                ports[at],
                ports[names.size + at],
                names.indices.map { "127.0.0.1:${ports[it]}" },
                options.failureDetectionMillis,
            )
        return listOf(JAVA, "@${options.jvmOptions}", "-Xmx${options.heap}") +
            // Short lives on a shared machine: less work for the compiler and for threads that collect garbage.
            listOf("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), main) +
            node.arguments() +
            more(name)
    }

    /** kill -9. */
    fun kill(name: String) {
        this[name].kill()
        running.remove(name)
    }

    /** SIGTERM to all that run. */
    fun stop() {
        val stopping = nodes
        stopping.forEach { it.requestStop() }
        stopping.forEach {
            it.awaitStop()
            running.remove(it.name)
        }
    }

    /** Ends what still runs. */
    override fun close() {
        running.values.forEach { it.close() }
    }

    companion object {
        private val JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString()

        /** Below the range that the system takes for outgoing connections, so that a node finds its ports again. */
        fun freePorts(count: Int): List<Int> =
            (12_000..29_999).shuffled().asSequence().filter(::isFree).take(count).toList()

        private fun isFree(port: Int): Boolean =
            try {
                ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close()
                true
            } catch (_: IOException) {
                false
            }
    }
}
