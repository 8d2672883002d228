package dev.atoll.naming.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks for an order in which calls that overlapped could have happened one after the other. */
final class Linearizer<S, C> {
    /* The search of J. Wing and C. Gong ("Testing and Verifying Concurrent Objects", Journal of
     * Parallel and Distributed Computing 17, 1993): next may come any call that began before every
     * other call that is left has ended. G. Lowe ("Testing for linearizability", Concurrency and
     * Computation 29, 2017) adds that a set of calls done with the state that they lead to need be
     * looked at only once, however many orders lead there. A call that may come next and changes
     * nothing is taken at once: whatever could follow without it can follow after it.
     *
     * A call whose outcome is unknown never ended. It may come at any time after its beginning, or
     * not at all, so nothing waits for it. */
    private static final int LOOKS_MAX = 2_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final Model<S, C> model;

    /** What one thing after the other would do. */
    interface Model<S, C> {
        /** The state before the first call. */
        S initial();

        /** The state after a call with just this outcome; empty when it could not have been. */
        Optional<S> apply(S state, C call);
    }

    /**
     * A call and its outcome.
     *
     * @param began by a monotonic clock
     * @param ended by the same clock
     */
    record Call<C>(C what, long began, long ended) {
        static <C> Call<C> unknown(C what, long began) {
            return new Call<>(what, began, NEVER);
        }

        boolean isUnknown() {
            return ended == NEVER;
        }
    }

    private record Look<S>(BitSet done, S state) {
        Look<S> after(int call, S newState) {
            BitSet more = (BitSet) done.clone();
            more.set(call);
            return new Look<>(more, newState);
        }
    }

    Linearizer(Model<S, C> model) {
        this.model = model;
    }

    /** What cannot have been; empty when there is an order that explains all calls. */
    Optional<String> flaw(List<Call<C>> calls) {
        Deque<Look<S>> open = new ArrayDeque<>();
        Set<Look<S>> seen = new HashSet<>();
        Look<S> best = new Look<>(new BitSet(), model.initial());
        open.push(best);
        while (!open.isEmpty()) {
            Look<S> look = open.pop();
            if (isExplained(calls, look)) {
                return Optional.empty();
            }
            if (look.done().cardinality() > best.done().cardinality()) {
                best = look;
            }
            if (seen.size() > LOOKS_MAX) {
                throw new IllegalStateException("not decided after " + LOOKS_MAX + " looks");
            }
            for (Look<S> next : next(calls, look)) {
                if (seen.add(next)) {
                    open.push(next);
                }
            }
        }
        return Optional.of(describe(calls, best));
    }

    private boolean isExplained(List<Call<C>> calls, Look<S> look) {
        for (int i = look.done().nextClearBit(0); i < calls.size(); i = clear(look, i + 1)) {
            if (!calls.get(i).isUnknown()) {
                return false;
            }
        }
        return true;
    }

    private static <S> int clear(Look<S> look, int from) {
        return look.done().nextClearBit(from);
    }

    private List<Look<S>> next(List<Call<C>> calls, Look<S> look) {
        long firstEnd = NEVER;
        for (int i = clear(look, 0); i < calls.size(); i = clear(look, i + 1)) {
            firstEnd = Math.min(firstEnd, calls.get(i).ended());
        }
        List<Look<S>> next = new ArrayList<>();
        for (int i = clear(look, 0); i < calls.size(); i = clear(look, i + 1)) {
            Call<C> call = calls.get(i);
            Optional<S> state =
                    call.began() <= firstEnd
                            ? model.apply(look.state(), call.what())
                            : Optional.empty();
            if (state.isPresent() && state.get().equals(look.state())) {
                if (!call.isUnknown()) {
                    return List.of(look.after(i, state.get()));
                }
            } else if (state.isPresent()) {
                next.add(look.after(i, state.get()));
            }
        }
        return next;
    }

    private String describe(List<Call<C>> calls, Look<S> best) {
        StringBuilder text = new StringBuilder("after ");
        text.append(best.done().cardinality()).append(" calls, in state ").append(best.state());
        text.append(", none of these can come next:");
        calls.stream()
                .filter(call -> !call.isUnknown() && !best.done().get(calls.indexOf(call)))
                .limit(5)
                .forEach(call -> text.append("\n  ").append(call));
        return text.toString();
    }
}
