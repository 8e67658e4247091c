package io.durableserver.benchmarks;

import io.durableserver.benchmarks.load.Measured;

/** Runs subjects in turn, again and again, so that what else the machine does hits all of them alike. */
final class Passes {
    /** One pass of one subject. */
    @FunctionalInterface
    interface Pass {
        Measured run() throws InterruptedException;
    }

    private Passes() {}

    /** The passes of each subject as one, in the order of the subjects. */
    static Measured[] alternate(int passes, Pass... subjects) throws InterruptedException {
        Measured[] ends = new Measured[subjects.length];
        for (int pass = 0; pass < passes; pass++) {
            for (int i = 0; i < subjects.length; i++) {
                Measured end = subjects[i].run();
                ends[i] = pass == 0 ? end : ends[i].plus(end);
            }
        }
        return ends;
    }
}
