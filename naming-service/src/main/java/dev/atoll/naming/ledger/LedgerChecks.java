package dev.atoll.naming.ledger;

import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.LedgerEntry;
import dev.atoll.runtime.grpc.FieldChecks;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** What a batch may hold. */
final class LedgerChecks {
    static final int OPERATIONS_MAX = 100;
    static final int BATCH_BYTES_MAX = 1 << 20;
    static final int VALUE_BYTES_MAX = 256 << 10;

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._/-]{1,255}");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._/-]{0,255}");
    private static final String KEY_ALLOWED = "1 to 255 characters of [A-Za-z0-9._/-]";

    private LedgerChecks() {}

    static void checkEpoch(FieldChecks checks, long epoch) {
        checks.check(epoch >= 1, "epoch", epoch, "at least 1");
    }

    static void checkPrefix(FieldChecks checks, String prefix) {
        checks.check(
                PREFIX.matcher(prefix).matches(),
                "prefix",
                prefix,
                "at most 255 characters of [A-Za-z0-9._/-]");
    }

    static void check(FieldChecks checks, CommitRequest request) {
        checkEpoch(checks, request.getEpoch());
        checks.check(request.getSequence() >= 1, "sequence", request.getSequence(), "at least 1");
        int operations = request.getPutsCount() + request.getDeletesCount();
        checks.check(
                operations <= OPERATIONS_MAX,
                "puts",
                operations + " puts and deletes",
                "at most " + OPERATIONS_MAX + " together");
        Set<String> written = new HashSet<>();
        long bytes = 0;
        for (int i = 0; i < request.getPutsCount(); i++) {
            LedgerEntry put = request.getPuts(i);
            checkKey(checks, written, "puts[" + i + "].key", put.getKey());
            checks.check(
                    put.getValue().size() <= VALUE_BYTES_MAX,
                    "puts[" + i + "].value",
                    put.getValue().size() + " bytes",
                    "at most " + VALUE_BYTES_MAX + " bytes");
            bytes += put.getKey().length() + (long) put.getValue().size();
        }
        for (int i = 0; i < request.getDeletesCount(); i++) {
            checkKey(checks, written, "deletes[" + i + "]", request.getDeletes(i));
            bytes += request.getDeletes(i).length();
        }
        checks.check(
                bytes <= BATCH_BYTES_MAX,
                "puts",
                bytes + " bytes of keys and values",
                "at most " + BATCH_BYTES_MAX + " in all");
    }

    private static void checkKey(
            FieldChecks checks, Set<String> written, String field, String key) {
        checks.check(KEY.matcher(key).matches(), field, key, KEY_ALLOWED);
        checks.check(written.add(key), field, key, "each key once in a batch");
    }
}
