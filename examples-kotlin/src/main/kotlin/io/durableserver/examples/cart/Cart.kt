package io.durableserver.examples.cart

import io.durableserver.Call
import io.durableserver.kotlin.serverType
import io.durableserver.kotlin.service
import io.durableserver.kotlin.turnDeadline
import kotlin.time.Duration.Companion.minutes

@JvmInline value class Sku(val text: String)

@JvmInline
value class Cents(val amount: Long) {
    operator fun plus(other: Cents): Cents = Cents(Math.addExact(amount, other.amount))

    operator fun times(count: Int): Cents = Cents(Math.multiplyExact(amount, count))
}

sealed interface Status

data object Open : Status

data class Paid(val receipt: String, val total: Cents) : Status

data class Cart(val items: Map<Sku, Int> = emptyMap(), val status: Status = Open)

/**
 * Sets how many of an article are in the cart: sent twice, it is the same as once. The reply is how many articles there
 * are.
 */
data class Put(val sku: Sku, val count: Int) : Call<Int>

/** Pays what is in the cart. A cart that is paid already answers with the receipt it has. */
data class CheckOut(val card: String) : Call<Paid>

data object Show : Call<Cart>

/** What an article costs; null for one that the shop does not have. */
fun interface Prices {
    fun of(sku: Sku): Cents?
}

/** Another system, which answers when it likes. */
fun interface Payments {
    /**
     * Charges a card, once for each [order] however often it is asked; the result is the receipt.
     *
     * @throws io.durableserver.RejectedException `DECLINED`
     */
    suspend fun charge(order: String, card: String, total: Cents): String
}

/** A cart. It is answered when what it says is stored: an article that was acknowledged is there after any restart. */
val CART =
    serverType<Cart>("cart") {
            call { put: Put ->
                when {
                    state.status is Paid -> reject("PAID", "The cart is paid")
                    context.service<Prices>().of(put.sku) == null ->
                        reject("NO_SUCH_ARTICLE", "The shop does not have it")
                    put.count !in 0..100 -> reject("COUNT", "Expected 0 to 100 of an article", "count" to put.count)
                    else -> {
                        val items = if (put.count == 0) state.items - put.sku else state.items + (put.sku to put.count)
                        reply(items.size, state.copy(items = items)).sync()
                    }
                }
            }
            suspendCall { out: CheckOut ->
                val status = state.status
                when {
                    status is Paid -> reply(status)
                    state.items.isEmpty() -> reject("EMPTY", "The cart is empty")
                    else -> {
                        // No thread waits for the payment, and no other turn of this cart runs.
                        val total = total(state.items, context.service<Prices>())
                        val paid = Paid(context.service<Payments>().charge(key, out.card, total), total)
                        reply(paid, state.copy(status = paid)).sync()
                    }
                }
            }
            query { _: Show -> state }
        }
        .turnDeadline(5.minutes)

private fun total(items: Map<Sku, Int>, prices: Prices): Cents =
    items.entries.fold(Cents(0)) { sum, (sku, count) -> sum + checkNotNull(prices.of(sku)) * count }
