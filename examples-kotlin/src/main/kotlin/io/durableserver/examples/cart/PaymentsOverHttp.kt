package io.durableserver.examples.cart

import io.durableserver.RejectedException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import kotlinx.coroutines.future.await

/**
 * The payment service at an address. Waits without a thread; a charge that is cancelled ends its request, not the
 * payment.
 */
internal class PaymentsOverHttp(private val address: URI) : Payments {
    private val client = HttpClient.newHttpClient()

    override suspend fun charge(order: String, card: String, total: Cents): String {
        val request =
            HttpRequest.newBuilder(address.resolve("/charges/$order"))
                .POST(BodyPublishers.ofString("$card ${total.amount}"))
                .build()
        val answer = client.sendAsync(request, BodyHandlers.ofString()).await()
        return when (answer.statusCode()) {
            200 -> answer.body()
            402 -> throw RejectedException("DECLINED", "The card was declined")
            else -> error("The payment service answered ${answer.statusCode()}")
        }
    }
}
