package io.durableserver.examples.cart

import io.durableserver.DurableServers
import io.durableserver.config.DurableServersConfig
import io.durableserver.examples.nodes.CommandLine
import io.durableserver.examples.nodes.NodeOptions
import io.durableserver.examples.nodes.Service
import io.durableserver.examples.nodes.runNode
import io.durableserver.kotlin.durableServersConfig
import io.durableserver.kotlin.service
import io.durableserver.spi.NodeGauges
import io.durableserver.spi.RuntimeEvents
import io.durableserver.spi.RuntimeHooks
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import java.net.URI

/** A service that hosts carts and serves them over HTTP, on 127.0.0.1. */
internal object CartNode {
    private val PRICES = Prices { sku -> mapOf("lamp" to Cents(3_000), "bulb" to Cents(250))[sku.text] }
    private val PORTS = 1_024..65_000

    @JvmStatic
    fun main(arguments: Array<String>) {
        val gauges = Gauges()
        runNode(arguments, setOf("http-port", "payments"), { node, line -> config(node, line, gauges) }) {
            _,
            line,
            servers ->
            HttpService(line.number("http-port", 8_080, PORTS), servers, gauges)
        }
    }

    private fun config(node: NodeOptions, line: CommandLine, gauges: Gauges): DurableServersConfig =
        durableServersConfig("shop/") {
            type(CART)
            backend(node.store())
            service(PRICES)
            service<Payments>(PaymentsOverHttp(URI(line.required("payments"))))
            events(gauges)
        }
}

/** The figures of the one node in this process. */
internal class Gauges : RuntimeEvents {
    @Volatile
    var node: NodeGauges? = null
        private set

    override fun happened(fact: RuntimeEvents.Fact) {}

    override fun installed(node: NodeGauges): RuntimeHooks {
        this.node = node
        return RuntimeHooks.NONE
    }
}

/** The HTTP server of a node. It takes no commands. */
internal class HttpService(port: Int, servers: DurableServers, gauges: Gauges) : Service {
    private val server = embeddedServer(CIO, port, host = "127.0.0.1") { shop(servers) { gauges.node } }.start()

    override suspend fun answer(words: List<String>): String = "unknown command"

    override fun close() {
        server.stop()
    }
}
