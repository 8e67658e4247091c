package io.durableserver.kotlin

import io.durableserver.Call
import io.durableserver.Cast
import io.durableserver.ConfigurationException
import io.durableserver.DurableServer
import io.durableserver.Handlers
import io.durableserver.Protocol
import io.durableserver.RejectedException
import io.durableserver.ReplyTo
import io.durableserver.StopReason
import io.durableserver.testkit.TestCluster
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

/** Types, handlers and configurations in Kotlin are those of Java. */
@Timeout(60)
class DslTest {
    data class Stock(val left: Int, val log: List<String> = listOf())

    sealed interface Message : Protocol<Message>

    data class Take(val count: Int) : Message, Call<Int>

    data object Left : Message, Call<Int>

    data class Find(val name: String) : Message, Call<String?>

    data object WaitForMore : Message, Call<Int>

    data class Refill(val by: Int) : Message, Cast

    data class Note(val text: String) : Message, Cast

    data object Log : Message, Call<List<String>>

    data object Tick : Message

    data object Opened : Message

    data object Later : Message

    class Seen {
        val all = CopyOnWriteArrayList<String>()
    }

    private val type =
        serverType<Stock>("stock") {
                val waiting = mutableListOf<ReplyTo<Int>>()
                init {
                    context.sendAfter(1.milliseconds, Tick)
                    ok(state.copy(log = state.log + "init")).idleTimeout(60.seconds).thenContinue(Opened)
                }
                call { take: Take ->
                    if (take.count > state.left) {
                        reject("OUT_OF_STOCK", "Only ${state.left} left", "left" to state.left)
                    } else {
                        reply(take.count, state.copy(left = state.left - take.count)).sync().idleTimeout(60.seconds)
                    }
                }
                query { _: Left -> state.left }
                query { find: Find -> state.log.firstOrNull { it == find.name } }
                callDeferred { _: WaitForMore, caller ->
                    waiting += caller
                    next()
                }
                cast { refill: Refill ->
                    val more = state.copy(left = state.left + refill.by)
                    waiting.forEach { it.reply(more.left) }
                    next(more)
                }
                continuation { _: Opened -> next(state.copy(log = state.log + "opened")) }
                info { _: Tick -> next(state.copy(log = state.log + "tick")) }
                any<Message> { message ->
                    when (message) {
                        is Note -> next(state.copy(log = state.log + message.text))
                        is Log -> reply(state.log)
                        else -> next()
                    }
                }
                timeout { stop(StopReason.normal()) }
                terminate { reason -> context.service<Seen>().all += "$key left ${state.left} $reason" }
            }
            .messages<Stock, Message>()
            .slowTurn(2.seconds)
            .turnDeadline(3.seconds)
            .syncPolicy(manualSync(10.seconds))

    @Test
    fun everyWordRegistersItsHandler() {
        val seen = Seen()
        TestCluster.builder().nodes(2).types(type).service(Seen::class.java, seen).start().use { cluster ->
            runBlocking {
                val stock = cluster.servers(1).ensure(type, "s", Stock(10))
                assertThat(stock.ask(Take(4))).isEqualTo(4)
                assertThat(stock.ask(Left)).isEqualTo(6)
                assertThat(stock.ask(Find("opened"))).isEqualTo("opened")
                assertThat(stock.ask(Find("nothing"))).isNull()
                val more = stock.callAsync(WaitForMore).toCompletableFuture()
                stock.tell(Refill(5))
                assertThat(more.join()).isEqualTo(11)
                stock.tell(Note("noted"))
                await().untilAsserted {
                    assertThat(stock.call(Log)).containsExactlyInAnyOrder("init", "opened", "tick", "noted")
                }
                assertThat(stock.stop()).isTrue()
                assertThat(seen.all).hasSize(1)
                assertThat(seen.all.single()).startsWith("s left 11")
            }
        }
    }

