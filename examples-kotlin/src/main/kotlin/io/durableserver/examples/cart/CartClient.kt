package io.durableserver.examples.cart

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.io.IOException
import java.net.InetAddress
import java.net.Socket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration

/**
 * An answer of the shop.
 *
 * @property status the HTTP status; 0 when there was no answer
 */
internal class Answer(val status: Int, val body: String, val retryAfter: String?) {
    val json: JsonNode by lazy { ObjectMapper().readTree(body) }

    /** Why it is not what was asked for; null when it is. */
    val code: String?
        get() = if (status == 200) null else json["code"]?.asText()

    override fun toString() = "$status $body"
}

/** A client of one node of the shop. */
internal class CartClient(private val port: Int) {
    private val client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    fun put(cart: String, sku: String, count: Int, waitSeconds: Int? = null): Answer =
        put(cart, sku, """{"count":$count}""", waitSeconds)

    fun put(cart: String, sku: String, body: String, waitSeconds: Int? = null): Answer =
        send("/carts/$cart/items/$sku", waitSeconds) { PUT(BodyPublishers.ofString(body)) }

    fun get(path: String): Answer = send(path, null) { GET() }

    fun checkOut(cart: String, card: String, waitSeconds: Int? = null): Answer =
        send("/carts/$cart/checkout", waitSeconds) { POST(BodyPublishers.ofString(body(card))) }

    /** Asks for a checkout and returns at once; closing the socket hangs up. */
    fun beginCheckOut(cart: String, card: String): Socket {
        val socket = Socket(InetAddress.getLoopbackAddress(), port)
        val request =
            "POST /carts/$cart/checkout HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=$PATIENCE_SECONDS\r\n" +
                "Content-Length: ${body(card).length}\r\n\r\n${body(card)}"
        socket.getOutputStream().apply { write(request.toByteArray()) }.flush()
        return socket
    }

    private fun body(card: String) = """{"card":"$card"}"""

    private fun send(path: String, waitSeconds: Int?, method: HttpRequest.Builder.() -> HttpRequest.Builder): Answer {
        val request =
            HttpRequest.newBuilder(URI("http://127.0.0.1:$port$path")).timeout(Duration.ofSeconds(60)).method()
        request.header("Prefer", "wait=${waitSeconds ?: PATIENCE_SECONDS}")
        return try {
            val answer: HttpResponse<String> = client.send(request.build(), BodyHandlers.ofString())
            Answer(answer.statusCode(), answer.body(), answer.headers().firstValue("Retry-After").orElse(null))
        } catch (none: IOException) {
            Answer(0, "$none", null)
        }
    }

    private companion object {
        const val PATIENCE_SECONDS = 50
    }
}
