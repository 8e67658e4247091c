package io.durableserver.examples.cart

import io.durableserver.HandlerFailedException
import io.durableserver.RejectedException
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.testkit.TestCluster
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

@Timeout(60)
internal class CartTest {
    private val lamp = Sku("lamp")
    private val charges = CopyOnWriteArrayList<String>()
    private val payments = Payments { order, card, total ->
        charges += "$order $card ${total.amount}"
        when (card) {
            "poor" -> throw RejectedException("DECLINED", "The card was declined")
            "broken" -> error("The payment service answered 502")
            else -> "receipt"
        }
    }

    private fun onCluster(test: suspend (TestCluster) -> Unit) {
        TestCluster.builder()
            .nodes(2)
            .types(CART)
            .service(Prices::class.java, Prices { sku -> Cents(30).takeIf { sku == lamp } })
            .service(Payments::class.java, payments)
            .start()
            .use { runBlocking { test(it) } }
    }

    private suspend fun TestCluster.cart() = servers(0).ensure(CART, "c", Cart())

    private suspend fun TestCluster.cartAfterACrash() =
        cart().also(::crashOwnerOf).let { servers(if (isRunning(0)) 0 else 1).ref(CART, "c") }

    @Test
    fun countIsSetAndNotAdded() = onCluster { cluster ->
        val cart = cluster.cart()
        repeat(2) { assertThat(cart.ask(Put(lamp, 3))).isEqualTo(1) }
        assertThat(cart.ask(Show)).isEqualTo(Cart(mapOf(lamp to 3)))
        assertThat(cart.ask(Put(lamp, 0))).isEqualTo(0)
        assertThat(cart.ask(Show)).isEqualTo(Cart())
    }

    @Test
    fun whatCannotBeIsRefused() = onCluster { cluster ->
        val cart = cluster.cart()
        val refused =
            listOf(Put(Sku("anvil"), 1), Put(lamp, -1), Put(lamp, 101), CheckOut("good")).map { message ->
                assertThrows<RejectedException> { cart.ask(message) }.code()
            }
        assertThat(refused).containsExactly("NO_SUCH_ARTICLE", "COUNT", "COUNT", "EMPTY")
        assertThat(cart.ask(Show)).isEqualTo(Cart())
    }

    @Test
    fun paidCartIsPaidOnceAlsoAfterACrash() = onCluster { cluster ->
        cluster.cart().ask(Put(lamp, 2))
        val paid = cluster.cartAfterACrash().ask(CheckOut("good"))
        assertThat(paid).isEqualTo(Paid("receipt", Cents(60)))
        val left = cluster.servers(if (cluster.isRunning(0)) 0 else 1).ref(CART, "c")
        assertThat(left.ask(CheckOut("other"))).isEqualTo(paid)
        assertThat(charges).containsExactly("c good 60")
        assertThat(left.ask(Show)).isEqualTo(Cart(mapOf(lamp to 2), paid))
        assertThat(assertThrows<RejectedException> { left.ask(Put(lamp, 1)) }.code()).isEqualTo("PAID")
    }

    @Test
    fun paymentThatFailsLeavesTheCartOpen() = onCluster { cluster ->
        val cart = cluster.cart()
        cart.ask(Put(lamp, 1))
        assertThat(assertThrows<RejectedException> { cart.ask(CheckOut("poor")) }.code()).isEqualTo("DECLINED")
        assertThrows<HandlerFailedException> { cart.ask(CheckOut("broken")) }
        assertThat(cart.ask(Show)).isEqualTo(Cart(mapOf(lamp to 1)))
        assertThat(cart.ask(CheckOut("good")).total).isEqualTo(Cents(30))
    }
}
