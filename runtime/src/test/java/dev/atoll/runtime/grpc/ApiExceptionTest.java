package dev.atoll.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

class ApiExceptionTest {
    @Test
    void aConnectionThatBreaksWhenACallBeginsIsUnavailable() {
        Status broken =
                Status.UNKNOWN
                        .withDescription("channel closed")
                        .withCause(new ClosedChannelException());

        assertThat(ApiException.from(broken.asRuntimeException()).isUnavailable()).isTrue();
        assertThat(ApiException.from(Status.UNKNOWN.asRuntimeException()).isUnavailable())
                .isFalse();
    }

    @Test
    void statusAndBack_isTheSame() {
        ApiException error =
                ApiException.resourceExhausted("TOO_MANY_JOBS", "there are 10 jobs")
                        .with("limit", 10);

        ApiException back = ApiException.from(error.toStatusException());

        assertThat(back.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(back.reason()).isEqualTo("TOO_MANY_JOBS");
        assertThat(back.message()).isEqualTo("there are 10 jobs");
        assertThat(back.metadata()).isEqualTo(Map.of("limit", "10"));
        assertThat(back.isUnavailable()).isFalse();
    }

    @Test
    void violations_crossInOrder() {
        FieldChecks checks =
                new FieldChecks()
                        .violation("a", 0, "1 to 10")
                        .check(true, "b", 1, "1")
                        .check(false, "c", "", "a name");

        ApiException thrown = catchThrowableOfType(ApiException.class, checks::throwIfAny);
        ApiException back = ApiException.from(thrown.toStatusException());

        assertThat(back.violations())
                .isEqualTo(
                        List.of(
                                new FieldViolation("a", "0 is not allowed; allowed is 1 to 10"),
                                new FieldViolation(
                                        "c", "empty is not allowed; allowed is a name")));
        assertThat(back.message())
                .isEqualTo(
                        "2 fields are not valid: a: 0 is not allowed; allowed is 1 to 10;"
                                + " c: empty is not allowed; allowed is a name");
    }

    @Test
    void cleanChecks_throwNothing() {
        FieldChecks checks = new FieldChecks();
        assertThat(checks.isClean()).isTrue();
        assertThatCode(checks::throwIfAny).doesNotThrowAnyException();
    }

    @Test
    void causes_areLookedThrough() {
        ApiException error = ApiException.unavailable("NOT_LEADING", "not here");

        assertThat(ApiException.from(new ExecutionException(error))).isSameAs(error);
        assertThat(ApiException.from(new ExecutionException(error.toStatusException())).reason())
                .isEqualTo("NOT_LEADING");
        assertThat(ApiException.from(Status.ABORTED.asException()).code())
                .isEqualTo(Status.Code.ABORTED);
    }

    @Test
    void whatHasNoStatus_isUnknown() {
        ApiException error = ApiException.from(new IllegalStateException("broken"));

        assertThat(error.code()).isEqualTo(Status.Code.UNKNOWN);
        assertThat(error.reason()).isEmpty();
        assertThat(error.message()).isEqualTo("broken");
    }

    @Test
    void connectionThatFailed_saysHow() {
        Status status =
                Status.UNAVAILABLE
                        .withDescription("io exception")
                        .withCause(
                                new IOException(new ConnectException("Connection refused: a:1")));

        assertThat(ApiException.from(status.asRuntimeException()).message())
                .isEqualTo("io exception: Connection refused: a:1");
    }
}
