package dev.atoll.simulation.naming;

import dev.atoll.simulation.world.Session;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Those who stand for office at one replica, and what each was told last. */
final class Candidacies {
    private static final Duration STAND_AGAIN = Duration.ofMillis(50);

    private final NamingReplica replica;
    private final Map<Session<NamingReplica.Candidate, Standing>, Open> open =
            new LinkedHashMap<>();

    /** One who stands. */
    private static final class Open {
        final NamingReplica.Candidate candidate;
        Optional<Long> queuedAt = Optional.empty();
        Optional<Standing> told = Optional.empty();

        Open(NamingReplica.Candidate candidate) {
            this.candidate = candidate;
        }
    }

    Candidacies(NamingReplica replica) {
        this.replica = replica;
    }

    void forget() {
        open.clear();
    }

    void accept(Session<NamingReplica.Candidate, Standing> session) {
        session.serve(
                new Session.Receiver<>() {
                    @Override
                    public void received(NamingReplica.Candidate candidate) {
                        open.put(session, new Open(candidate));
                        stand(session);
                    }

                    @Override
                    public void broken() {
                        open.remove(session);
                    }
                });
    }

    /** Somebody came to lead or wait, or does no more. */
    void changed() {
        List.copyOf(open.keySet()).forEach(this::tell);
    }

    /** Puts a candidate into the queue, unless it leads or waits already. */
    private void stand(Session<NamingReplica.Candidate, Standing> session) {
        Open one = open.get(session);
        if (one == null || one.queuedAt.isPresent()) {
            return;
        }
        long lease = one.candidate.lease();
        Election election = replica.election();
        if (election.isLeading(lease) || election.isWaiting(lease)) {
            one.queuedAt = Optional.of(0L);
            tell(session);
            return;
        }
        StoreKey key = new StoreKey.Candidate(lease);
        // The leader must be the one that was seen: it might be this lease by now, which must not
        // lead and wait at once.
        Txn txn =
                Txn.builder()
                        .when(
                                new Txn.Compare.CreateRevision(
                                        new StoreKey.Leader(),
                                        election.leader()
                                                .map(StoreEntry::createRevision)
                                                .orElse(0L)))
                        .when(new Txn.Compare.CreateRevision(key, 0))
                        .put(key, new StoreValue.Address(one.candidate.master()), lease)
                        .build();
        replica.commit(txn, outcome -> stood(session, outcome));
        replica.after(STAND_AGAIN, () -> stand(session));
    }

    private void stood(Session<NamingReplica.Candidate, Standing> session, Txn.Outcome outcome) {
        Open one = open.get(session);
        if (one == null) {
            return;
        }
        switch (outcome) {
            case Txn.Outcome.Committed(long revision) -> {
                one.queuedAt = Optional.of(revision);
                tell(session);
            }
            case Txn.Outcome.CompareFailed it -> {}
            case Txn.Outcome.LeaseNotFound it -> end(session);
        }
    }

    /** Tells a candidate how it stands, if that has changed. A term that has ended is over. */
    private void tell(Session<NamingReplica.Candidate, Standing> session) {
        Open one = open.get(session);
        Election election = replica.election();
        if (one == null || one.queuedAt.filter(it -> it <= election.revision()).isEmpty()) {
            // What is known here may be older than the candidacy.
            return;
        }
        long lease = one.candidate.lease();
        Optional<Long> epoch =
                election.leader().filter(it -> it.lease() == lease).map(StoreEntry::createRevision);
        boolean hasLed = one.told.filter(it -> it instanceof Standing.Elected).isPresent();
        Standing now =
                epoch.isPresent()
                        ? new Standing.Elected(epoch.get())
                        : election.isWaiting(lease)
                                ? new Standing.Waiting()
                                : new Standing.Deposed();
        if (one.told.equals(Optional.of(now))) {
            return;
        }
        if (hasLed || now instanceof Standing.Deposed) {
            end(session);
            return;
        }
        one.told = Optional.of(now);
        session.sendDown(now);
    }

    private void end(Session<NamingReplica.Candidate, Standing> session) {
        open.remove(session);
        session.sendDown(new Standing.Deposed());
        session.end();
    }
}
