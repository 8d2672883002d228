package dev.atoll.naming.election;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.Entry;
import dev.atoll.proto.naming.v1.CampaignResponse.State;

import org.junit.jupiter.api.Test;

import java.util.List;

final class OfficeBookTest {
    private static final String OFFICE = "master";

    private final OfficeBook book =
            new OfficeBook(
                    List.of(
                            leader("master", 5, 1),
                            waiting("master", 9, 2),
                            waiting("master", 7, 0xf0),
                            waiting("master2", 6, 4),
                            leader("clerk", 3, 5)));

    @Test
    void due_isAnOfficeThatSomebodyWantsAndNobodyHas() {
        assertThat(book.due())
                .containsExactly(new OfficeBook.Succession("master2", waiting("master2", 6, 4)));
    }

    @Test
    void leaderGone_theLongestWaitingIsDue() {
        book.apply(List.of(new Change.Deleted(OfficeBook.leaderKey(OFFICE), 10)));

        assertThat(book.due())
                .extracting(due -> due.candidate().leaseId())
                .containsExactly(0xf0L, 4L);
    }

    @Test
    void succession_inOneBatch_isOneStep() {
        Standing before = Standing.of(book, OFFICE, 0xf0);
        assertThat(before).isEqualTo(new Standing(State.STATE_WAITING, 5, "at-1"));

        book.apply(
                List.of(
                        new Change.Deleted(OfficeBook.candidateKey(OFFICE, 0xf0), 11),
                        new Change.Written(leader(OFFICE, 11, 0xf0))));

        assertThat(Standing.of(book, OFFICE, 0xf0).after(before))
                .isEqualTo(new Standing(State.STATE_ELECTED, 11, "at-240"));
        assertThat(Standing.of(book, OFFICE, 2).state()).isEqualTo(State.STATE_WAITING);
        assertThat(Standing.of(book, OFFICE, 1).state()).isEqualTo(State.STATE_DEPOSED);
    }

    @Test
    void standing_anotherTermOfTheSameLease_isDeposedFirst() {
        Standing first = Standing.of(book, OFFICE, 1);
        book.apply(List.of(new Change.Written(leader(OFFICE, 12, 1))));

        Standing now = Standing.of(book, OFFICE, 1).after(first);

        assertThat(now.isFinal()).isTrue();
        assertThat(now.epoch()).isEqualTo(12);
    }

    private static Entry leader(String office, long epoch, long leaseId) {
        return entry(OfficeBook.leaderKey(office), epoch, leaseId);
    }

    private static Entry waiting(String office, long since, long leaseId) {
        return entry(OfficeBook.candidateKey(office, leaseId), since, leaseId);
    }

    private static Entry entry(String key, long revision, long leaseId) {
        ByteString address = ByteString.copyFromUtf8("at-" + leaseId);
        return new Entry(key, address, revision, revision, 1, leaseId);
    }
}
