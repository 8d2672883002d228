package dev.atoll.naming.serving;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.FieldChecks;

import java.util.regex.Pattern;

/** What identifiers in requests may look like. */
public final class Identifiers {
    private static final int ADDRESS_LENGTH_MAX = 255;
    private static final Pattern SHORT_NAME = Pattern.compile("[a-z0-9.-]{1,63}");

    private Identifiers() {}

    /** Notes a member id or an office that is not 1 to 63 characters of [a-z0-9.-]. */
    public static void checkShortName(FieldChecks checks, String field, String name) {
        checks.check(
                SHORT_NAME.matcher(name).matches(),
                field,
                name,
                "1 to 63 characters of [a-z0-9.-]");
    }

    /** Notes a lease id that no lease has. */
    public static void checkLeaseId(FieldChecks checks, long leaseId) {
        checks.check(leaseId > 0, "lease_id", leaseId, "the lease_id of a join");
    }

    /** Notes an address that is not "host:port" of at most 255 characters. */
    public static void checkAddress(FieldChecks checks, String field, String address) {
        checks.check(
                isAddress(address),
                field,
                address,
                "\"host:port\" of at most " + ADDRESS_LENGTH_MAX + " characters");
    }

    private static boolean isAddress(String address) {
        if (address.length() > ADDRESS_LENGTH_MAX) {
            return false;
        }
        try {
            return HostAndPort.parse(address).port() > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
