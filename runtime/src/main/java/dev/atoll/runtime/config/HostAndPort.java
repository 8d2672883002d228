package dev.atoll.runtime.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where a process listens or is reached: "host:port", or "[address]:port" for IPv6.
 *
 * @param host a host name or an address without brackets, 1 to 253 characters
 * @param port 0 to 65535; 0 lets the system choose, where one listens
 */
public record HostAndPort(String host, int port) implements Comparable<HostAndPort> {
    private static final int PORT_MAX = 65_535;
    private static final int HOST_LENGTH_MAX = 253;
    private static final String ALLOWED =
            "an address such as 127.0.0.1:7400, with a port of 0 to " + PORT_MAX;

    public HostAndPort {
        if (host.isEmpty()
                || host.length() > HOST_LENGTH_MAX
                || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ',' || c == 0x7f)) {
            throw new IllegalArgumentException(ALLOWED);
        }
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException(ALLOWED);
        }
    }

    /**
     * Reads "host:port".
     *
     * @throws IllegalArgumentException with what is allowed
     */
    public static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException(ALLOWED);
        }
        String host = text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(ALLOWED + "; IPv6 is written [::1]:7400");
        }
        if (!port.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return new HostAndPort(host, Integer.parseInt(port));
    }

    /** An address of this machine that only this machine reaches, with a port of its choice. */
    public static HostAndPort anyLoopbackPort() {
        return new HostAndPort("127.0.0.1", 0);
    }

    /** The same host with another port. */
    public HostAndPort withPort(int newPort) {
        return new HostAndPort(host, newPort);
    }

    /**
     * Whether only this machine reaches the address. A name that cannot be resolved counts as
     * reachable by others. May ask the system's name service.
     */
    public boolean isLoopback() {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException _) {
            return false;
        }
    }

    /** The address as a socket takes it; may ask the system's name service. */
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public int compareTo(HostAndPort other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