    @Test
    fun everyWordThatSuspendsRegistersItsHandler() {
        val slow =
            serverType<Stock>("slow") {
                    init { ok().thenContinue(Opened).idleTimeout(60.seconds) }
                    suspendCall { take: Take ->
                        delay(1.milliseconds)
                        context.send(Tick)
                        reply(take.count, state.copy(left = state.left - take.count))
                    }
                    suspendCast { refill: Refill ->
                        delay(1.milliseconds)
                        next(state.copy(left = state.left + refill.by)).idleTimeout(20.milliseconds)
                    }
                    suspendInfo { _: Tick ->
                        delay(1.milliseconds)
                        next(state.copy(log = state.log + "tick"))
                    }
                    suspendContinuation { _: Opened ->
                        delay(1.milliseconds)
                        next(state.copy(log = state.log + "opened"))
                    }
                    suspendTimeout {
                        delay(1.milliseconds)
                        next(state.copy(log = state.log + "timeout"))
                    }
                    suspendAny<Message> { message ->
                        delay(1.milliseconds)
                        when (message) {
                            is Note -> next(state.copy(log = state.log + message.text))
                            is Find -> reply(state.log.firstOrNull { it == message.name })
                            is WaitForMore -> reject("NO_MORE", "There will be no more")
                            else -> next()
                        }
                    }
                    query { _: Log -> state.log }
                    query { _: Left -> state.left }
                }
                .messages<Stock, Message>()
                .turnDeadline(5.seconds)
        TestCluster.builder().nodes(1).types(slow).start().use { cluster ->
            runBlocking {
                val stock = cluster.servers(0).ensure(slow, "s", Stock(10))
                assertThat(stock.ask(Take(4))).isEqualTo(4)
                stock.tell(Refill(1))
                await().untilAsserted {
                    assertThat(stock.call(Log)).contains("opened", "tick").endsWith("timeout")
                }
                assertThat(stock.ask(Left)).isEqualTo(7)
                stock.tell(Note("noted"))
                assertThat(stock.ask(Find("noted"))).isEqualTo("noted")
                assertThat(stock.ask(Find("nothing"))).isNull()
                assertThat(assertThrows<RejectedException> { stock.ask(WaitForMore) }.code()).isEqualTo("NO_MORE")
            }
        }
    }

    @Test
    fun contextGoesWithTheHandlersThatSuspend() {
        class Named : DurableServer<Stock>() {
            override fun handlers(on: Handlers<Stock>) =
                on(CoroutineName("stock")) {
                    suspendCall { find: Find ->
                        delay(1.milliseconds)
                        reply(currentCoroutineContext()[CoroutineName]?.name + find.name)
                    }
                }
        }
        val named = serverTypeOf("named") { Named() }
        val block =
            serverType<Stock>("block", CoroutineName("block") + Job().apply { cancel() } + Dispatchers.IO) {
                suspendCall { find: Find ->
                    delay(1.milliseconds)
                    reply(currentCoroutineContext()[CoroutineName]?.name + find.name)
                }
            }
        TestCluster.builder().nodes(1).types(named, block).start().use { cluster ->
            assertThat(cluster.servers(0).ensureStarted(named, "s", Stock(1)).call(Find("!"))).isEqualTo("stock!")
            assertThat(cluster.servers(0).ensureStarted(block, "b", Stock(1)).call(Find("!"))).isEqualTo("block!")
        }
    }

    @Test
    fun messageWithoutAHandlerIsRefusedAtRegistration() {
        val less = serverType<Stock>("less") { query { _: Left -> state.left } }.messages<Stock, Message>()
        val refused =
            assertThrows<ConfigurationException> {
                TestCluster.builder().nodes(1).types(less).start().close()
            }
        assertThat(refused.reason()).isEqualTo(ConfigurationException.Reason.INVALID_TYPE)
    }

    @Test
    fun configurationIsThatOfTheBuilder() {
        val seen = Seen()
        val config =
            durableServersConfig("shop/") {
                type(type)
                service(seen)
                backend { throw UnsupportedOperationException() }
                timeouts {
                    call(2.seconds)
                    start(3.seconds)
                    write(4.seconds)
                    read(5.seconds)
                    drain(6.seconds)
                }
                limits { mailboxCapacity(100) }
                lease {
                    time(20.seconds)
                    renewEvery(3.seconds)
                    margin(4.seconds)
                }
            }
        assertThat(config.prefix()).isEqualTo("shop/")
        assertThat(config.services()).containsEntry(Seen::class.java, seen)
        assertThat(config.timeouts().call().seconds).isEqualTo(2)
        assertThat(config.timeouts().drain().seconds).isEqualTo(6)
        assertThat(config.limits().mailboxCapacity()).isEqualTo(100)
        assertThat(config.lease().time().seconds).isEqualTo(20)
        assertThat(config.types().single().turnDeadline().seconds).isEqualTo(3)
    }
}
