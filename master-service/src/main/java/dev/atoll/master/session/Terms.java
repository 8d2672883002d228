package dev.atoll.master.session;

import dev.atoll.master.loop.SchedulerLoop;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The present term, while there is one. Safe for use by several threads. */
public final class Terms {
    private final AtomicReference<Optional<Term>> present = new AtomicReference<>(Optional.empty());

    /** The present term. */
    public Optional<Term> present() {
        return present.get();
    }

    /**
     * The present term.
     *
     * @throws dev.atoll.runtime.grpc.ApiException UNAVAILABLE (reason NOT_LEADING) if there is none
     */
    public Term leading() {
        return present.get().orElseThrow(SchedulerLoop::notLeading);
    }

    /** A term has begun. */
    public void begin(Term term) {
        present.set(Optional.of(term));
    }

    /** The term is over. */
    public void end() {
        present.set(Optional.empty());
    }
}
