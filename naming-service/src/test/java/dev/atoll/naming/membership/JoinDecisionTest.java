package dev.atoll.naming.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;

import dev.atoll.proto.naming.v1.Member;

import org.junit.jupiter.api.Test;

import java.util.Optional;

final class JoinDecisionTest {
    private static final Member REEF =
            Member.newBuilder().setMemberId("reef-1").setIncarnation(5).setAddress("a:1").build();

    private static final JoinDecision.Present PRESENT =
            new JoinDecision.Present(
                    REEF.toBuilder().setJoinTime(Timestamp.newBuilder().setSeconds(9)).build(),
                    77,
                    123);

    @Test
    void nobodyThere_enters() {
        assertThat(JoinDecision.of(Optional.empty(), REEF))
                .isEqualTo(new JoinDecision.Enter(Optional.empty()));
    }

    @Test
    void sameIncarnation_resumes_theJoinTimeDoesNotCount() {
        assertThat(JoinDecision.of(Optional.of(PRESENT), REEF))
                .isEqualTo(new JoinDecision.Resume(PRESENT));
    }

    @Test
    void sameIncarnationWithOtherData_updates() {
        assertThat(
                        JoinDecision.of(
                                Optional.of(PRESENT), REEF.toBuilder().setAddress("b:1").build()))
                .isEqualTo(new JoinDecision.Update(PRESENT));
    }

    @Test
    void newerIncarnation_replaces() {
        assertThat(
                        JoinDecision.of(
                                Optional.of(PRESENT), REEF.toBuilder().setIncarnation(6).build()))
                .isEqualTo(new JoinDecision.Enter(Optional.of(PRESENT)));
    }

    @Test
    void olderIncarnation_isRefused() {
        assertThat(
                        JoinDecision.of(
                                Optional.of(PRESENT), REEF.toBuilder().setIncarnation(4).build()))
                .isEqualTo(new JoinDecision.Refuse(5));
    }
}
