package io.durableserver.kotlin

import io.durableserver.Call
import io.durableserver.Cast
import io.durableserver.ConfigurationException
import io.durableserver.DurableServer
import io.durableserver.Handlers
import io.durableserver.NotAppliedException
import io.durableserver.ServerRef
import io.durableserver.ServerType
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** Counts, and asks other counters in every way a handler can. */
class Counter : DurableServer<Counter.State>() {
    data class State(val count: Int = 0)

    data object Look : Call<Int>

    data class Add(val by: Int) : Call<Int>

    /** Adds what the other one has, and then what it has after one more. */
    data class AddTwice(val from: String) : Call<Int>

    /** Adds 1 after a suspension; answers how many turns ran meanwhile. */
    data object AddSlowly : Call<Int>

    /** Asks all of them at once. */
    data class Sum(val of: List<String>) : Call<Int>

    /** Tells the other one the count, on a thread of another dispatcher. */
    data class Tell(val to: String) : Call<Boolean>

    data class Told(val by: String, val count: Int) : Call<Boolean>

    data class Note(val by: String) : Cast

    /** Sends a note on another dispatcher, and fails afterwards or not. */
    data class SendNote(val to: String, val fails: Boolean) : Call<Int>

    /** Asks itself, on another dispatcher. */
    data object Ring : Call<String>

    /** Waits for its own node, on another dispatcher. */
    data object AwaitReady : Call<String>

    data object Forever : Call<Int>

    /** Adds 1 when the test lets it, and holds no thread until then. */
    data object AddWhenLet : Call<Int>

    /** Leaves a child behind, which ends later. */
    data object Children : Call<Int>

    data object Refuse : Call<Int>

    data object TimesOut : Call<Int>

    data object Fails : Call<Int>

    /** Blocks its server until the test says so. */
    data object Block : Call<Int>

    /** What the test looks at. */
    class Watch {
        val seen = CopyOnWriteArrayList<String>()
        val block = CountDownLatch(1)
        val let = CompletableDeferred<Unit>()
        @Volatile var stored: (String) -> String = { "" }
        @Volatile var running = 0
    }

    private fun TurnScope<State>.other(key: String): ServerRef = servers.ref(TYPE, key)

    override fun handlers(on: Handlers<State>) = on {
        query { _: Look -> state.count }
        call { add: Add -> reply(state.count + add.by, State(state.count + add.by)).sync() }
        call { told: Told ->
            reply(context.service<Watch>().stored(told.by).contains("\"count\":${told.count}"))
        }
        call { _: Block ->
            context.service<Watch>().block.await()
            reply(state.count)
        }
        cast { _: Note -> next(State(state.count + 1)) }
        suspendCall { add: AddTwice ->
            context.service<Watch>().seen += "began"
            val first = other(add.from).ask(Look)
            delay(5.milliseconds)
            val sum = state.count + first + other(add.from).ask(Add(1))
            reply(sum, State(sum)).sync()
        }
        suspendCall { _: AddSlowly ->
            val watch = context.service<Watch>()
            val atOnce = ++watch.running
            withContext(Dispatchers.Default) { yield() }
            watch.running--
            reply(atOnce, State(state.count + 1))
        }
        suspendCall { sum: Sum -> reply(sum.of.map { async { other(it).ask(Look) } }.awaitAll().sum()) }
        suspendCall { tell: Tell ->
            reply(withContext(Dispatchers.IO) { other(tell.to).ask(Told(key, state.count)) })
        }
        suspendCall { send: SendNote ->
            withContext(Dispatchers.IO) { other(send.to).tell(Note(key)) }
            check(!send.fails) { "as it was asked for" }
            reply(state.count)
        }
        suspendCall { _: Ring ->
            reply(
                try {
                    withContext(Dispatchers.Default) { "answered ${context.self().ask(Look)}" }
                } catch (refused: NotAppliedException) {
                    refused.reason().name
                }
            )
        }
        suspendCall { _: AwaitReady ->
            reply(
                try {
                    withContext(Dispatchers.Default) { servers.ready(1.seconds) }
                    "ready"
                } catch (refused: ConfigurationException) {
                    refused.reason().name
                }
            )
        }
        suspendCall { _: Forever ->
            val seen = context.service<Watch>().seen
            seen += "began"
            try {
                launch { awaitCancellation() }.invokeOnCompletion { seen += "child cancelled" }
                awaitCancellation()
            } finally {
                seen += "cancelled"
            }
        }
        suspendCall { _: AddWhenLet ->
            context.service<Watch>().seen += "began"
            context.service<Watch>().let.await()
            reply(state.count + 1, State(state.count + 1)).sync()
        }
        suspendCall { _: Children ->
            val seen = context.service<Watch>().seen
            launch(Dispatchers.IO) {
                delay(5.milliseconds)
                seen += "child"
            }
            reply(1)
        }
        suspendCall { _: Refuse ->
            delay(1.milliseconds)
            reject("NO", "not today", "when" to "tomorrow")
        }
        suspendCall { _: TimesOut -> withTimeout(1.milliseconds) { awaitCancellation() } }
        suspendCall { _: Fails ->
            delay(1.milliseconds)
            error("as it was asked for")
        }
    }

    companion object {
        val TYPE: ServerType<State> = serverTypeOf("counter", ::Counter)
    }
}
