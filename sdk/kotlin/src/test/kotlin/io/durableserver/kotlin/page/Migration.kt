package io.durableserver.kotlin.page

import io.durableserver.Call
import io.durableserver.DurableServer
import io.durableserver.Handlers
import io.durableserver.ServerType
import io.durableserver.StoredState
import io.durableserver.kotlin.invoke

/** The migration of the page of bytes. */
class Migration : DurableServer<Migration.Basket>() {
    data class BasketV1(val lines: List<String>)

    data class Basket(val lines: List<String>, val currency: String)

    data object Show : Call<Basket>

    override fun handlers(on: Handlers<Basket>) = on { query { _: Show -> state } }

    // page: migration
    override fun load(type: ServerType<Basket>, stored: StoredState): Basket =
        if (stored.version() == 1) {
            Basket(stored.`as`(BasketV1::class.java).lines, "EUR")
        } else {
            stored.`as`(Basket::class.java)
        }
    // page: end
}
