package io.durableserver.kotlin.page

import io.durableserver.Call
import io.durableserver.kotlin.serverType

/** The counter of the README. */
data class State(val count: Long)

data class Increment(val by: Long) : Call<Long>

data object GetCount : Call<Long>

// page: counter
val COUNTER =
    serverType<State>("counter") {
        call { add: Increment -> reply(state.count + add.by, State(state.count + add.by)).sync() }
        query { _: GetCount -> state.count }
    }
// page: end
