package io.durableserver.kotlin.front

import io.durableserver.Call
import io.durableserver.Cast
import io.durableserver.DurableServer
import io.durableserver.Handlers
import io.durableserver.Handlers.DeferredHandler
import io.durableserver.Init
import io.durableserver.Next
import io.durableserver.RejectedException
import io.durableserver.Reply
import io.durableserver.ReplyTo
import io.durableserver.ServerContext
import io.durableserver.ServerRef
import io.durableserver.ServerType
import io.durableserver.StopReason
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch

/** A counter that does in every way of handling what its messages say. */
internal class Scripted(private val way: Way) : DurableServer<Scripted.State>() {
    data class State(val count: Int)

    data object Look : Call<Int>

    data class Add(val by: Int) : Call<Int>

    /** As [Add], stored later or never. */
    data class AddLoosely(val by: Int) : Call<Int>

    data class Put(val count: Int) : Cast

    /** Adds 1, and 10 in the turn that follows at once. */
    data object Chain : Call<Int>

    data object Link

    /** Adds 1 in a message to itself. */
    data object Send : Call<Int>

    data object Tick

    /** Adds 1, and stops when nothing comes for so long. */
    data class Rest(val minutes: Long) : Call<Int>

    data class AddFrom(val key: String) : Call<Int>

    /** Tells another one; then answers, fails or refuses. */
    data class Tell(val key: String, val then: String) : Call<Int>

    data class Leave(val count: Int, val why: String = "normal") : Call<Int>

    /** Asks for a turn of a message that nobody handles. */
    data class Astray(val at: String) : Call<Int>

    /** Stores a state that has not changed. */
    data class Store(val forced: Boolean) : Call<Int>

    /** Shows a text beside the state; answers what was shown before. */
    data class Show(val text: String) : Call<Map<String, String>>

    /** Replies with a text, which is not what it declares. */
    data object WrongReply : Call<Int>

    /** Adds when the [Gate] is opened. */
    data class AddWhenLet(val by: Int) : Call<Int>

    /** Is answered by [AnswerAll]. */
    data object Wait : Call<Int>

    data class AnswerAll(val fails: Boolean) : Call<Int>

    data class Bump(val by: Int) : Cast

    data object Quit : Cast

    /** Where turns wait until the test lets them go on. */
    class Gate {
        private val entered = CountDownLatch(1)
        private val opened = CompletableFuture<Unit>()

        fun enter(): CompletableFuture<Unit> {
            entered.countDown()
            return opened
        }

        fun awaitTurn() = entered.await()

        fun open() {
            opened.complete(Unit)
        }
    }

    private val waiting = mutableListOf<ReplyTo<Int>>()

    override fun init(state: State, context: ServerContext): Init<State> {
        if (state.count < 0) {
            throw RejectedException("NEGATIVE", "It counts from 0")
        }
        return if (state.count == CONTINUES) Init.ok(state).thenContinue(Link) else Init.ok(state)
    }

    override fun handlers(on: Handlers<State>) {
        way.call(on, Look::class.java) { state, _, _ -> Next.reply(state.count, state) }
        way.call(on, Add::class.java) { state, add, _ -> added(state, add.by).sync() }
        way.call(on, AddLoosely::class.java) { state, add, _ -> added(state, add.by) }
        way.cast(on, Put::class.java) { _, put, _ -> Next.state(State(put.count)).sync() }
        way.call(on, Chain::class.java) { state, _, _ -> added(state, 1).thenContinue(Link) }
        way.continuation(on, Link::class.java) { state, _, _ -> Next.state(State(state.count + 10)).sync() }
        way.call(on, Send::class.java) { state, _, context ->
            context.send(Tick)
            Next.reply(state.count, state)
        }
        way.info(on, Tick::class.java) { state, _, _ -> Next.state(State(state.count + 1)) }
        way.call(on, Rest::class.java) { state, rest, _ ->
            added(state, 1).sync().idleTimeout(Duration.ofMinutes(rest.minutes))
        }
        way.timeout(on) { state -> Next.stop(StopReason.normal(), State(state.count + 100)) }
        way.asks(on, AddFrom::class.java, ::other) { state, count -> added(state, count).sync() }
        way.tells(on, Tell::class.java, { tell, context -> other(AddFrom(tell.key), context) }) { state, tell, _ ->
            when (tell.then) {
                "fail" -> error("as it was asked for")
                "refuse" -> Next.reject("NO", "as it was asked for")
                else -> Next.reply(state.count, state)
            }
        }
        way.call(on, Leave::class.java) { _, leave, _ ->
            Next.reply(leave.count, State(leave.count)).thenStop(reason(leave.why))
        }
        way.cast(on, Quit::class.java) { state, _, _ -> Next.stop(StopReason.normal(), State(state.count + 1)) }
        way.cast(on, Bump::class.java) { state, bump, _ -> Next.state(State(state.count + bump.by)) }
        effects(on)
        way.waits(on, AddWhenLet::class.java, { it.service(Gate::class.java).enter() }) { state, add, _ ->
            added(state, add.by)
        }
        on.callDeferred(
            Wait::class.java,
            DeferredHandler<State, Wait, Int> { state, _, caller ->
                waiting += caller
                Next.state(state)
            },
        )
        way.call(on, AnswerAll::class.java) { state, answer, _ ->
            waiting.forEach { it.reply(state.count) }
            waiting.clear()
            check(!answer.fails) { "as it was asked for" }
            Next.reply(state.count, state)
        }
    }

    /** What a turn asks for besides. */
    private fun effects(on: Handlers<State>) {
        way.call(on, Astray::class.java) { _, astray, context ->
            val next = Next.reply(0, State(9))
            if (astray.at == "continuation") {
                next.thenContinue("nobody handles texts")
            } else {
                context.send("nobody handles texts")
                next
            }
        }
        way.call(on, Store::class.java) { state, store, _ ->
            val next = Next.reply(state.count, State(state.count))
            if (store.forced) next.forceSync() else next.sync()
        }
        way.call(on, Show::class.java) { state, show, context ->
            Next.reply(context.metadata(), state).metadata(mapOf("text" to show.text)).forceSync()
        }
        way.call(on, WrongReply::class.java) { _, _, _ ->
            @Suppress("UNCHECKED_CAST")
            Next.reply<State, Any>("a text", State(9)) as Reply<State, Int>
        }
    }

    private fun reason(why: String): StopReason =
        when (why) {
            "normal" -> StopReason.normal()
            "permanent" -> StopReason.permanent()
            "delete" -> StopReason.delete()
            else -> StopReason.error(why)
        }

    private fun added(state: State, by: Int) = Next.reply(state.count + by, State(state.count + by))

    private fun other(from: AddFrom, context: ServerContext): ServerRef = context.servers().ref(type(way), from.key)

    companion object {
        /** A first state that the start goes on with. */
        const val CONTINUES = 1_000

        fun type(way: Way): ServerType<State> = ServerType.of("scripted", State::class.java) { Scripted(way) }
    }
}
