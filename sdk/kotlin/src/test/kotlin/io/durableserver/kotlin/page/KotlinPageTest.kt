package io.durableserver.kotlin.page

import io.durableserver.RejectedException
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.testkit.TestCluster
import io.durableserver.testkit.backend.InMemoryBackend
import io.durableserver.testkit.backend.InMemoryStore
import java.nio.file.Path
import kotlin.io.path.readText
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

/** What the pages show of Kotlin is compiled, and does what it says. */
@Timeout(60)
class KotlinPageTest {
    private fun <T> onShop(test: suspend (TestCluster) -> T) {
        TestCluster.builder()
            .nodes(2)
            .types(CART, PRICE, Visits.TYPE, COUNTER)
            .service(Payments::class.java, Payments { card, amount -> "$card paid ${amount.amount}" })
            .start()
            .use { runBlocking { test(it) } }
    }

    @Test
    fun everyBlockOfThePagesIsThatOfTheSource() {
        val page = Path.of("../docs/kotlin.md").readText()
        assertThat(shownBy(page)).isEqualTo(writtenIn("Cart.kt")).isNotEmpty()
        assertThat(Regex("(?m)^```kotlin$").containsMatchIn(page)).`as`("a block without a name").isFalse()
        assertThat(shownBy(Path.of("../../README.md").readText())).isEqualTo(writtenIn("Readme.kt")).isNotEmpty()
    }

    private fun shownBy(page: String): Map<String, String> =
        Regex("(?ms)^```kotlin (\\w+)\\n(.*?)^```$").findAll(page).associate { it.groupValues[1] to it.groupValues[2] }

    private fun writtenIn(source: String): Map<String, String> =
        Regex("(?ms)^ *// page: (\\w+)\\n(.*?)^ *// page: end$")
            .findAll(Path.of("src/test/kotlin/io/durableserver/kotlin/page/$source").readText())
            .associate { it.groupValues[1] to it.groupValues[2].trimIndent().trim() + "\n" }

    @Test
    fun counterOfTheReadmeCounts() = onShop { cluster ->
        val counter = cluster.servers(0).ensure(COUNTER, "k", State(0))
        assertThat(counter.ask(Increment(5))).isEqualTo(5)
        assertThat(counter.ask(GetCount)).isEqualTo(5)
    }

    @Test
    fun cartIsFilledAndPaid() = onShop { cluster ->
        val servers = cluster.servers(0)
        servers.ensure(PRICE, "lamp", Cents(30))
        servers.ensure(PRICE, "bulb", Cents(2))
        val cart = servers.ensure(CART, "c", Cart())
        assertThat(cart.ask(Add(Sku("lamp")))).isEqualTo(1)
        assertThat(cart.ask(Add(Sku("bulb"), 2))).isEqualTo(2)
        assertThat(cart.ask(Items)).isEqualTo(mapOf(Sku("lamp") to 1, Sku("bulb") to 2))
        assertThat(cart.ask(CheckOut("ann"))).isEqualTo("ann paid 32")
        assertThat(assertThrows<RejectedException> { cart.ask(Add(Sku("lamp"))) }.code()).isEqualTo("PAID")
        cluster.crashOwnerOf(cart)
        val left = cluster.servers(if (cluster.isRunning(0)) 0 else 1)
        assertThat(left.ref(CART, "c").ask(Items)).isEqualTo(mapOf(Sku("lamp") to 1, Sku("bulb") to 2))
        assertThat(assertThrows<RejectedException> { left.ref(CART, "c").ask(Add(Sku("lamp"))) }.code())
            .isEqualTo("PAID")
    }

    @Test fun shopperAsks() = onShop { cluster -> assertThat(shop(cluster.servers(0))).isEqualTo(1) }

    @Test
    fun visitsAreCounted() = onShop { cluster ->
        val visits = cluster.servers(0).ensure(Visits.TYPE, "v", Visits.State(1))
        assertThat(visits.ask(Visits.Visit)).isEqualTo(2)
    }

    @Test
    fun configurationIsBuilt() {
        val config = config({ InMemoryBackend(InMemoryStore()) }) { card, _ -> card }
        assertThat(config.types()).containsExactly(CART, PRICE)
        assertThat(config.timeouts().call().seconds).isEqualTo(3)
    }
}
