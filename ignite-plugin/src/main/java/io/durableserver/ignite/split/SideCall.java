package io.durableserver.ignite.split;

import java.util.List;

/**
 * What a call that gives up a side asks, in this order; each node must agree before the next is asked. The side that is kept promises
 * once more when all of the other have promised. Without that a call that stalls goes on with a promise of its own side that is over:
 * two calls with opposite names would give up both sides, and each would wait for the other for ever. With it, if both went through,
 * a node of either side would have promised to give up after it last promised to keep: each call would be the later one.
 */
enum SideCall {
    KEEP(true, SideTask.Step.KEEP, "keeps its side"),
    GIVE_UP(false, SideTask.Step.GIVE_UP, "gives up its side"),
    KEEP_STILL(true, SideTask.Step.KEEP, "still keeps its side"),
    GO(false, SideTask.Step.GO, "goes");

    /** All that follows once the other side is found. */
    static final List<SideCall> THERE = List.of(GIVE_UP, KEEP_STILL, GO);

    /** Whether the nodes of the side that is kept are asked. */
    final boolean ours;

    final SideTask.Step step;
    /** What a node does that agrees. */
    final String what;

    SideCall(boolean ours, SideTask.Step step, String what) {
        this.ours = ours;
        this.step = step;
        this.what = what;
    }
}
