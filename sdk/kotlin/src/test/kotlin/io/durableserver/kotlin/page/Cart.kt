package io.durableserver.kotlin.page

import io.durableserver.Call
import io.durableserver.DurableServer
import io.durableserver.DurableServers
import io.durableserver.Handlers
import io.durableserver.Next
import io.durableserver.NotAppliedException
import io.durableserver.OutcomeUnknownException
import io.durableserver.Reply
import io.durableserver.StopReason
import io.durableserver.config.DurableServersConfig
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.call
import io.durableserver.kotlin.durableServersConfig
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.find
import io.durableserver.kotlin.idleTimeout
import io.durableserver.kotlin.invoke
import io.durableserver.kotlin.serverType
import io.durableserver.kotlin.serverTypeOf
import io.durableserver.kotlin.service
import io.durableserver.kotlin.stop
import io.durableserver.kotlin.stored
import io.durableserver.kotlin.testkit.runTest
import io.durableserver.kotlin.timeouts
import io.durableserver.kotlin.turnDeadline
import io.durableserver.spi.BackendFactory
import io.durableserver.testkit.ClusterConfig
import io.durableserver.testkit.DurableCluster
import io.durableserver.testkit.TestCluster
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test

// page: shapes
@JvmInline value class Sku(val text: String)

@JvmInline value class Cents(val amount: Long)

sealed interface Status

data object Open : Status

data class Paid(val receipt: String) : Status

data class Cart(val items: Map<Sku, Int> = mapOf(), val status: Status = Open, val note: String? = null)

// page: end

data class PriceOf(val sku: Sku) : Call<Cents>

fun interface Payments {
    fun charge(card: String, amount: Cents): String
}

val PRICE = serverType<Cents>("price") { query { _: PriceOf -> state } }

// page: type
data class Add(val sku: Sku, val count: Int = 1) : Call<Int>

data object Items : Call<Map<Sku, Int>>

data class CheckOut(val card: String) : Call<String>

val CART =
    serverType<Cart>("cart") {
            call { add: Add ->
                if (state.status is Paid) {
                    reject("PAID", "The cart is paid")
                } else {
                    val count = (state.items[add.sku] ?: 0) + add.count
                    reply(count, state.copy(items = state.items + (add.sku to count))).sync().idleTimeout(30.minutes)
                }
            }
            query { _: Items -> state.items }
            suspendCall { out: CheckOut ->
                // All prices at once; no thread waits, and no other turn of this cart runs.
                val prices = state.items.keys.map { sku -> async { servers.ref(PRICE, sku.text).ask(PriceOf(sku)) } }
                val sum = Cents(prices.awaitAll().sumOf { it.amount })
                val receipt = withContext(Dispatchers.IO) { context.service<Payments>().charge(out.card, sum) }
                reply(receipt, state.copy(status = Paid(receipt))).sync()
            }
            timeout { stop(StopReason.normal()) }
        }
        .turnDeadline(20.seconds)

// page: end

// page: class
class Visits : DurableServer<Visits.State>() {
    data class State(val count: Long)

    data object Visit : Call<Long>

    override fun handlers(on: Handlers<State>) = on {
        call { _: Visit -> reply(state.count + 1, State(state.count + 1)) }
    }

    companion object {
        val TYPE = serverTypeOf<State>("visits", ::Visits)
    }
}

// page: end

class JavaVisits : DurableServer<Visits.State>() {
    // page: plain
    override fun handlers(on: Handlers<Visits.State>) {
        on.call(Visits.Visit::class.java) { state, _ -> visit(state) }
    }

    private fun visit(state: Visits.State): Reply<Visits.State, Long> =
        Next.reply(state.count + 1, Visits.State(state.count + 1))
    // page: end
}

// page: ask
suspend fun shop(servers: DurableServers): Int {
    val cart = servers.ensure(CART, "cart-7", Cart())
    val lamps =
        try {
            cart.ask(Add(Sku("lamp")), timeout = 2.seconds)
        } catch (again: NotAppliedException) {
            cart.ask(Add(Sku("lamp"))) // had no effect: as good as the first time
        } catch (unknown: OutcomeUnknownException) {
            cart.ask(Items)[Sku("lamp")] ?: 0 // look before doing it twice
        }
    check(servers.find("cart-7") != null && servers.stored("cart-7") != null)
    servers.stop("cart-7")
    return lamps
}

// page: end

// page: config
fun config(store: BackendFactory, payments: Payments): DurableServersConfig =
    durableServersConfig("shop/") {
        type(CART)
        type(PRICE)
        backend(store)
        service<Payments>(payments)
        timeouts { call(3.seconds) }
    }

// page: end

// page: test
@DurableCluster(virtualTime = true)
class CartTest {
    @Test
    fun cartIsGivenUpAfterHalfAnHour(cluster: TestCluster) = cluster.runTest {
        val cart = cluster.servers(0).ensure(CART, "c", Cart())
        cart.ask(Add(Sku("lamp")))
        delay(29.minutes)
        assertThat(cart.find()).isNotNull()
        delay(1.minutes)
        assertThat(cart.find()).isNull()
    }

    companion object {
        @ClusterConfig
        @JvmStatic
        fun types(cluster: TestCluster.Builder) {
            cluster.types(CART, PRICE)
        }
    }
}
// page: end
