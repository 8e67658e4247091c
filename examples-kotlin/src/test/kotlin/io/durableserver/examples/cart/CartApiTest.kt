package io.durableserver.examples.cart

import io.durableserver.examples.nodes.LocalCluster
import io.durableserver.spi.NodeGauges
import io.durableserver.spi.RuntimeEvents
import io.durableserver.spi.RuntimeHooks
import io.durableserver.testkit.TestCluster
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import java.net.URI
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** The shop over real connections, on runtimes in this JVM. */
@Timeout(120)
internal class CartApiTest {
    private class Shop(val payments: PaymentService, val clients: List<CartClient>) {
        val pendingCalls: Int
            get() = clients.sumOf { it.get("/status").json["pendingCalls"].asInt() }
    }

    /** The figures of all nodes, by their names. */
    private class AllGauges : RuntimeEvents {
        val nodes = ConcurrentHashMap<String, NodeGauges>()

        override fun happened(fact: RuntimeEvents.Fact) {}

        override fun installed(node: NodeGauges): RuntimeHooks {
            nodes[node.session().node()] = node
            return RuntimeHooks.NONE
        }
    }

    /** Two nodes, an HTTP server for each, and a payment service. */
    private fun onShop(test: Shop.() -> Unit) {
        val (payment, first, second) = LocalCluster.freePorts(3)
        val gauges = AllGauges()
        PaymentService(payment).use { payments ->
            TestCluster.builder()
                .nodes(2)
                .types(CART)
                .service(Prices::class.java, Prices { sku -> Cents(30).takeIf { sku.text == "lamp" } })
                .service(Payments::class.java, PaymentsOverHttp(URI("http://127.0.0.1:$payment")))
                .configure { it.events(gauges) }
                .start()
                .use { cluster ->
                    val servers =
                        listOf(first, second).mapIndexed { node, port ->
                            embeddedServer(CIO, port, host = "127.0.0.1") {
                                    shop(cluster.servers(node)) { gauges.nodes["node-$node"] }
                                }
                                .start()
                        }
                    try {
                        Shop(payments, listOf(CartClient(first), CartClient(second))).test()
                    } finally {
                        servers.forEach { it.stop(0, 0) }
                    }
                }
        }
    }

    private fun patiently() = await().atMost(Duration.ofSeconds(60))

    @Test
    fun everyNodeServesEveryCart() = onShop {
        assertThat(clients[0].put("c", "lamp", 2).body).isEqualTo("""{"articles":1}""")
        assertThat(clients[1].get("/carts/c").body).isEqualTo("""{"items":{"lamp":2},"status":{}}""")
        val paid = clients[1].checkOut("c", "good")
        assertThat(paid.body).isEqualTo("""{"receipt":"receipt-1","total":60}""")
        assertThat(clients[0].get("/carts/c").json["status"]).isEqualTo(paid.json)
    }

    @Test
    fun errorHasTheStatusOfWhatTheClientMayDo() = onShop {
        val shop = clients[0]
        val answers =
            listOf(
                shop.get("/carts/c"),
                shop.put("k".repeat(600), "lamp", 1),
                shop.put("c", "lamp", "{"),
                shop.put("c", "lamp", "{}"),
                shop.put("c", "anvil", 1),
                shop.checkOut("c", "good"),
            )
        assertThat(answers.map { "${it.status} ${it.code}" })
            .containsExactly(
                "404 NOT_FOUND",
                "400 INVALID_KEY",
                "400 BODY",
                "400 BODY",
                "409 NO_SUCH_ARTICLE",
                "409 EMPTY",
            )
        shop.put("c", "lamp", 1)
        assertThat(shop.checkOut("c", "poor").code).isEqualTo("DECLINED")
        val failed = shop.checkOut("c", "broken")
        assertThat("${failed.status} ${failed.code}").isEqualTo("500 FAILED")
        assertThat(failed.body).`as`("what user code threw stays inside").doesNotContain("payment")
    }

    @Test
    fun callerOfASlowPaymentDoesNotKnowAndTheOneBehindItDoes() = onShop {
        clients.forEach { it.put("c", "lamp", 1) }
        val owner = clients[if (clients[0].get("/carts/c/node").body == "node-0") 0 else 1]
        // A call that has not begun in time is one behind it: again, until one has.
        val slow = patiently().until({ owner.checkOut("c", "slow", waitSeconds = 1) }, { it.code == "DEADLINE" })
        assertThat("${slow.status} ${slow.retryAfter}").isEqualTo("504 null")
        val behind = owner.put("c", "lamp", 2, waitSeconds = 1)
        assertThat("${behind.status} ${behind.retryAfter}").isEqualTo("503 1")
        payments.release("c")
        assertThat(owner.checkOut("c", "slow").json["receipt"].asText()).isEqualTo("receipt-1")
        assertThat(owner.get("/carts/c").json["items"]["lamp"].asInt()).isEqualTo(1)
    }

    @Test
    fun clientThatHangsUpLeavesNoCallBehind() = onShop {
        clients[0].put("c", "lamp", 1)
        clients[0].beginCheckOut("c", "slow").use {
            patiently().until { payments.requested("c") == 1 }
            assertThat(pendingCalls).`as`("before").isEqualTo(1)
        }
        patiently().until { pendingCalls == 0 }
        assertThat(payments.charged).`as`("the payment goes on").isEmpty()
        payments.release("c")
        patiently().until { clients[1].get("/carts/c").json["status"].has("receipt") }
    }
}
