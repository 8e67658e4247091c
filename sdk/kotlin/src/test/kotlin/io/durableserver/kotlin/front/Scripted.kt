package io.durableserver.kotlin.front

import io.durableserver.Call
import io.durableserver.Cast
import io.durableserver.DurableServer
import io.durableserver.Handlers
import io.durableserver.Init
import io.durableserver.Next
import io.durableserver.RejectedException
import io.durableserver.ServerContext
import io.durableserver.ServerRef
import io.durableserver.ServerType
import io.durableserver.StopReason
import java.time.Duration

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

    data class Leave(val count: Int) : Call<Int>

    data object Quit : Cast

    override fun init(state: State, context: ServerContext): Init<State> {
        if (state.count < 0) {
            throw RejectedException("NEGATIVE", "It counts from 0")
        }
        return Init.ok(state)
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
            Next.reply(leave.count, State(leave.count)).thenStop(StopReason.normal())
        }
        way.cast(on, Quit::class.java) { state, _, _ -> Next.stop(StopReason.normal(), State(state.count + 1)) }
    }

    private fun added(state: State, by: Int) = Next.reply(state.count + by, State(state.count + by))

    private fun other(from: AddFrom, context: ServerContext): ServerRef = context.servers().ref(type(way), from.key)

    companion object {
        fun type(way: Way): ServerType<State> = ServerType.of("scripted", State::class.java) { Scripted(way) }
    }
}
