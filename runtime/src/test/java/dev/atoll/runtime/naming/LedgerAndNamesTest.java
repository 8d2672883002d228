package dev.atoll.runtime.naming;

import static dev.atoll.runtime.naming.ScriptedNaming.next;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.CommitResponse;
import dev.atoll.proto.naming.v1.CommitResponse.Outcome;
import dev.atoll.proto.naming.v1.ListMembersResponse;
import dev.atoll.proto.naming.v1.LoadEntriesResponse;
import dev.atoll.proto.naming.v1.Role;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

class LedgerAndNamesTest {
    private ScriptedNaming naming;
    private NamingClient client;

    @BeforeEach
    void start() throws IOException {
        naming = ScriptedNaming.start();
        NamingConfig config = new NamingConfig(List.of(naming.address()), Duration.ofSeconds(2));
        client = new NamingClient(config, new Channels(Security.none()));
    }

    @AfterEach
    void close() {
        client.close();
        naming.close();
    }

    @Test
    void entries_comeInOrderOverAllMessages() {
        naming.entries = List.of(entries("a", "b"), entries(), entries("c"));

        assertThat(client.ledger().loadEntries(""))
                .containsExactly(entry("a"), entry("b"), entry("c"));
    }

    @Test
    void commit_carriesThePutsAndDeletes() throws Exception {
        CommitOutcome outcome =
                client.ledger()
                        .commit(7, 3, Map.of("k", ByteString.copyFromUtf8("v")), List.of("d"));

        assertThat(outcome).isEqualTo(new CommitOutcome.Committed(3));
        CommitRequest request = next(naming.commits);
        assertThat(request.getEpoch()).isEqualTo(7);
        assertThat(request.getPuts(0).getKey()).isEqualTo("k");
        assertThat(request.getPuts(0).getValue().toStringUtf8()).isEqualTo("v");
        assertThat(request.getDeletesList()).containsExactly("d");
    }

    @Test
    void commitOutcomes_areToldApart() {
        naming.committer = _ -> response(Outcome.OUTCOME_DEPOSED, 0);
        assertThat(commit()).isEqualTo(new CommitOutcome.Deposed());

        naming.committer = _ -> response(Outcome.OUTCOME_OUT_OF_SEQUENCE, 9);
        assertThat(commit()).isEqualTo(new CommitOutcome.OutOfSequence(9));

        naming.committer = _ -> response(Outcome.OUTCOME_UNSPECIFIED, 9);
        assertThatThrownBy(this::commit)
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("does not know");
    }

    @Test
    void commitWithoutAnAnswer_isSentOnceOnly() {
        naming.committer =
                _ -> {
                    throw ApiException.unavailable("STORE_DOWN", "the store is down");
                };

        assertThatThrownBy(this::commit)
                .isInstanceOf(ApiException.class)
                .hasMessage("the store is down");
        assertThat(naming.commits).hasSize(1);
    }

    @Test
    void chain_tellsHowFarItHasCome() {
        assertThat(client.ledger().getChain(4)).isEqualTo(new LedgerChain(40, 5));
    }

    @Test
    void names_areBoundResolvedAndUnbound() {
        client.bind("a/b", ByteString.copyFromUtf8("1"));
        client.bind("a/b", ByteString.copyFromUtf8("2"));

        assertThat(client.resolve("a/b")).contains(ByteString.copyFromUtf8("2"));
        client.unbind("a/b");
        assertThat(client.resolve("a/b")).isEmpty();
    }

    @Test
    void members_areListedOverAllPages() {
        naming.memberPages =
                List.of(
                        ListMembersResponse.newBuilder()
                                .addMembers(member("a"))
                                .setNextPageToken("1")
                                .build(),
                        ListMembersResponse.newBuilder().addMembers(member("b")).build());

        assertThat(client.listMembers(Member.Role.WORKER))
                .containsExactly(
                        new Member("a", 1, Member.Role.WORKER, new HostAndPort("h", 1), Map.of()),
                        new Member("b", 1, Member.Role.WORKER, new HostAndPort("h", 1), Map.of()));
    }

    private CommitOutcome commit() {
        return client.ledger().commit(7, 3, Map.of(), List.of());
    }

    private static CommitResponse response(Outcome outcome, long sequence) {
        return CommitResponse.newBuilder()
                .setOutcome(outcome)
                .setCommittedSequence(sequence)
                .build();
    }

    private static LoadEntriesResponse entries(String... keys) {
        LoadEntriesResponse.Builder response = LoadEntriesResponse.newBuilder();
        for (String key : keys) {
            response.addEntriesBuilder().setKey(key).setValue(ByteString.copyFromUtf8(key));
        }
        return response.build();
    }

    private static LedgerEntry entry(String key) {
        return new LedgerEntry(key, ByteString.copyFromUtf8(key));
    }

    private static dev.atoll.proto.naming.v1.Member member(String id) {
        return dev.atoll.proto.naming.v1.Member.newBuilder()
                .setMemberId(id)
                .setIncarnation(1)
                .setRole(Role.ROLE_WORKER)
                .setAddress("h:1")
                .build();
    }
}
