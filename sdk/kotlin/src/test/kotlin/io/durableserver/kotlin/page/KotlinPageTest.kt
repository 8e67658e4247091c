package io.durableserver.kotlin.page

import io.durableserver.Call
import io.durableserver.RejectedException
import io.durableserver.ServerType
import io.durableserver.kotlin.ask
import io.durableserver.kotlin.ensure
import io.durableserver.kotlin.serverType
import io.durableserver.kotlin.serverTypeOf
import io.durableserver.kotlin.stop
import io.durableserver.kotlin.tell
import io.durableserver.testkit.TestCluster
import io.durableserver.testkit.backend.InMemoryBackend
import io.durableserver.testkit.backend.InMemoryStore
import java.nio.file.FileVisitResult
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.invariantSeparatorsPathString
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.io.path.relativeTo
import kotlin.io.path.visitFileTree
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
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

    /** Where the blocks of each page are compiled. */
    private val sources =
        mapOf(
            "README.md" to listOf("$HERE/Readme.kt"),
            "sdk/docs/kotlin.md" to listOf("$HERE/Cart.kt"),
            "sdk/docs/configuration.md" to
                listOf("ignite-plugin/kotlin/src/test/kotlin/io/durableserver/ignite/kotlin/page/Node.kt"),
            "sdk/docs/handlers.md" to listOf("$HERE/Handlers.kt"),
            "sdk/docs/bytes.md" to listOf("$HERE/Migration.kt"),
        )

    @Test
    fun everyBlockOfThePagesIsThatOfItsSource() {
        for ((page, files) in sources) {
            val written = files.map(::writtenIn).fold(mapOf<String, String>()) { all, some -> all + some }
            assertThat(shownBy(page)).`as`(page).isEqualTo(written).isNotEmpty()
        }
    }

    @Test
    fun everyBlockIsCompiled() {
        val begin = Regex("(?m)^```kotlin.*$")
        for (page in pages()) {
            val blocks = begin.findAll(ROOT.resolve(page).readText()).count()
            val compiled = if (page in sources) shownBy(page).size else 0
            assertThat(blocks).`as`("blocks of $page").isEqualTo(compiled)
        }
    }

    private fun pages(): List<String> = buildList {
        ROOT.visitFileTree {
            onPreVisitDirectory { directory, _ ->
                if (directory.name == "target" || directory.name == ".git") FileVisitResult.SKIP_SUBTREE
                else FileVisitResult.CONTINUE
            }
            onVisitFile { file, _ ->
                if (file.extension == "md") add(file.relativeTo(ROOT).invariantSeparatorsPathString)
                FileVisitResult.CONTINUE
            }
        }
    }

    private fun shownBy(page: String): Map<String, String> =
        Regex("(?ms)^```kotlin ([\\w-]+)\\n(.*?)^```$").findAll(ROOT.resolve(page).readText()).associate {
            it.groupValues[1] to it.groupValues[2]
        }

    private fun writtenIn(source: String): Map<String, String> =
        Regex("(?ms)^ *// page: ([\\w-]+)\\n(.*?)^ *// page: end$").findAll(ROOT.resolve(source).readText()).associate {
            it.groupValues[1] to it.groupValues[2].trimIndent().trim() + "\n"
        }

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

    @Test
    fun handlersOfThePageDoWhatTheySay() {
        val types = with(HandlersPage) { arrayOf<ServerType<*>>(ORDER, CART, STOCK, LEDGER, ACCOUNT, COUNT, VISITS) }
        TestCluster.builder().nodes(2).types(*types).start().use { cluster ->
            runBlocking {
                val servers = cluster.servers(0)
                val cart = servers.ensure(HandlersPage.CART, "cart", HandlersPage.Cart(listOf("lamp")))
                assertThat(cart.ask(HandlersPage.CheckOut("o", "ann"))).isEqualTo("ann paid [lamp]")
                await().until { cluster.whereIs(cart).isEmpty }
                val stock = servers.ensure(HandlersPage.STOCK, "stock", HandlersPage.Stock(5))
                assertThat(stock.ask(HandlersPage.Take(3))).isEqualTo(2)
                assertThat(assertThrows<RejectedException> { stock.ask(HandlersPage.Take(3)) }.details())
                    .isEqualTo(mapOf("left" to "2"))
                assertThat(stock.ask(HandlersPage.Left)).isEqualTo(2)
                servers.ensure(HandlersPage.LEDGER, "ledger", HandlersPage.Ledger(1))
                val account = servers.ensure(HandlersPage.ACCOUNT, "account", HandlersPage.Account(5))
                assertThat(account.ask(HandlersPage.Convert("usd"))).isEqualTo(16)
                val count = servers.ensure(HandlersPage.COUNT, "count", HandlersPage.Count())
                count.tell(HandlersPage.Note("noted"))
                assertThat(count.ask(HandlersPage.Plus(2))).isEqualTo(2)
                assertThat(servers.ref(HandlersPage.VISITS, "visits").ask(HandlersPage.See)).isEqualTo(1)
            }
        }
    }

    @Test
    fun olderStateOfThePageIsMigrated() {
        val store = InMemoryStore()
        val before = serverType<Migration.BasketV1>("basket") { query { _: Ask -> state.lines } }
        TestCluster.builder().nodes(1).types(before).store(store).start().use { cluster ->
            runBlocking { cluster.servers(0).ensure(before, "b", Migration.BasketV1(listOf("lamp"))).stop() }
        }
        val after = serverTypeOf("basket", ::Migration).version(2)
        TestCluster.builder().nodes(1).types(after).store(store).start().use { cluster ->
            runBlocking {
                assertThat(cluster.servers(0).ref(after, "b").ask(Migration.Show))
                    .isEqualTo(Migration.Basket(listOf("lamp"), "EUR"))
            }
        }
    }

    data object Ask : Call<List<String>>

    private companion object {
        val ROOT: Path = Path.of("../..").toRealPath()
        const val HERE = "sdk/kotlin/src/test/kotlin/io/durableserver/kotlin/page"
    }
}
