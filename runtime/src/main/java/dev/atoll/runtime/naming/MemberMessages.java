package dev.atoll.runtime.naming;

import dev.atoll.runtime.config.HostAndPort;

/** Members as the contract writes them. */
final class MemberMessages {
    private MemberMessages() {}

    static dev.atoll.proto.naming.v1.Member toProto(Member member) {
        return dev.atoll.proto.naming.v1.Member.newBuilder()
                .setMemberId(member.id())
                .setIncarnation(member.incarnation())
                .setRole(toProto(member.role()))
                .setAddress(member.address().toString())
                .putAllAttributes(member.attributes())
                .build();
    }

    /**
     * @throws IllegalArgumentException when the member's address is none
     */
    static Member fromProto(dev.atoll.proto.naming.v1.Member member) {
        return new Member(
                member.getMemberId(),
                member.getIncarnation(),
                fromProto(member.getRole()),
                HostAndPort.parse(member.getAddress()),
                member.getAttributesMap());
    }

    static dev.atoll.proto.naming.v1.Role toProto(Member.Role role) {
        return switch (role) {
            case MASTER -> dev.atoll.proto.naming.v1.Role.ROLE_MASTER;
            case WORKER -> dev.atoll.proto.naming.v1.Role.ROLE_WORKER;
            case UNKNOWN -> dev.atoll.proto.naming.v1.Role.ROLE_UNSPECIFIED;
        };
    }

    private static Member.Role fromProto(dev.atoll.proto.naming.v1.Role role) {
        return switch (role) {
            case ROLE_MASTER -> Member.Role.MASTER;
            case ROLE_WORKER -> Member.Role.WORKER;
            case ROLE_UNSPECIFIED, UNRECOGNIZED -> Member.Role.UNKNOWN;
        };
    }
}
