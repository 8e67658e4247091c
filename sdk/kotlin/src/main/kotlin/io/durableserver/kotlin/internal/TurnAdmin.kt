package io.durableserver.kotlin.internal

import io.durableserver.Termination
import io.durableserver.admin.Admin
import io.durableserver.runtime.turn.Rings
import io.durableserver.runtime.turn.Turn
import java.util.concurrent.CompletionStage

/** The door for operators, for who waits for what is asked: a stop that would wait for that wait is refused. */
internal class TurnAdmin(private val admin: Admin) : Admin by admin {
    override fun terminateAsync(key: String, how: Termination): CompletionStage<Boolean> {
        Rings.check(key, Turn.waitingHere())
        return admin.terminateAsync(key, how)
    }
}
