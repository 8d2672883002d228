package dev.atoll.master.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.runtime.naming.Lease;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

final class LeaseMandateTest {
    private final FlickeringLease lease = new FlickeringLease();
    private final List<String> reasons = new ArrayList<>();
    private final LeaseMandate mandate = new LeaseMandate(lease, reasons::add);

    @Test
    void holdsWithItsLease() {
        assertThat(mandate.holds()).isTrue();
        assertThat(reasons).isEmpty();
    }

    @Test
    void seenOverOnceItIsForfeitedAlthoughTheLeaseComesBack() {
        lease.isOver = true;
        assertThat(mandate.holds()).isFalse();
        lease.isOver = false;
        assertThat(mandate.holds()).isFalse();
        assertThat(reasons).containsExactly("the lease was not kept alive in time");
    }

    @Test
    void isForfeitedOnce() {
        mandate.forfeit("enough", null);
        mandate.forfeit("more", null);
        lease.isOver = true;
        assertThat(mandate.holds()).isFalse();
        assertThat(reasons).containsExactly("enough");
    }

    /** A lease that an answer to an old question brings back to life. */
    private static final class FlickeringLease implements Lease {
        private boolean isOver;

        @Override
        public long id() {
            return 1;
        }

        @Override
        public Duration timeToLive() {
            return Duration.ofSeconds(1);
        }

        @Override
        public boolean isOver() {
            return isOver;
        }

        @Override
        public void whenOver(Runnable action) {}

        @Override
        public void close() {}
    }
}
