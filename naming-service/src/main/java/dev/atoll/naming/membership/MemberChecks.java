package dev.atoll.naming.membership;

import dev.atoll.naming.serving.Identifiers;
import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.proto.naming.v1.Member;
import dev.atoll.proto.naming.v1.Role;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.DurationWire;
import dev.atoll.runtime.wire.MalformedMessageException;

import java.time.Duration;
import java.util.Map;

/** What a member that wants to join may say of itself. */
final class MemberChecks {
    static final Duration TIME_TO_LIVE_DEFAULT = Duration.ofSeconds(10);

    private static final Duration TIME_TO_LIVE_MIN = Duration.ofSeconds(2);
    private static final Duration TIME_TO_LIVE_MAX = Duration.ofMinutes(10);
    private static final String TIME_TO_LIVE_ALLOWED = "2 s to 10 min, or nothing for 10 s";
    private static final int ATTRIBUTES_MAX = 64;
    private static final int ATTRIBUTE_KEY_LENGTH_MAX = 63;
    private static final int ATTRIBUTE_VALUE_LENGTH_MAX = 255;

    private MemberChecks() {}

    /** Notes what is wrong with a request to join; the time to live that it asks for. */
    static Duration check(FieldChecks checks, JoinRequest request) {
        Member member = request.getMember();
        Identifiers.checkShortName(checks, "member.member_id", member.getMemberId());
        checks.check(
                member.getIncarnation() >= 1,
                "member.incarnation",
                member.getIncarnation(),
                "at least 1");
        checks.check(
                member.getRole() != Role.ROLE_UNSPECIFIED && member.getRole() != Role.UNRECOGNIZED,
                "member.role",
                member.getRoleValue(),
                "ROLE_MASTER or ROLE_WORKER");
        Identifiers.checkAddress(checks, "member.address", member.getAddress());
        checkAttributes(checks, member.getAttributesMap());
        return timeToLive(checks, request);
    }

    private static void checkAttributes(FieldChecks checks, Map<String, String> attributes) {
        checks.check(
                attributes.size() <= ATTRIBUTES_MAX,
                "member.attributes",
                attributes.size() + " attributes",
                "at most " + ATTRIBUTES_MAX);
        attributes.forEach((key, value) -> {
            String field = "member.attributes[" + key + "]";
            checks.check(
                    !key.isEmpty() && key.length() <= ATTRIBUTE_KEY_LENGTH_MAX,
                    field,
                    key,
                    "a key of 1 to " + ATTRIBUTE_KEY_LENGTH_MAX + " characters");
            checks.check(
                    value.length() <= ATTRIBUTE_VALUE_LENGTH_MAX,
                    field,
                    value,
                    "a value of at most " + ATTRIBUTE_VALUE_LENGTH_MAX + " characters");
        });
    }

    private static Duration timeToLive(FieldChecks checks, JoinRequest request) {
        try {
            Duration wish = DurationWire.fromProto(request.getTimeToLive(), "time_to_live");
            if (wish.isZero()) {
                return TIME_TO_LIVE_DEFAULT;
            }
            boolean inRange =
                    wish.compareTo(TIME_TO_LIVE_MIN) >= 0 && wish.compareTo(TIME_TO_LIVE_MAX) <= 0;
            checks.check(inRange, "time_to_live", wish, TIME_TO_LIVE_ALLOWED);
            return wish;
        } catch (MalformedMessageException e) {
            checks.violation("time_to_live", request.getTimeToLive(), TIME_TO_LIVE_ALLOWED);
            return TIME_TO_LIVE_DEFAULT;
        }
    }
}
