package io.durableserver.ignite.control;

import io.durableserver.DurableServerException;
import io.durableserver.HandlerFailedException;
import io.durableserver.NotAppliedException;
import io.durableserver.OutcomeUnknownException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An answer on the wire: kind (1 byte), then the bytes of the answer, or of an error its code, its message, and its
 * context. An error is rebuilt from a closed set of classes, never from a class the wire names (P9).
 */
final class ControlAnswer {
    private static final byte OK = 0;
    private static final byte NOT_APPLIED = 1;
    private static final byte OUTCOME_UNKNOWN = 2;
    private static final byte FAILED = 3;
    private static final int MAX_TEXT = 4_096;

    private ControlAnswer() {}

    static byte[] of(byte @Nullable [] value, @Nullable Throwable failure) {
        if (value != null && failure == null) {
            byte[] answer = new byte[value.length + 1];
            System.arraycopy(value, 0, answer, 1, value.length);
            return answer;
        }
        return error(unwrap(failure));
    }

    private static byte[] error(@Nullable Throwable failure) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(
                    failure instanceof NotAppliedException
                            ? NOT_APPLIED
                            : failure instanceof OutcomeUnknownException ? OUTCOME_UNKNOWN : FAILED);
            Map<String, String> context = Map.of();
            if (failure instanceof DurableServerException known) {
                out.writeUTF(known.code());
                context = known.context();
            } else {
                out.writeUTF(failure == null ? "null" : failure.getClass().getName());
            }
            out.writeUTF(failure == null ? "no answer" : shorten(text(failure)));
            out.writeByte(Math.min(context.size(), Byte.MAX_VALUE));
            for (Map.Entry<String, String> entry :
                    context.entrySet().stream().limit(Byte.MAX_VALUE).toList()) {
                out.writeUTF(shorten(entry.getKey()));
                out.writeUTF(shorten(entry.getValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What the exception is made of again: its message is made from this and the rest. */
    private static @Nullable String text(Throwable failure) {
        return failure instanceof DurableServerException known ? known.text() : failure.getMessage();
    }

    private static String shorten(@Nullable String text) {
        return text == null ? "" : text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    /**
     * The bytes of a good answer.
     *
     * @throws DurableServerException the error the answer carries
     */
    static byte[] open(byte[] answer) {
        if (answer.length > 0 && answer[0] == OK) {
            return Arrays.copyOfRange(answer, 1, answer.length);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(answer))) {
            byte kind = in.readByte();
            String code = in.readUTF();
            String message = in.readUTF();
            Map<String, String> context = new LinkedHashMap<>();
            for (int entries = in.readByte(); entries > 0; entries--) {
                context.put(in.readUTF(), in.readUTF());
            }
            throw rebuild(kind, code, message, context);
        } catch (IOException e) {
            throw unreadable();
        }
    }

    private static DurableServerException rebuild(byte kind, String code, String message, Map<String, String> context) {
        try {
            return switch (kind) {
                case NOT_APPLIED -> new NotAppliedException(NotAppliedException.Reason.valueOf(code), message, context);
                case OUTCOME_UNKNOWN ->
                    new OutcomeUnknownException(OutcomeUnknownException.Reason.valueOf(code), message, context);
                default -> new HandlerFailedException(code, message, context);
            };
        } catch (IllegalArgumentException e) {
            return unreadable();
        }
    }

    private static OutcomeUnknownException unreadable() {
        return new OutcomeUnknownException(
                OutcomeUnknownException.Reason.REPLY_UNREADABLE, "The answer cannot be read", Map.of());
    }

    /** The failure itself, without the wrappers of stages. */
    static @Nullable Throwable unwrap(@Nullable Throwable failure) {
        Throwable at = failure;
        while (at != null
                && at.getCause() != null
                && (at instanceof CompletionException || at instanceof ExecutionException)) {
            at = at.getCause();
        }
        return at;
    }
}
