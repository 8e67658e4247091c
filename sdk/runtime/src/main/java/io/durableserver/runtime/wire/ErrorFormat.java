package io.durableserver.runtime.wire;

import io.durableserver.runtime.wire.WireError.Category;

/** The layout of errors. The numbers are the wire's own: the order of the constants in Java may change. */
final class ErrorFormat {
    private ErrorFormat() {}

    static WireWriter write(WireWriter out, WireError error) {
        int category = switch (error.category()) {
            case NOT_APPLIED -> 0;
            case OUTCOME_UNKNOWN -> 1;
            case HANDLER_FAILED -> 2;
            case CONFIGURATION -> 3;
            case REJECTED -> 4;
        };
        return out.octet(category).text(error.code()).text(error.message()).texts(error.context());
    }

    static WireError read(WireReader in) {
        int number = in.octet();
        Category category = switch (number) {
            case 0 -> Category.NOT_APPLIED;
            case 1 -> Category.OUTCOME_UNKNOWN;
            case 2 -> Category.HANDLER_FAILED;
            case 3 -> Category.CONFIGURATION;
            case 4 -> Category.REJECTED;
            // Of a newer node: its code stays readable, and asking before doing it again is right for any error.
            default -> Category.OUTCOME_UNKNOWN;
        };
        return new WireError(category, in.string(), in.string(), in.texts());
    }
}
