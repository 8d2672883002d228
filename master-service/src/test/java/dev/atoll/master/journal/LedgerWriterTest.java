package dev.atoll.master.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.atoll.master.testing.FakeLedger;
import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.Times;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.naming.NamingClient;
import dev.atoll.runtime.naming.NamingConfig;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Commits whose answers are lost, over real connections. */
final class LedgerWriterTest {
    private FakeNaming naming;
    private NamingClient client;
    private LedgerWriter writer;
    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private final LedgerTrouble trouble = new LedgerTrouble();
    private final LedgerWriter.Listener listener =
            new LedgerWriter.Listener() {
                @Override
                public void committed(long nanos) {
                    outcomes.add("committed");
                }

                @Override
                public void deposed(String reason) {
                    outcomes.add("deposed");
                }
            };

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
        naming.ledger().lead(7);
        client = new NamingClient(NamingConfig.of(naming.address()), new Channels(Security.none()));
        writer = new LedgerWriter(client.ledger(), 7, 0, trouble);
    }

    @AfterEach
    void stop() {
        writer.close();
        client.close();
        naming.close();
    }

    @Test
    void batchesAreCommittedInOneChain() throws Exception {
        write("a");
        assertThat(outcome()).isEqualTo("committed");
        write("b");
        assertThat(outcome()).isEqualTo("committed");
        assertThat(naming.ledger().commits())
                .extracting(c -> c.getSequence())
                .containsExactly(1L, 2L);
    }

    @Test
    void commitWhoseAnswerIsLostIsNotRepeated() throws Exception {
        naming.ledger().next(FakeLedger.Trouble.ANSWER_LOST);
        write("a");
        assertThat(outcome()).isEqualTo("committed");
        write("b");
        assertThat(outcome()).isEqualTo("committed");
        assertThat(naming.ledger().commits()).hasSize(2);
    }

    @Test
    void commitThatIsLostIsRepeated() throws Exception {
        naming.ledger().next(FakeLedger.Trouble.REQUEST_LOST);
        write("a");
        assertThat(outcome()).isEqualTo("committed");
        assertThat(naming.ledger().entries()).containsKey("a");
        assertThat(naming.ledger().commits()).hasSize(1);
    }

    @Test
    void ledgerWithoutRoomIsTroubleUntilItHasSome() throws Exception {
        naming.ledger().setFull(true);
        write("a");
        Times.await("trouble", () -> trouble.now().isPresent());
        assertThat(trouble.now().orElseThrow()).contains("cannot be written", "no room left");

        naming.ledger().setFull(false);
        assertThat(outcome()).isEqualTo("committed");
        assertThat(trouble.now()).isEmpty();
    }

    @Test
    void whatATermSaysAfterItsEndIsNoTrouble() {
        LedgerTrouble.Term term = trouble.begin();
        term.failed("no room left");
        term.end();
        term.failed("the call was cancelled");
        assertThat(trouble.now()).isEmpty();
    }

    @Test
    void deposedWriterStops() throws Exception {
        naming.ledger().lead(8);
        write("a");
        assertThat(outcome()).isEqualTo("deposed");
        assertThat(naming.ledger().entries()).isEmpty();
    }

    @Test
    void deposedWhileTheOutcomeIsUnknownStops() throws Exception {
        naming.ledger().next(FakeLedger.Trouble.REQUEST_LOST);
        naming.ledger().hold();
        write("a");
        naming.ledger().awaitHeldCommit();
        naming.ledger().lead(8);
        naming.ledger().release();
        assertThat(outcome()).isEqualTo("deposed");
    }

    @Test
    void chainThatSomebodyElseExtendedIsNotTrusted() throws Exception {
        write("a");
        assertThat(outcome()).isEqualTo("committed");
        try (LedgerWriter stale = new LedgerWriter(client.ledger(), 7, 0, trouble)) {
            stale.write(batch("b"), listener);
            assertThat(outcome()).isEqualTo("deposed");
        }
        assertThat(naming.ledger().entries()).containsOnlyKeys("a");
    }

    private void write(String key) {
        writer.write(batch(key), listener);
    }

    private static CommitBatch batch(String key) {
        return new CommitBatch(Map.of(key, ByteString.copyFromUtf8("value")), List.of());
    }

    private String outcome() throws InterruptedException {
        return Times.take(outcomes, "outcome");
    }
}
