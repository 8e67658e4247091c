package io.durableserver.examples.cart

import io.ktor.http.HttpStatusCode
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.receiveText
import io.ktor.server.response.respondText
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.server.util.getOrFail
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred

/**
 * A payment service on 127.0.0.1, in the process of the driver. It takes one order once. The card decides how it
 * answers: `slow` when it is told to ([release]), `poor` declines, `broken` fails, any other pays.
 */
internal class PaymentService(port: Int) : AutoCloseable {
    private val receipts = ConcurrentHashMap<String, String>()
    private val released = ConcurrentHashMap<String, CompletableDeferred<Unit>>()
    private val requests = ConcurrentHashMap<String, AtomicInteger>()
    private val server =
        embeddedServer(CIO, port, host = "127.0.0.1") {
                routing {
                    post("/charges/{order}") {
                        val order = call.parameters.getOrFail("order")
                        requests.computeIfAbsent(order) { AtomicInteger() }.incrementAndGet()
                        when (call.receiveText().substringBefore(' ')) {
                            "poor" -> call.respondText("", status = HttpStatusCode.PaymentRequired)
                            "broken" -> call.respondText("", status = HttpStatusCode.BadGateway)
                            "slow" -> gate(order).await().also { call.respondText(receipt(order)) }
                            else -> call.respondText(receipt(order))
                        }
                    }
                }
            }
            .start()

    /** The orders that were charged. */
    val charged: Set<String>
        get() = receipts.keys.toSet()

    /** How often a charge of this order was asked for. */
    fun requested(order: String): Int = requests[order]?.get() ?: 0

    /** Answers the slow charges of this order, those that come later too. */
    fun release(order: String) {
        gate(order).complete(Unit)
    }

    private fun gate(order: String) = released.computeIfAbsent(order) { CompletableDeferred() }

    private fun receipt(order: String) = receipts.computeIfAbsent(order) { "receipt-${receipts.size + 1}" }

    override fun close() {
        server.stop()
    }
}
