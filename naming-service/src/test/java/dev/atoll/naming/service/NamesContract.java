package dev.atoll.naming.service;

import static dev.atoll.naming.service.NamingCaller.errorOf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.atoll.proto.naming.v1.BindRequest;
import dev.atoll.proto.naming.v1.Binding;
import dev.atoll.proto.naming.v1.ListNamesRequest;
import dev.atoll.proto.naming.v1.ListNamesResponse;
import dev.atoll.proto.naming.v1.ResolveRequest;
import dev.atoll.proto.naming.v1.UnbindRequest;
import dev.atoll.proto.naming.v1.WatchNamesResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldViolation;

import io.grpc.Status;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What Names must do. */
abstract class NamesContract extends NamingServiceContract {
    @Test
    void bind_thenResolve_theLatestWins() {
        caller.bind("store/one", "a", 0);
        caller.bind("store/one", "b", 0);

        assertThat(resolve("store/one")).isEqualTo("b");
        unbind("store/one");
        unbind("store/one");
        ApiException gone = errorOf(() -> resolve("store/one"));
        assertThat(gone.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(gone.reason()).isEqualTo("NAME_NOT_FOUND");
    }

    @Test
    void bind_withAnExpectedRevision_onlyTakesThatPlace() {
        assertThat(bindExpecting("Store/One", "a", 0)).isEmpty();
        assertThat(bindExpecting("Store/One", "b", 0)).contains("NAME_CHANGED");
        long first = revision("Store/One");
        assertThat(bindExpecting("Store/One", "c", first)).isEmpty();
        assertThat(bindExpecting("Store/One", "d", first)).contains("NAME_CHANGED");
        assertThat(resolve("Store/One")).isEqualTo("c");

        UnbindRequest old =
                UnbindRequest.newBuilder().setName("Store/One").setExpectedRevision(first).build();
        assertThat(errorOf(() -> caller.names().unbind(old)).reason()).isEqualTo("NAME_CHANGED");
        var _ =
                caller.names()
                        .unbind(old.toBuilder().setExpectedRevision(revision("Store/One")).build());
        assertThat(errorOf(() -> resolve("Store/One")).reason()).isEqualTo("NAME_NOT_FOUND");
    }

    private Optional<String> bindExpecting(String name, String value, long revision) {
        BindRequest request =
                BindRequest.newBuilder()
                        .setBinding(
                                Binding.newBuilder()
                                        .setName(name)
                                        .setValue(ByteString.copyFromUtf8(value)))
                        .setExpectedRevision(revision)
                        .build();
        try {
            var _ = caller.names().bind(request);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(ApiException.from(e).reason());
        }
    }

    private long revision(String name) {
        return caller.names()
                .resolve(ResolveRequest.newBuilder().setName(name).build())
                .getBinding()
                .getRevision();
    }

    @Test
    void bind_withALease_livesAsLongAsIt() {
        long lease = caller.joinMaster("head-1");
        caller.bind("store/one", "a", lease);
        assertThat(resolve("store/one")).isEqualTo("a");

        caller.leave(lease);

        assertThat(errorOf(() -> resolve("store/one")).reason()).isEqualTo("NAME_NOT_FOUND");
        assertThat(errorOf(() -> caller.bind("store/one", "a", lease)).reason())
                .isEqualTo("LEASE_NOT_FOUND");
    }

    @Test
    void bind_badNamesAndValues_areRefused() {
        for (String name : List.of("", "/a", "a/", "\u00e4", "a b", "a".repeat(256))) {
            assertThat(errorOf(() -> caller.bind(name, "v", 0)).violations())
                    .as(name)
                    .extracting(FieldViolation::field)
                    .containsExactly("binding.name");
        }
        BindRequest large =
                BindRequest.newBuilder()
                        .setBinding(
                                Binding.newBuilder()
                                        .setName("a")
                                        .setValue(ByteString.copyFrom(new byte[4_097])))
                        .setLeaseId(-1)
                        .build();
        assertThat(errorOf(() -> caller.names().bind(large)).violations())
                .extracting(FieldViolation::field)
                .containsExactly("binding.value", "lease_id");
        caller.bind("a".repeat(255), "v".repeat(4_096), 0);
        caller.bind("a", "", 0);
    }

    @Test
    void listNames_goesPageByPage_underThePrefix() {
        IntStream.range(0, 7).forEach(i -> caller.bind("s/" + i, "v" + i, 0));
        caller.bind("s", "no", 0);
        caller.bind("t/1", "no", 0);

        List<String> found = new ArrayList<>();
        String token = "";
        do {
            ListNamesResponse page =
                    caller.names()
                            .listNames(
                                    ListNamesRequest.newBuilder()
                                            .setPrefix("s/")
                                            .setPageSize(3)
                                            .setPageToken(token)
                                            .build());
            assertThat(page.getBindingsCount()).isLessThanOrEqualTo(3);
            page.getBindingsList()
                    .forEach(b -> found.add(b.getName() + "=" + b.getValue().toStringUtf8()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(found)
                .containsExactlyElementsOf(
                        IntStream.range(0, 7).mapToObj(i -> "s/" + i + "=v" + i).toList());
    }

    @Test
    void watchNames_sendsThePresentOnesThenSyncedThenEveryChange() {
        caller.bind("s/1", "a", 0);
        caller.bind("t/1", "x", 0);
        long lease = caller.joinMaster("head-1");
        try (StreamProbe<WatchNamesResponse> watch = caller.watchNames("s/")) {
            assertThat(tell(watch.next())).isEqualTo("KIND_BOUND s/1=a");
            assertThat(tell(watch.next())).isEqualTo("KIND_SYNCED");

            caller.bind("s/2", "b", lease);
            caller.bind("t/2", "x", 0);
            caller.bind("s/1", "c", 0);
            caller.leave(lease);
            unbind("s/1");

            assertThat(tell(watch.next())).isEqualTo("KIND_BOUND s/2=b");
            assertThat(tell(watch.next())).isEqualTo("KIND_BOUND s/1=c");
            assertThat(tell(watch.next())).isEqualTo("KIND_UNBOUND s/2=");
            assertThat(tell(watch.next())).isEqualTo("KIND_UNBOUND s/1=");
        }
    }

    @Test
    void watchNames_manyBeforeAndMeanwhile_missesNone() {
        int count = 300;
        IntStream.range(0, count / 2).forEach(i -> caller.bind("n/" + i, "v", 0));
        Thread.startVirtualThread(() ->
                IntStream.range(count / 2, count).forEach(i -> caller.bind("n/" + i, "v", 0)));
        List<String> names = new ArrayList<>();
        try (StreamProbe<WatchNamesResponse> watch = caller.watchNames("n/")) {
            while (names.size() < count) {
                WatchNamesResponse message = watch.next();
                if (message.hasBinding()) {
                    names.add(message.getBinding().getName());
                }
            }
        }

        assertThat(names).doesNotHaveDuplicates().hasSize(count);
    }

    @Test
    void watchNames_callerTakesNothing_isToldThatItFellBehind() {
        String large = "v".repeat(4_096);
        StalledProbe stalled = caller.watchNamesStalled("n/");
        stalled.awaitFirst();
        try (StreamProbe<WatchNamesResponse> quick = caller.watchNames("n/")) {
            quick.next(message -> message.getKind() == WatchNamesResponse.Kind.KIND_SYNCED);
            for (int i = 0; i < 1_400; i++) {
                caller.bind("n/1", large, 0);
                assertThat(quick.next().getKind()).isEqualTo(WatchNamesResponse.Kind.KIND_BOUND);
            }
        }

        ApiException behind = stalled.takeAllUntilTheError();

        assertThat(behind.code()).isEqualTo(Status.Code.OUT_OF_RANGE);
        assertThat(behind.reason()).isEqualTo("COMPACTED");
    }

    private String resolve(String name) {
        return caller.names()
                .resolve(ResolveRequest.newBuilder().setName(name).build())
                .getBinding()
                .getValue()
                .toStringUtf8();
    }

    private void unbind(String name) {
        var _ = caller.names().unbind(UnbindRequest.newBuilder().setName(name).build());
    }

    private static String tell(WatchNamesResponse message) {
        return message.hasBinding()
                ? message.getKind()
                        + " "
                        + message.getBinding().getName()
                        + "="
                        + message.getBinding().getValue().toStringUtf8()
                : message.getKind().toString();
    }
}
