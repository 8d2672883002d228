package dev.atoll.naming.service;

import dev.atoll.naming.service.LedgerModel.LedgerCall;
import dev.atoll.naming.service.Linearizer.Call;
import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.CampaignResponse.State;
import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.CommitResponse;
import dev.atoll.proto.naming.v1.GetChainRequest;
import dev.atoll.proto.naming.v1.GetChainResponse;
import dev.atoll.proto.naming.v1.LoadEntriesRequest;
import dev.atoll.proto.naming.v1.LoadEntriesResponse;

import io.grpc.StatusRuntimeException;

import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Masters that commit at the same time, whether they lead, have led or never will, and readers; and
 * what they have seen. All write the same entry.
 */
final class LedgerHistory {
    private static final String KEY = "entry";
    private static final int WRITERS = 4;
    private static final int READERS = 2;
    private static final int CALLS_EACH = 60;
    private static final int LEADERS = 6;

    private final NamingCaller caller;
    private final Collection<Call<LedgerCall>> calls = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong values = new AtomicLong();

    /** The epoch that was elected last, and the one before it. */
    private volatile long epoch;

    private volatile long formerEpoch = 1;

    /** The last sequence that somebody saw committed in the last epoch. */
    private volatile long sequence;

    private LedgerHistory(NamingCaller caller) {
        this.caller = caller;
    }

    /** Lets them call, and returns every call by its beginning. */
    static List<Call<LedgerCall>> record(NamingCaller caller, long seed) throws Exception {
        LedgerHistory history = new LedgerHistory(caller);
        history.run(seed);
        return history.calls.stream().sorted(Comparator.comparingLong(Call::began)).toList();
    }

    private void run(long seed) throws InterruptedException, ExecutionException {
        long lease = elect(1);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> work =
                    IntStream.range(0, WRITERS + READERS)
                            .<Future<?>>mapToObj(
                                    i -> pool.submit(() -> call(i < WRITERS, new Random(seed + i))))
                            .toList();
            for (int i = 2; i <= LEADERS; i++) {
                awaitAnswers(i - 1);
                leave(lease);
                lease = elect(i);
            }
            for (Future<?> one : work) {
                one.get();
            }
        }
        // What nobody was told of may still arrive; the last to look sees what all that led to.
        read();
    }

    /** Spreads the changes of leaders evenly over what the others do. */
    private void awaitAnswers(int leaders) {
        long until = (long) leaders * (WRITERS + READERS) * CALLS_EACH / (LEADERS + 1);
        while (answered.get() < until) {
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    private void call(boolean isWriter, Random random) {
        for (int i = 0; i < CALLS_EACH; i++) {
            if (isWriter) {
                commit(random);
            } else if (random.nextBoolean()) {
                read();
            } else {
                readChain(random.nextInt(4) == 0 ? formerEpoch : epoch);
            }
            answered.incrementAndGet();
        }
    }

    // ---- leaders

    private long elect(int number) {
        long lease = caller.joinMaster("head-" + number);
        long began = System.nanoTime();
        try (StreamProbe<CampaignResponse> campaign =
                caller.campaign("head-" + number + ":1", lease)) {
            long won = campaign.next(m -> m.getState() == State.STATE_ELECTED).getEpoch();
            calls.add(new Call<>(new LedgerCall.Elected(won), began, System.nanoTime()));
            formerEpoch = epoch == 0 ? 1 : epoch;
            sequence = 0;
            epoch = won;
        }
        return lease;
    }

    private void leave(long lease) {
        long began = System.nanoTime();
        caller.leave(lease);
        calls.add(new Call<>(new LedgerCall.Left(epoch), began, System.nanoTime()));
    }

    // ---- commits

    private void commit(Random random) {
        long by =
                switch (random.nextInt(8)) {
                    case 0 -> formerEpoch;
                    case 1 -> epoch + 1 + random.nextInt(3);
                    default -> epoch;
                };
        long link = Math.max(1, sequence + (random.nextInt(6) == 0 ? random.nextInt(4) - 1 : 1));
        String value = Long.toString(values.incrementAndGet());
        CommitRequest request =
                CommitRequest.newBuilder()
                        .setEpoch(by)
                        .setSequence(link)
                        .addPuts(NamingCaller.entry(KEY, value))
                        .build();
        // Some are not waited for long enough, so that nobody knows what became of them.
        long patienceMicros = random.nextInt(3) == 0 ? random.nextInt(2_000) : 10_000_000;
        long began = System.nanoTime();
        try {
            CommitResponse response =
                    caller.ledger()
                            .withDeadlineAfter(patienceMicros, TimeUnit.MICROSECONDS)
                            .commit(request);
            long ended = System.nanoTime();
            long told = response.getCommittedSequence();
            calls.add(
                    new Call<>(
                            new LedgerCall.Committed(by, link, value, response.getOutcome(), told),
                            began,
                            ended));
            if (by == epoch) {
                sequence = told;
            }
        } catch (StatusRuntimeException _) {
            calls.add(Call.unknown(new LedgerCall.Unanswered(by, link, value), began));
            sequence = chain(by, System.nanoTime()).getCommittedSequence();
        }
    }

    // ---- readers

    private void read() {
        long began = System.nanoTime();
        Iterator<LoadEntriesResponse> messages =
                caller.ledger().loadEntries(LoadEntriesRequest.newBuilder().setPrefix(KEY).build());
        String value = "";
        while (messages.hasNext()) {
            value = messages.next().getEntries(0).getValue().toStringUtf8();
        }
        calls.add(new Call<>(new LedgerCall.Read(value), began, System.nanoTime()));
    }

    private void readChain(long of) {
        var _ = chain(of, System.nanoTime());
    }

    /** The leader is read before the chain, so these are two looks. */
    private GetChainResponse chain(long of, long began) {
        GetChainResponse response =
                caller.ledger().getChain(GetChainRequest.newBuilder().setEpoch(of).build());
        long ended = System.nanoTime();
        long sequenceTold = response.getCommittedSequence();
        calls.add(new Call<>(new LedgerCall.ChainRead(of, sequenceTold), began, ended));
        calls.add(new Call<>(new LedgerCall.LeaderRead(response.getLeadingEpoch()), began, ended));
        return response;
    }
}
