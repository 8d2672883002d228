package dev.atoll.simulation.master;

import dev.atoll.core.time.LeaseRhythm;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.naming.NamingClient;
import dev.atoll.simulation.naming.NamingReplica;
import dev.atoll.simulation.naming.Standing;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** One lease and one candidacy of a master, from joining to the end of its term. */
final class Candidacy {
    private static final Duration JOIN_PATIENCE = Duration.ofMillis(400);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Host host;
    private final NamingClient naming;
    private final LeaseRhythm rhythm;
    private final Set<Mutation> mutations;
    private final Listener listener;
    private long lease;
    private Instant lastSuccess = Instant.EPOCH;
    private boolean isOver;
    private Optional<Session<NamingReplica.Candidate, Standing>> session = Optional.empty();

    /** Hears how it goes. */
    interface Listener {
        void elected(long epoch);

        /** The last that it hears. */
        void over(String reason);
    }

    Candidacy(
            Host host,
            NamingClient naming,
            LeaseRhythm rhythm,
            Set<Mutation> mutations,
            Listener listener) {
        this.host = host;
        this.naming = naming;
        this.rhythm = rhythm;
        this.mutations = Set.copyOf(mutations);
        this.listener = listener;
    }

    void begin() {
        if (isOver) {
            return;
        }
        Instant asked = clock();
        naming.<Long>ask(
                JOIN_PATIENCE,
                NamingReplica::join,
                granted -> {
                    lease = granted;
                    lastSuccess = asked;
                    keepAlive();
                    stand();
                },
                () -> host.after(PAUSE, this::begin));
    }

    /** By the monotonic clock, for the one on the wall may jump. */
    private Instant clock() {
        return mutations.contains(Mutation.LEASE_BY_WALL_CLOCK) ? host.wallClock() : host.now();
    }

    private Duration sinceSuccess() {
        return Duration.between(lastSuccess, clock());
    }

    /** Whether whoever was elected may still act as the leader; once not, never again. */
    boolean isHeld() {
        if (!rhythm.untilLost(sinceSuccess()).isPositive()
                && !mutations.contains(Mutation.LEADER_IGNORES_ITS_LEASE)) {
            end("its lease was not kept alive in time");
        }
        return !isOver;
    }

    private void keepAlive() {
        if (isOver || !isHeld()) {
            return;
        }
        Instant asked = clock();
        naming.<Boolean>ask(
                positive(rhythm.patience(sinceSuccess())),
                (replica, answer) -> replica.keepAlive(lease, answer),
                isAlive -> {
                    if (isAlive) {
                        lastSuccess = asked;
                        host.after(positive(rhythm.untilNextTime(sinceSuccess())), this::keepAlive);
                    } else {
                        end("its lease is over");
                    }
                },
                () ->
                        host.after(
                                positive(rhythm.pauseAfterFailure(sinceSuccess())),
                                this::keepAlive));
    }

    private static Duration positive(Duration duration) {
        return duration.isPositive() ? duration : Duration.ofMillis(1);
    }

    private void stand() {
        if (isOver) {
            return;
        }
        session =
                Optional.of(
                        naming.stand(
                                new NamingReplica.Candidate(host.name(), lease),
                                this::heard,
                                () -> host.after(PAUSE, this::stand)));
    }

    private void heard(Standing standing) {
        if (isOver) {
            return;
        }
        switch (standing) {
            case Standing.Waiting it -> {}
            case Standing.Elected(long epoch) -> listener.elected(epoch);
            case Standing.Deposed it -> end("it was deposed");
        }
    }

    /** Gives it up, whatever it has come to. */
    void end(String reason) {
        if (isOver) {
            return;
        }
        isOver = true;
        session.ifPresent(Session::hangUp);
        naming.tell(replica -> replica.leave(lease));
        listener.over(reason);
    }
}
