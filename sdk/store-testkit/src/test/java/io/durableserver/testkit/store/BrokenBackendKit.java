package io.durableserver.testkit.store;

import io.durableserver.spi.Backend;
import io.durableserver.testkit.store.BrokenBackend.Mistake;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** The kit on a store with one mistake; run by {@link BackendCompatibilityKitTest}, which wants to see it fail. */
abstract class BrokenBackendKit extends BackendCompatibilityKit {
    private final BrokenBackend.Rows rows = new BrokenBackend.Rows();
    private final Mistake mistake;

    private BrokenBackendKit(Mistake mistake) {
        this.mistake = mistake;
    }

    @Override
    protected Backend openBackend() {
        return new BrokenBackend(mistake, rows);
    }

    @Override
    public int seeds() {
        return 20;
    }

    @Override
    public int increments() {
        return 100;
    }

    @AfterEach
    void stopStore() {
        rows.close();
    }

    static final class NoMistake extends BrokenBackendKit {
        NoMistake() {
            super(Mistake.NONE);
        }
    }

    static final class TokensStartOver extends BrokenBackendKit {
        TokensStartOver() {
            super(Mistake.TOKENS_START_OVER);
        }
    }

    static final class BlindReplace extends BrokenBackendKit {
        BlindReplace() {
            super(Mistake.BLIND_REPLACE);
        }
    }

    static final class BlindDelete extends BrokenBackendKit {
        BlindDelete() {
            super(Mistake.BLIND_DELETE);
        }
    }

    static final class CheckThenWrite extends BrokenBackendKit {
        CheckThenWrite() {
            super(Mistake.CHECK_THEN_WRITE);
        }
    }

    static final class PagesByOffset extends BrokenBackendKit {
        PagesByOffset() {
            super(Mistake.PAGES_BY_OFFSET);
        }
    }

    static final class RecordsOfAnotherVersion extends BrokenBackendKit {
        RecordsOfAnotherVersion() {
            super(Mistake.RECORDS_OF_ANOTHER_VERSION);
        }
    }

    static final class RecordsUnasked extends BrokenBackendKit {
        RecordsUnasked() {
            super(Mistake.RECORDS_UNASKED);
        }
    }

    static final class RecordsUnbounded extends BrokenBackendKit {
        RecordsUnbounded() {
            super(Mistake.RECORDS_UNBOUNDED);
        }
    }

    static final class RecordsSkipped extends BrokenBackendKit {
        RecordsSkipped() {
            super(Mistake.RECORDS_SKIPPED);
        }
    }

    static final class RecordsShared extends BrokenBackendKit {
        RecordsShared() {
            super(Mistake.RECORDS_SHARED);
        }
    }

    static final class ConflictForApplied extends BrokenBackendKit {
        ConflictForApplied() {
            super(Mistake.CONFLICT_FOR_APPLIED);
        }
    }

    static final class NotAppliedForApplied extends BrokenBackendKit {
        NotAppliedForApplied() {
            super(Mistake.NOT_APPLIED_FOR_APPLIED);
        }
    }

    static final class AppliedAfterClose extends BrokenBackendKit {
        AppliedAfterClose() {
            super(Mistake.APPLIED_AFTER_CLOSE);
        }
    }

    /** Without a mistake, but for some races it does not know how they ended. */
    static class Doubtful extends BrokenBackendKit {
        private final AtomicInteger ends = new AtomicInteger();

        Doubtful() {
            this(Mistake.NONE);
        }

        Doubtful(Mistake mistake) {
            super(mistake);
        }

        @Override
        public boolean losersMayBeInDoubt() {
            return true;
        }

        @Override
        protected Backend openBackend() {
            return new DoubtfulBackend(super.openBackend(), ends);
        }
    }

    static final class DoubtfulCheckThenWrite extends Doubtful {
        DoubtfulCheckThenWrite() {
            super(Mistake.CHECK_THEN_WRITE);
        }
    }

    static final class DoubtfulBlindReplace extends Doubtful {
        DoubtfulBlindReplace() {
            super(Mistake.BLIND_REPLACE);
        }
    }
}
