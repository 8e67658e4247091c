package io.durableserver.examples.nodes

import io.durableserver.backend.ignite.IgniteKv
import io.durableserver.backend.ignite.IgniteKvConfig
import io.durableserver.config.DurableServersConfig
import io.durableserver.ignite.EmbeddedNode
import io.durableserver.ignite.kotlin.embeddedNode
import io.durableserver.ignite.kotlin.failureDetection
import io.durableserver.spi.BackendFactory
import java.nio.file.Path
import kotlin.time.Duration.Companion.milliseconds

/**
 * What every node of an example is told on its command line.
 *
 * @property name kept across restarts
 * @property directory where Ignite keeps its files, the stored servers among them
 * @property discovery the port other nodes find this one at
 * @property communication the port other nodes talk to this one at
 * @property peers discovery addresses of all nodes; how many they are decides what a majority is
 * @property failureDetectionMillis how long a silent node is waited for; a killed one is noticed sooner
 */
internal data class NodeOptions(
    val name: String,
    val directory: Path,
    val discovery: Int,
    val communication: Int,
    val peers: List<String>,
    val failureDetectionMillis: Int,
) {
    /** The arguments that [parse] turns into these options. */
    fun arguments(): List<String> =
        listOf("--name", name, "--work-dir", "$directory", "--discovery-port", "$discovery") +
            listOf("--communication-port", "$communication", "--peers", peers.joinToString(",")) +
            listOf("--failure-detection-ms", "$failureDetectionMillis")

    /** A persistent cache of the cluster. */
    fun store(): BackendFactory =
        IgniteKv.backend(IgniteKvConfig.builder().expectedNodes(peers.size).maxRecordBytes(MAX_RECORD_BYTES).build())

    /** The settings of a node with these servers. */
    fun node(servers: DurableServersConfig): EmbeddedNode =
        embeddedNode(name) {
            workDirectory(directory)
            discoveryPort(discovery)
            communicationPort(communication)
            portRange(0)
            peers(*this@NodeOptions.peers.toTypedArray())
            persistence(true)
            walSegmentBytes(WAL_SEGMENT_BYTES)
            activateWhen(this@NodeOptions.peers.size)
            failureDetection(failureDetectionMillis.milliseconds)
            servers(servers)
        }

    companion object {
        val NAMES = setOf("name", "work-dir", "discovery-port", "communication-port", "peers", "failure-detection-ms")

        /** States are small, and so is the log on disk: Ignite prepares ten segments, and one holds two records. */
        private const val MAX_RECORD_BYTES = 1 shl 20
        private const val WAL_SEGMENT_BYTES = 8 shl 20
        private val PORTS = 1_024..65_000

        fun parse(options: CommandLine): NodeOptions =
            NodeOptions(
                options.required("name"),
                Path.of(options.required("work-dir")),
                options.number("discovery-port", 47_500, PORTS),
                options.number("communication-port", 47_100, PORTS),
                options.required("peers").split(","),
                options.number("failure-detection-ms", 3_000, 500..600_000),
            )
    }
}
