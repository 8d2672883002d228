package dev.atoll.worker.serving;

import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.worker.segment.Channel;

import java.util.List;

/** Which outputs a message means, and back. */
final class OutputChannels {
    private OutputChannels() {}

    /** The outputs that are asked for, standard output first; none named: standard output. */
    static List<Channel> wanted(List<OutputStream> streams) {
        return streams.isEmpty()
                ? List.of(Channel.STDOUT)
                : streams.stream().map(OutputChannels::channel).distinct().sorted().toList();
    }

    static OutputStream stream(Channel channel) {
        return switch (channel) {
            case STDOUT -> OutputStream.OUTPUT_STREAM_STDOUT;
            case STDERR -> OutputStream.OUTPUT_STREAM_STDERR;
            case FILES -> OutputStream.OUTPUT_STREAM_FILES;
        };
    }

    private static Channel channel(OutputStream stream) {
        return switch (stream) {
            case OUTPUT_STREAM_UNSPECIFIED, OUTPUT_STREAM_STDOUT, UNRECOGNIZED -> Channel.STDOUT;
            case OUTPUT_STREAM_STDERR -> Channel.STDERR;
            case OUTPUT_STREAM_FILES -> Channel.FILES;
        };
    }
}
