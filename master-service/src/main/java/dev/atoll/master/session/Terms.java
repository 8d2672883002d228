package dev.atoll.master.session;

import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.runtime.grpc.ApiException;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The present term, while there is one. Safe for use by several threads. */
public final class Terms {
    private final AtomicReference<Optional<Term>> present = new AtomicReference<>(Optional.empty());
    private volatile Supplier<String> standing = () -> "it starts";

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
        return present.get().orElseThrow(this::notLeading);
    }

    /** Where this master stands while it does not lead, as half a sentence. */
    public void stands(Supplier<String> how) {
        standing = how;
    }

    private ApiException notLeading() {
        return ApiException.unavailable(
                SchedulerLoop.NOT_LEADING,
                "this master does not lead at the moment: " + standing.get());
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
