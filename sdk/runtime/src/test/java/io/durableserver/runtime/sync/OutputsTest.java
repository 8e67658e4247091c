package io.durableserver.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.DurableServerException;
import io.durableserver.OutcomeUnknownException;
import io.durableserver.runtime.testing.Tells;
import io.durableserver.runtime.testing.Told;
import io.durableserver.spi.NodeEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputsTest {
    private final Told told = new Told();
    private final List<DurableServerException> failed = new ArrayList<>();

    @Test
    @Tells(NodeEvent.Defect.class)
    void outputThatCannotLeaveIsTheDefectThatIsToldAndItsCallerIsToldToo() {
        new Outputs(told.facts()).emit(new Output() {
            @Override
            public void emit() {
                throw new IllegalStateException("a defect");
            }

            @Override
            public void fail(DurableServerException error) {
                failed.add(error);
            }
        });
        assertThat(failed).singleElement().isInstanceOf(OutcomeUnknownException.class);
        assertThat(told.first(NodeEvent.Defect.class).error()).hasMessageContaining("a defect");
    }
}
