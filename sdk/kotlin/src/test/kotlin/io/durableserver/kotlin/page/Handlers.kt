package io.durableserver.kotlin.page

import io.durableserver.Call
import io.durableserver.Cast
import io.durableserver.Protocol
import io.durableserver.StopReason
import io.durableserver.kotlin.HandlersScope
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.messages
import io.durableserver.kotlin.serverType
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay

/** The samples of the page of handlers. */
object HandlersPage {
    data class Cart(val items: List<String>, val open: Boolean = true) {
        fun checkedOut() = copy(open = false)
    }

    data class CheckOut(val orderId: String, val card: String) : Call<String>

    data class Order(val items: List<String>)

    data class Pay(val card: String) : Call<String>

    val ORDER = serverType<Order>("order") { call { pay: Pay -> reply("${pay.card} paid ${state.items}") } }

    val CART = serverType<Cart>("open-cart") { checkOut() }

    private fun HandlersScope<Cart>.checkOut() {
        // page: check-out
        suspendCall { out: CheckOut ->
            val order = servers.ensure(ORDER, out.orderId, Order(state.items))
            val receipt = order.ask(Pay(out.card)) // no thread waits
            reply(receipt, state.checkedOut()).thenStop(StopReason.normal())
        }
        // page: end
    }

    data class Stock(val left: Int)

    data class Take(val count: Int) : Call<Int>

    data object Left : Call<Int>

    val STOCK = serverType<Stock>("stock") { take() }

    private fun HandlersScope<Stock>.take() {
        // page: take
        call { take: Take ->
            val left = state.left - take.count
            if (left < 0) {
                reject("OUT_OF_STOCK", "Only ${state.left} left", "left" to state.left)
            } else {
                reply(left, Stock(left)).sync()
            }
        }
        query { _: Left -> state.left }
        // page: end
    }

    data class Account(val euros: Int)

    data class Convert(val to: String) : Call<Int>

    data class Ledger(val sum: Int)

    data class Book(val amount: Int) : Call<Int>

    val LEDGER =
        serverType<Ledger>("ledger") {
            call { book: Book -> reply(state.sum + book.amount, Ledger(state.sum + book.amount)) }
        }

    val ACCOUNT = serverType<Account>("account") { convert() }

    private suspend fun rateOf(currency: String): Int {
        delay(1.milliseconds)
        return currency.length
    }

    private fun HandlersScope<Account>.convert() {
        // page: convert
        suspendCall { convert: Convert ->
            val rate = rateOf(convert.to) // a slow service
            val booked = servers.ref(LEDGER, "ledger").ask(Book(state.euros * rate))
            reply(booked, Account(0)).sync()
        }
        // page: end
    }

    data class Count(val value: Int = 0, val notes: List<String> = listOf())

    // page: sealed
    sealed interface Message : Protocol<Message>

    data class Plus(val by: Int) : Message, Call<Int>

    data class Note(val text: String) : Message, Cast

    val COUNT =
        serverType<Count>("count") {
                call { plus: Plus -> reply(state.value + plus.by, state.copy(value = state.value + plus.by)) }
                cast { note: Note -> next(state.copy(notes = state.notes + note.text)) }
            }
            .messages<Count, Message>()

    // page: end

    data class Seen(val times: Int)

    data object See : Call<Int>

    // page: initial
    val VISITS =
        serverType<Seen>("seen") { call { _: See -> reply(state.times + 1, Seen(state.times + 1)) } }
            .initial { _ -> Seen(0) }
    // page: end
}
