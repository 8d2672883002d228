package dev.atoll.runtime.naming;

import com.google.protobuf.ByteString;

import dev.atoll.proto.naming.v1.Binding;

/**
 * A name and what it stands for.
 *
 * @param revision grows each time the name is bound
 */
public record BoundName(String name, ByteString value, long revision) {
    static BoundName of(Binding binding) {
        return new BoundName(binding.getName(), binding.getValue(), binding.getRevision());
    }
}
