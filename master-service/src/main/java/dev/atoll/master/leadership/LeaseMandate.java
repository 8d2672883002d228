package dev.atoll.master.leadership;

import dev.atoll.master.loop.Mandate;
import dev.atoll.runtime.naming.Lease;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The right to act as the master: it stands on a lease, and is forfeited once. */
final class LeaseMandate implements Mandate {
    /* Seen over once, it is over for good, even if a late answer brings the lease back to life: who
     * saw it has stopped acting, and if the others went on to keep the lease alive, nobody would
     * lead. */
    private final Lease lease;
    private final Consumer<String> onForfeit;
    private final AtomicBoolean forfeited = new AtomicBoolean();

    /**
     * A mandate.
     *
     * @param onForfeit hears why, once; must not block
     */
    LeaseMandate(Lease lease, Consumer<String> onForfeit) {
        this.lease = lease;
        this.onForfeit = onForfeit;
    }

    @Override
    public boolean holds() {
        if (lease.isOver()) {
            forfeit("the lease was not kept alive in time", null);
        }
        return !forfeited.get();
    }

    @Override
    public void forfeit(String reason, @Nullable Throwable cause) {
        if (forfeited.compareAndSet(false, true)) {
            onForfeit.accept(reason);
        }
    }
}
