package io.durableserver.runtime.turn;

import io.durableserver.DurableServerException;
import java.util.function.Supplier;

/**
 * Code of the application that only computes: constructors, {@code load}, {@code dump}, and what codecs call of its values.
 * It runs in a turn that may neither call, cast nor wait, and whatever it throws leaves typed.
 */
public final class PureCode {
    private PureCode() {}

    /**
     * Runs it.
     *
     * @param where what runs, for errors
     * @throws UserFailure when it threw anything but an error of this library
     */
    public static <T> T run(String where, String key, Supplier<T> body) {
        Turn turn = Turn.pure(where, key).enter();
        try {
            return body.get();
        } catch (UserFailure | DurableServerException known) {
            throw known;
        } catch (Throwable thrown) {
            throw new UserFailure(where, thrown);
        } finally {
            turn.exit();
        }
    }
}
