package dev.atoll.runtime.naming;

import com.google.protobuf.ByteString;

/**
 * One durable entry of the ledger.
 *
 * @param key 1 to 255 characters of [A-Za-z0-9._/-]
 * @param value at most 256 KiB
 */
public record LedgerEntry(String key, ByteString value) {}
