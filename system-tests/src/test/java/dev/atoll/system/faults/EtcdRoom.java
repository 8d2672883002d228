package dev.atoll.system.faults;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.maintenance.AlarmMember;
import io.etcd.jetcd.options.CompactOption;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Takes all the room that etcd has, and gives it back as an operator does. */
final class EtcdRoom implements AutoCloseable {
    private static final int VALUE_BYTES = 256 << 10;
    private static final long ANSWER_SECONDS = 30;
    private static final ByteSequence KEY = bytes("/somebody-else");

    private final List<URI> members;
    private final Client client;

    EtcdRoom(List<URI> members) {
        this.members = members;
        this.client = Client.builder().endpoints(members).build();
    }

    /** Writes until etcd raises its alarm. */
    void fill() throws InterruptedException, TimeoutException {
        ByteSequence value = ByteSequence.from(new byte[VALUE_BYTES]);
        try {
            while (true) {
                client.getKVClient().put(KEY, value).get(ANSWER_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            if (!String.valueOf(e.getMessage()).contains("database space exceeded")) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Takes away what was written, and the alarm with it. */
    void free() throws InterruptedException, TimeoutException, ExecutionException {
        long revision =
                client.getKVClient()
                        .delete(KEY)
                        .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                        .getHeader()
                        .getRevision();
        CompactOption physically = CompactOption.builder().withCompactPhysical(true).build();
        client.getKVClient().compact(revision, physically).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        for (URI member : members) {
            client.getMaintenanceClient()
                    .defragmentMember(member.toString())
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS);
        }
        for (AlarmMember alarm :
                client.getMaintenanceClient()
                        .listAlarms()
                        .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                        .getAlarms()) {
            client.getMaintenanceClient().alarmDisarm(alarm).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }
}
