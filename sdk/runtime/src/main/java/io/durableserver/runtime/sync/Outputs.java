package io.durableserver.runtime.sync;

import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.events.Facts;
import io.durableserver.runtime.jdk.Thrown;
import io.durableserver.spi.NodeEvent;
import java.util.Collection;
import java.util.Map;

/** Lets outputs go or fail, such that a defect in one of them does not hold up the others. */
public final class Outputs {
    private final Facts facts;

    /** Tells of defects there. */
    public Outputs(Facts facts) {
        this.facts = facts;
    }

    /** Lets one leave; its waiting caller is told when that does not work. */
    public void emit(Output output) {
        try {
            output.emit();
        } catch (RuntimeException | Error defect) {
            Thrown copy = Thrown.of(defect);
            facts.tell(new NodeEvent.Defect("an output of a turn could not leave", copy));
            fail(
                    output,
                    new OutcomeUnknownException(
                            OutcomeUnknownException.Reason.OWNER_LOST,
                            "The server failed while its answer left",
                            Map.of("error", copy.type()),
                            copy));
        }
    }

    /** Drops one, and tells its waiting caller. */
    public void fail(Output output, DurableServerException error) {
        try {
            output.fail(error);
        } catch (RuntimeException | Error defect) {
            facts.tell(new NodeEvent.Defect(
                    "the caller that waits for an output of a turn could not be told that it is dropped",
                    Thrown.of(defect)));
        }
    }

    /** Drops all of them. */
    public void failAll(Collection<Output> outputs, DurableServerException error) {
        outputs.forEach(output -> fail(output, error));
    }
}
