package io.durableserver.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.durableserver.benchmarks.faults.Operation.End;
import io.durableserver.benchmarks.faults.Operation.Kind;
import org.junit.jupiter.api.Test;

class OperationTest {
    private static final Operation BEGUN = Operation.begin(2, Kind.APPEND, 30_000_017, "list-3", -5);

    @Test
    void aLineTellsAllOfIt() {
        for (Operation operation :
                new Operation[] {BEGUN, BEGUN.acknowledged(7, 12, 3), BEGUN.failed(9, End.NOT_APPLIED, "NOT_READY")}) {
            assertThat(Operation.parse(operation.line())).contains(operation);
        }
    }

    @Test
    void whatAKilledProcessLeftOfALineIsNone() {
        String line = BEGUN.acknowledged(7, 12, 3).line();
        for (int length = 0; length < line.length(); length++) {
            assertThat(Operation.parse(line.substring(0, length))).isEmpty();
        }
    }
}
