package io.durableserver.runtime.turn;

/** Is told when user code of one server begins and ends on a thread: between the two it may be interrupted. */
public interface CodeWatch {
    /** The watch of code that is never interrupted. */
    CodeWatch UNWATCHED = new CodeWatch() {
        @Override
        public void open() {}

        @Override
        public void close() {}
    };

    /** User code begins on this thread, with no interrupt pending. */
    void open();

    /** It has ended. After this no interrupt comes that was meant for it; one that came may still be pending. */
    void close();
}
