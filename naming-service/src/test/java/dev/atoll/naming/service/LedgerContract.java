package dev.atoll.naming.service;

import static dev.atoll.naming.service.NamingCaller.entry;
import static dev.atoll.naming.service.NamingCaller.errorOf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.atoll.proto.naming.v1.CampaignResponse;
import dev.atoll.proto.naming.v1.CampaignResponse.State;
import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.CommitResponse;
import dev.atoll.proto.naming.v1.CommitResponse.Outcome;
import dev.atoll.proto.naming.v1.GetChainRequest;
import dev.atoll.proto.naming.v1.GetChainResponse;
import dev.atoll.proto.naming.v1.LedgerEntry;
import dev.atoll.proto.naming.v1.LoadEntriesRequest;
import dev.atoll.proto.naming.v1.LoadEntriesResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldViolation;

import io.grpc.Status;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** What Ledger must do. */
abstract class LedgerContract extends NamingServiceContract {
    @Test
    void commit_inSequence_isDurableAndReadInOrder() {
        long epoch = lead("head-1:1", caller.joinMaster("head-1"));
        assertCommitted(caller.commit(epoch, 1, Map.of("jobs/b", "1", "jobs/a", "1")), 1);
        CommitRequest second =
                CommitRequest.newBuilder()
                        .setEpoch(epoch)
                        .setSequence(2)
                        .addPuts(entry("jobs/c", "2"))
                        .addPuts(entry("other", "2"))
                        .addDeletes("jobs/b")
                        .addDeletes("jobs/none")
                        .build();
        assertCommitted(caller.ledger().commit(second), 2);

        assertThat(load("jobs/")).containsExactly("jobs/a=1", "jobs/c=2");
        assertThat(load("")).containsExactly("jobs/a=1", "jobs/c=2", "other=2");
        assertThat(chain(epoch).getCommittedSequence()).isEqualTo(2);
        assertThat(chain(epoch).getLeadingEpoch()).isEqualTo(epoch);
        assertThat(scrape()).contains("atoll_naming_ledger_commits_total");
    }

    @Test
    void commit_repeatedOrSkipping_isOutOfSequenceAndTellsTheTruth() {
        long epoch = lead("head-1:1", caller.joinMaster("head-1"));
        assertCommitted(caller.commit(epoch, 1, Map.of("a", "1")), 1);

        CommitResponse repeated = caller.commit(epoch, 1, Map.of("a", "x"));
        CommitResponse skipping = caller.commit(epoch, 3, Map.of("a", "x"));

        assertThat(List.of(repeated, skipping))
                .allMatch(r -> r.getOutcome() == Outcome.OUTCOME_OUT_OF_SEQUENCE)
                .allMatch(r -> r.getCommittedSequence() == 1);
        assertThat(load("")).containsExactly("a=1");
        assertCommitted(caller.commit(epoch, 2, Map.of("a", "2")), 2);
    }

