package io.durableserver.examples.cart

import io.durableserver.examples.nodes.LocalCluster
import io.durableserver.examples.nodes.Scenario
import io.durableserver.examples.nodes.ScenarioException
import io.durableserver.examples.nodes.Verdict
import java.net.Socket

/**
 * Shows carts on two nodes, over HTTP: what was acknowledged is there after both nodes have ended, each error has its
 * status, a client that hangs up leaves nothing behind, and no cart is charged twice.
 */
internal object CartScenario {
    @JvmStatic
    fun main(arguments: Array<String>) {
        Scenario.run("cart", arguments) {
            val (first, second, payment) = LocalCluster.freePorts(3)
            val ports = mapOf("shop-1" to first, "shop-2" to second)
            PaymentService(payment).use { payments ->
                val main = CartNode::class.java.name
                LocalCluster(ports.keys.toList(), main, directory, options) { name ->
                        listOf("--http-port", "${ports[name]}", "--payments", "http://127.0.0.1:$payment")
                    }
                    .use { cluster ->
                        Runtime.getRuntime().addShutdownHook(Thread(cluster::close))
                        CartPlay(this, cluster, ports.mapValues { CartClient(it.value) }, payments).play()
                    }
            }
        }
    }
}

private class CartPlay(
    private val scenario: Scenario,
    private val cluster: LocalCluster,
    private val clients: Map<String, CartClient>,
    private val payments: PaymentService,
) {
    private val first = clients.getValue("shop-1")
    private val second = clients.getValue("shop-2")
    private val seen = sortedSetOf<Int>()

    fun play(): Verdict {
        cluster.start()
        scenario.progress("two nodes are ready")
        fill()
        errors()
        slowPayment()
        val pending = hangUp()
        restart()
        pay()
        cluster.stop()
        val twice = payments.charged - PAID
        scenario.expect(payments.charged == PAID) { "Charged were ${payments.charged}, expected $PAID" }
        return scenario.verdict(
            "carts=${PAID.size} paid=${PAID.size} charged-wrong=${twice.size} statuses=${seen.joinToString(",")} " +
                "pending-after-hang-up=$pending items-after-restart=2"
        )
    }

    /** What one node acknowledged, the other shows. */
    private fun fill() {
        served { first.put("anna", "lamp", 2) }
        repeat(2) { served { second.put("anna", "bulb", 4) } }
        val shown = served { first.get("/carts/anna") }
        scenario.expect(shown.json["items"].toString() == """{"lamp":2,"bulb":4}""") { "Anna's cart is $shown" }
    }

    private fun errors() {
        refused(400, "INVALID_KEY") { first.put("k".repeat(600), "lamp", 1) }
        refused(400, "BODY") { first.put("anna", "lamp", "no json") }
        refused(404, "NOT_FOUND") { second.get("/carts/nobody") }
        refused(409, "NO_SUCH_ARTICLE") { second.put("anna", "anvil", 1) }
        served { first.put("empty", "lamp", 0) }
        refused(409, "EMPTY") { first.checkOut("empty", "good") }
        refused(409, "DECLINED") { second.checkOut("anna", "poor") }
        // What throws crashes its server, which comes back as it was stored.
        refused(500, "FAILED") { first.checkOut("anna", "broken") }
        val shown = served { second.get("/carts/anna") }
        scenario.expect(shown.json["items"].size() == 2) { "After a crash Anna's cart is $shown" }
        scenario.progress("each error has its status")
    }

    /**
     * A payment that takes long: its caller does not know, one behind it knows that nothing happened, and it ends well.
     */
    private fun slowPayment() {
        served { first.put("bert", "lamp", 1) }
        val behind =
            scenario.await("a request behind a slow payment is refused") {
                val owner = clients.getValue(served { second.get("/carts/bert/node") }.body)
                owner
                    .checkOut("bert", "slow", waitSeconds = 2)
                    .takeIf { it.status == 504 }
                    ?.let { unknown ->
                        seen += unknown.status
                        owner.put("bert", "bulb", 1, waitSeconds = 1).takeIf { it.code == "DEADLINE_BEFORE_START" }
                    }
            }
        scenario.expect(behind.status == 503 && behind.retryAfter == "1") { "Behind a slow payment: $behind" }
        payments.release("bert")
        val paid = scenario.await("Bert's cart is paid") { statusOf("bert").takeIf { it.has("receipt") } }
        // Asked again after an unknown outcome: the receipt it has.
        val again = served { first.checkOut("bert", "slow") }
        scenario.expect(again.json["receipt"] == paid["receipt"]) { "Bert paid twice: $paid, then $again" }
        refused(409, "PAID") { second.put("bert", "bulb", 1) }
        scenario.progress("a slow payment was paid once")
    }

    /** A client hangs up while the payment takes its time; the calls that are left at its node. */
    private fun hangUp(): Int {
        served { first.put("cora", "bulb", 1) }
        // Not the node of the cart: the call that waits is one over the network.
        val away = if (served { first.get("/carts/cora/node") }.body == "shop-1") second else first
        scenario.await("a call waits at the node of its client") { waitingCheckOut(away) }.close()
        scenario.await("no call waits for a client that has hung up") { pendingCalls(away).takeIf { it == 0 } }
        val left = pendingCalls(away)
        scenario.expect("cora" !in payments.charged) { "The call ended by itself" }
        payments.release("cora")
        scenario.await("Cora's cart is paid all the same") { statusOf("cora").takeIf { it.has("receipt") } }
        scenario.progress("a client that hung up left no call behind, and did not stop the payment")
        return left
    }

    /** A checkout of Cora's that waits for its payment as the only call of this node; null when it does not. */
    private fun waitingCheckOut(node: CartClient): Socket? {
        val before = payments.requested("cora")
        val socket = node.beginCheckOut("cora", "slow")
        scenario.await("Cora's payment is asked for") { payments.requested("cora").takeIf { it > before } }
        return if (pendingCalls(node) == 1) socket else null.also { socket.close() }
    }

    /** Both nodes are killed between what was put into a cart and its checkout; one alone does not serve. */
    private fun restart() {
        cluster.kill("shop-1")
        val refused =
            scenario.await("one of two nodes refuses") {
                second.put("anna", "lamp", 3, waitSeconds = 2).takeIf { it.status == 503 }
            }
        seen += refused.status
        scenario.progress("shop-1 was killed, shop-2 alone says: $refused")
        cluster.kill("shop-2")
        cluster.start()
        val shown = served { second.get("/carts/anna") }
        scenario.expect(shown.json["items"].size() == 2) { "After the restart Anna's cart is $shown" }
        scenario.progress("both nodes were killed and have started again")
    }

    private fun pay() {
        val paid = served { first.checkOut("anna", "good") }
        scenario.expect(paid.json["total"].asLong() >= 7_000) { "Anna paid $paid" }
        val shown = statusOf("anna")
        scenario.expect(shown["receipt"] == paid.json["receipt"]) { "Anna has paid $paid, her cart says $shown" }
    }

    private fun statusOf(cart: String) = served { first.get("/carts/$cart") }.json["status"]

    private fun pendingCalls(client: CartClient) = served { client.get("/status") }.json["pendingCalls"].asInt()

    private fun served(request: () -> Answer): Answer = answered(200, null, request)

    private fun refused(status: Int, code: String, request: () -> Answer): Answer = answered(status, code, request)

    /** An answer that has to be this one. Each request may be sent twice: without a definite answer it is. */
    private fun answered(status: Int, code: String?, request: () -> Answer): Answer {
        val answer = scenario.await("a definite answer") { request().takeUnless { it.status in setOf(0, 503, 504) } }
        if (answer.status != status || answer.code != code) {
            throw ScenarioException("Expected $status ${code.orEmpty()}, got $answer")
        }
        seen += status
        return answer
    }

    private companion object {
        val PAID = setOf("anna", "bert", "cora")
    }
}
