package io.cpubaseline.lab.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports on the loopback interface. */
public final class Ports {
    /** Below the range that Linux gives to outgoing connections (32768 and up), which could take a port between its choice and its use. */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_000;

    private Ports() {}

    /** A port that nobody listens on, drawn by chance so that labs started side by side don't draw the same one. */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // Then another one.
            }
        }
    }

    /** Whether somebody listens on this port. */
    public static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
