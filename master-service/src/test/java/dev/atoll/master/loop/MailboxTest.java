package dev.atoll.master.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class MailboxTest {
    private final Mailbox mailbox = new Mailbox(2);
    private final List<String> log = new ArrayList<>();

    @Test
    void fullMailboxRefusesRequestsAndTakesAnswers() throws Exception {
        assertThat(mailbox.offer(() -> log.add("a"))).isTrue();
        assertThat(mailbox.offer(() -> log.add("b"))).isTrue();
        assertThat(mailbox.offer(() -> log.add("c"))).isFalse();
        assertThat(mailbox.put(() -> log.add("d"))).isTrue();
        assertThat(mailbox.size()).isEqualTo(3);
        mailbox.take(10, 0).forEach(letter -> letter.task().run());
        assertThat(log).containsExactly("a", "b", "d");
        assertThat(mailbox.offer(() -> {})).isTrue();
    }

    @Test
    void takesNoMoreThanWanted() throws Exception {
        mailbox.put(() -> log.add("a"));
        mailbox.put(() -> log.add("b"));
        assertThat(mailbox.take(1, 0)).hasSize(1);
        assertThat(mailbox.take(1, 0)).hasSize(1);
        assertThat(mailbox.take(1, 0)).isEmpty();
    }

    @Test
    void waitingTakerIsWokenByALetter() throws Exception {
        Thread writer = Thread.ofVirtual().start(() -> mailbox.put(() -> log.add("late")));
        List<Mailbox.Letter> taken = new ArrayList<>();
        while (taken.isEmpty()) {
            taken.addAll(mailbox.take(1, Long.MAX_VALUE / 2));
        }
        writer.join();
        assertThat(taken).hasSize(1);
    }

    @Test
    void closedMailboxRefusesAndForgets() throws Exception {
        mailbox.put(() -> log.add("a"));
        mailbox.close();
        assertThat(mailbox.isClosed()).isTrue();
        assertThat(mailbox.offer(() -> {})).isFalse();
        assertThat(mailbox.put(() -> {})).isFalse();
        assertThat(mailbox.take(10, Long.MAX_VALUE / 2)).isEmpty();
    }
}
