package io.durableserver.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;

/**
 * Something rare that happened in the runtime, as a value. Each kind is a record that says with {@link Told} how it reads and how
 * much it matters; {@code sdk/docs/events.md} lists those of this release. Further kinds may come with any release: always have a
 * default branch. Components may be added to a record, and only the runtime makes facts: take apart what you need by name.
 */
public sealed interface RuntimeEvent permits ServerEvent, NodeEvent, StoreEvent, ClusterEvent {
    /** How much a fact matters to an operator, the most first. */
    enum Severity {
        /** Something was lost or does not work: look now. */
        ERROR,
        /** Something went wrong and was coped with. */
        WARN,
        INFO,
        /** The course of things, as often as they happen. */
        DEBUG
    }

    /** How a kind of fact is told. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Told {
        Severity severity();

        /** Its text, with the names of components in braces in place of their values. */
        String text();
    }

    /** How much all facts of a kind matter. */
    static Severity severityOf(Class<? extends RuntimeEvent> kind) {
        return EventText.of(kind).severity();
    }

    /** How much it matters; the same for all of a kind. */
    default Severity severity() {
        return severityOf(getClass());
    }

    /** It in one line. */
    default String text() {
        return EventText.of(getClass()).text(this);
    }

    /** The error that is its cause; a copy without behaviour where it came from code of the application. */
    default Optional<Throwable> thrown() {
        return EventText.of(getClass()).thrown(this);
    }
}
