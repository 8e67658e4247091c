package io.durableserver.runtime.activation;

import io.durableserver.ConfigurationException;
import io.durableserver.DurableServerException;
import io.durableserver.runtime.server.Refusals;
import io.durableserver.runtime.server.ServerState;
import io.durableserver.runtime.turn.Carried;
import io.durableserver.runtime.turn.EncodedState;
import io.durableserver.runtime.turn.RegisteredType;
import io.durableserver.runtime.turn.UserCode;
import io.durableserver.runtime.turn.UserFailure;

/** The state a server goes on with after a turn; for tests it is what comes back from its bytes, as after a restart. */
final class StateCopies {
    private StateCopies() {}

    /**
     * A server with a dump of its own keeps its state, which may hold what no dump has; that the dump can be loaded is
     * checked all the same.
     *
     * @throws DurableServerException when the state cannot be stored or does not come back
     */
    static <S> S of(ServerState<S> server, S state) {
        if (!server.node.testMode().encodesLocally()) {
            return state;
        }
        RegisteredType<S> type = server.type;
        UserCode<S> code = server.code();
        try {
            // Apart from what the record carries: this is no write and no load of it.
            Carried carried = new Carried();
            byte[] bytes = type.encode(server.key, code, state, carried);
            EncodedState encoded =
                    new EncodedState(type.type().version(), type.codec().name(), bytes, carried.optional());
            S copy = type.decode(server.key, code, encoded, new Carried());
            return isWholeState(code, state) ? copy : state;
        } catch (UserFailure failure) {
            throw failure.toCaller(server.key);
        } catch (ConfigurationException unnamed) {
            throw Refusals.unstorable(server.key, unnamed);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the default dump is the state itself
    private static <S> boolean isWholeState(UserCode<S> code, S state) {
        return code.dump(state) == state;
    }
}