    @Test
    void commit_sameSequenceFromMany_happensOnce() {
        long epoch = lead("head-1:1", caller.joinMaster("head-1"));
        ConcurrentLinkedQueue<CommitResponse> responses = new ConcurrentLinkedQueue<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10; i++) {
                String value = Integer.toString(i);
                pool.submit(() -> responses.add(caller.commit(epoch, 1, Map.of("a", value))));
            }
        }

        assertThat(responses).hasSize(10).allMatch(r -> r.getCommittedSequence() == 1);
        assertThat(responses)
                .filteredOn(r -> r.getOutcome() == Outcome.OUTCOME_COMMITTED)
                .hasSize(1);
    }

    @Test
    void commit_ofADeposedLeader_isRefusedForEver() {
        long first = caller.joinMaster("head-1");
        long second = caller.joinMaster("head-2");
        long old = lead("head-1:1", first);
        try (StreamProbe<CampaignResponse> two = caller.campaign("head-2:1", second)) {
            assertCommitted(caller.commit(old, 1, Map.of("a", "1")), 1);
            caller.leave(first);
            long young = two.next(m -> m.getState() == State.STATE_ELECTED).getEpoch();

            CommitResponse late = caller.commit(old, 2, Map.of("a", "late"));
            assertThat(late.getOutcome()).isEqualTo(Outcome.OUTCOME_DEPOSED);
            assertThat(late.getCommittedSequence()).isEqualTo(1);
            assertThat(chain(old).getLeadingEpoch()).isEqualTo(young);

            assertCommitted(caller.commit(young, 1, Map.of("b", "1")), 1);
            assertThat(caller.commit(old, 2, Map.of("a", "late")).getOutcome())
                    .isEqualTo(Outcome.OUTCOME_DEPOSED);
            assertThat(load("")).containsExactly("a=1", "b=1");
        }
    }

    @Test
    void commit_firstOfAnEpoch_sweepsTheChainsBefore() {
        long first = caller.joinMaster("head-1");
        long old = lead("head-1:1", first);
        caller.commit(old, 1, Map.of("a", "1"));
        assertThat(chain(old).getCommittedSequence()).isEqualTo(1);
        caller.leave(first);

        long young = lead("head-2:1", caller.joinMaster("head-2"));
        assertThat(chain(old).getCommittedSequence()).isEqualTo(1);
        caller.commit(young, 1, Map.of());

        assertThat(chain(old).getCommittedSequence()).isZero();
        assertThat(chain(young).getCommittedSequence()).isEqualTo(1);
    }

    @Test
    void commit_withoutALeader_isDeposed() {
        assertThat(caller.commit(42, 1, Map.of("a", "1")).getOutcome())
                .isEqualTo(Outcome.OUTCOME_DEPOSED);
        assertThat(load("")).isEmpty();
        assertThat(chain(42)).isEqualTo(GetChainResponse.getDefaultInstance());
    }

    @Test
    void commit_ofOneWhoOnlyWaits_isDeposed() {
        long epoch = lead("head-1:1", caller.joinMaster("head-1"));
        long waiting = caller.joinMaster("head-2");
        try (StreamProbe<CampaignResponse> two = caller.campaign("head-2:1", waiting)) {
            assertThat(two.next().getState()).isEqualTo(State.STATE_WAITING);
            IntStream.rangeClosed(1, 20)
                    .mapToObj(later -> caller.commit(epoch + later, 1, Map.of("a", "x")))
                    .forEach(r -> assertThat(r.getOutcome()).isEqualTo(Outcome.OUTCOME_DEPOSED));
        }
    }

    @Test
    void commit_atTheLimits_isCommitted() {
        long epoch = lead("head-1:1", caller.joinMaster("head-1"));
        CommitRequest.Builder request = CommitRequest.newBuilder().setEpoch(epoch).setSequence(1);
        for (int i = 0; i < 100; i++) {
            request.addPuts(large("k%03d".formatted(i), (1 << 20) / 100 - 4));
        }
        assertCommitted(caller.ledger().commit(request.build()), 1);

        CommitRequest one =
                CommitRequest.newBuilder()
                        .setEpoch(epoch)
                        .setSequence(2)
                        .addPuts(large("one", 256 << 10))
                        .build();
        assertCommitted(caller.ledger().commit(one), 2);
    }

    @Test
    void commit_overTheLimits_namesThemAll() {
        CommitRequest.Builder request =
                CommitRequest.newBuilder()
                        .setSequence(-1)
                        .addPuts(large("k", (256 << 10) + 1))
                        .addPuts(entry("k", "twice"))
                        .addPuts(entry("not allowed", ""))
                        .addDeletes("");
        IntStream.range(0, 100).forEach(i -> request.addPuts(large("x" + i, 10 << 10)));

        ApiException refused = errorOf(() -> caller.ledger().commit(request.build()));

        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.violations())
                .extracting(FieldViolation::field)
                .containsExactly(
                        "epoch",
                        "sequence",
                        "puts",
                        "puts[0].value",
                        "puts[1].key",
                        "puts[2].key",
                        "deletes[0]",
                        "puts");
    }

    @Test
    void loadEntries_large_comesInMessagesUnderAMebibyte() {
        long epoch = lead("head-1:1", caller.joinMaster("head-1"));
        for (int sequence = 1; sequence <= 8; sequence++) {
            CommitRequest.Builder request =
                    CommitRequest.newBuilder().setEpoch(epoch).setSequence(sequence);
            for (int i = 0; i < 4; i++) {
                request.addPuts(large("k%d/%d".formatted(sequence, i), 250 << 10));
            }
            assertCommitted(caller.ledger().commit(request.build()), sequence);
        }

        List<String> keys = new ArrayList<>();
        caller.ledger()
                .loadEntries(LoadEntriesRequest.getDefaultInstance())
                .forEachRemaining(message -> {
                    assertThat(message.getSerializedSize()).isLessThan(1 << 20);
                    message.getEntriesList().forEach(e -> keys.add(e.getKey()));
                });

        assertThat(keys).hasSize(32).isSorted();
    }

    @Test
    void loadEntries_badPrefix_isRefused() {
        assertThat(errorOf(() -> load("not allowed")).violations())
                .extracting(FieldViolation::field)
                .containsExactly("prefix");
    }

    /** Has the holder of a lease lead, and answers its epoch. */
    private long lead(String address, long lease) {
        try (StreamProbe<CampaignResponse> campaign = caller.campaign(address, lease)) {
            return campaign.next(m -> m.getState() == State.STATE_ELECTED).getEpoch();
        }
    }

    private List<String> load(String prefix) {
        List<String> found = new ArrayList<>();
        caller.ledger()
                .loadEntries(LoadEntriesRequest.newBuilder().setPrefix(prefix).build())
                .forEachRemaining((LoadEntriesResponse m) ->
                        m.getEntriesList()
                                .forEach(e ->
                                        found.add(e.getKey() + "=" + e.getValue().toStringUtf8())));
        return found;
    }

    private GetChainResponse chain(long epoch) {
        return caller.ledger().getChain(GetChainRequest.newBuilder().setEpoch(epoch).build());
    }

    private static LedgerEntry large(String key, int bytes) {
        return LedgerEntry.newBuilder()
                .setKey(key)
                .setValue(ByteString.copyFrom(new byte[bytes]))
                .build();
    }

    private static void assertCommitted(CommitResponse response, long sequence) {
        assertThat(response.getOutcome()).isEqualTo(Outcome.OUTCOME_COMMITTED);
        assertThat(response.getCommittedSequence()).isEqualTo(sequence);
    }
}
