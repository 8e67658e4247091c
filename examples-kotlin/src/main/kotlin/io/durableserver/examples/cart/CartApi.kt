package io.durableserver.examples.cart

import com.fasterxml.jackson.core.JacksonException
import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.module.kotlin.jacksonObjectMapper
import com.fasterxml.jackson.module.kotlin.readValue
import io.durableserver.ConfigurationException
import io.durableserver.DurableServerException
import io.durableserver.DurableServers
import io.durableserver.HandlerFailedException
import io.durableserver.NotAppliedException
import io.durableserver.OutcomeUnknownException
import io.durableserver.RejectedException
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.find
import io.durableserver.spi.NodeGauges
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.install
import io.ktor.server.http.HttpRequestLifecycle
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.request.header
import io.ktor.server.request.receiveText
import io.ktor.server.response.header
import io.ktor.server.response.respondText
import io.ktor.server.routing.RoutingContext
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.put
import io.ktor.server.routing.routing
import io.ktor.server.util.getOrFail
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** The number of an article, as a client sends it. */
internal data class Count(val count: Int)

/** The card to pay with, as a client sends it. */
internal data class Card(val card: String)

/** What a client is told when it does not get what it asked for. */
internal data class Problem(val code: String, val text: String, val details: Map<String, String>)

/** What an operator is told of a node. */
internal data class NodeStatus(val node: String, val pendingCalls: Int)

/** A number that is missing is no zero. */
private val JSON = jacksonObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
private val WAIT = Regex("wait=(\\d{1,4})")

/**
 * The shop over HTTP: `PUT /carts/{id}/items/{sku}`, `GET /carts/{id}`, `POST /carts/{id}/checkout`, on every node for
 * every cart. A client that says `Prefer: wait=3` is answered within so many seconds. One that hangs up cancels its
 * call: nothing waits for it any more.
 */
internal fun Application.shop(servers: DurableServers, gauges: () -> NodeGauges?) {
    install(HttpRequestLifecycle) { cancelCallOnClose = true }
    install(StatusPages) {
        exception<DurableServerException> { call, error -> call.respondProblem(error) }
        exception<JacksonException> { call, error ->
            call.respondJson(Problem("BODY", error.originalMessage, emptyMap()), HttpStatusCode.BadRequest)
        }
    }
    routing {
        put("/carts/{id}/items/{sku}") {
            val count = JSON.readValue<Count>(call.receiveText()).count
            val cart = servers.ensure(CART, key(), Cart(), patience()) // the only request that makes a cart
            val articles = cart.ask(Put(Sku(call.parameters.getOrFail("sku")), count), patience())
            call.respondJson(mapOf("articles" to articles))
        }
        get("/carts/{id}") { call.respondJson(servers.ref(CART, key()).ask(Show, patience())) }
        post("/carts/{id}/checkout") {
            val card = JSON.readValue<Card>(call.receiveText()).card
            call.respondJson(servers.ref(CART, key()).ask(CheckOut(card), patience()))
        }
        get("/carts/{id}/node") { call.respondText(servers.find(key())?.session()?.node() ?: "none") }
        get("/status") {
            val figures = checkNotNull(gauges()) { "The node is not there" }
            call.respondJson(NodeStatus(figures.session().node(), figures.read().pendingCalls()))
        }
    }
}

private fun RoutingContext.key(): String = call.parameters.getOrFail("id")

/** How long the client waits; null when it does not say. */
private fun RoutingContext.patience(): Duration? =
    call.request.header("Prefer")?.let(WAIT::find)?.let { it.groupValues[1].toInt().seconds }

/** What an error means to a client: the one place that says it. */
private suspend fun ApplicationCall.respondProblem(error: DurableServerException) {
    val status =
        when (error) {
            is NotAppliedException ->
                when {
                    // Nothing happened: the same request again, to this node or to another.
                    error.reason().retryable() -> HttpStatusCode.ServiceUnavailable
                    error.reason() == NotAppliedException.Reason.NOT_FOUND -> HttpStatusCode.NotFound
                    else -> HttpStatusCode.Conflict
                }
            is OutcomeUnknownException ->
                HttpStatusCode.GatewayTimeout // it may have happened: look before asking again
            is RejectedException -> HttpStatusCode.Conflict
            is HandlerFailedException -> HttpStatusCode.InternalServerError
            is ConfigurationException -> HttpStatusCode.BadRequest
        }
    // What user code threw is for the log of the node, not for clients.
    val text = if (error is HandlerFailedException) "The server failed" else error.text()
    if (status == HttpStatusCode.ServiceUnavailable) {
        response.header(HttpHeaders.RetryAfter, "1")
    }
    val details = if (error is RejectedException) error.details() else emptyMap()
    respondJson(Problem(if (error is HandlerFailedException) "FAILED" else error.code(), text, details), status)
}

private suspend fun ApplicationCall.respondJson(body: Any, status: HttpStatusCode = HttpStatusCode.OK) {
    respondText(JSON.writeValueAsString(body), ContentType.Application.Json, status)
}
