package dev.atoll.runtime.naming;

import dev.atoll.runtime.grpc.ApiException;

/** What one who observes an office hears. */
public sealed interface LeaderNews {
    /** Somebody leads. Epochs only grow from news to news. */
    record Leads(Leader leader) implements LeaderNews {}

    /** Nobody leads at the moment. */
    record Vacant() implements LeaderNews {}

    /** The naming service does not answer; the last leader may lead still. Tries go on. */
    record Unreachable(ApiException error) implements LeaderNews {}
}
