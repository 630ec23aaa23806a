package io.cpubaseline.stories.stage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP relay before an API server that does what networks do to connections: it drops them in silence, breaks them off, holds them up, slows them
 * down. TLS passes through it. What is done to the connections that are there leaves new ones alone, unless it says otherwise. Each connection
 * has two threads of its own; the methods may be called from any.
 */
public final class Relay implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;

    private final ServerSocket listening;
    private final List<Connection> open = new CopyOnWriteArrayList<>();
    private volatile int target;
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean swallowing;

    /** Bytes that a new connection may bring from the server before it breaks off. */
    private volatile long part = Long.MAX_VALUE;

    /** Bytes per second from the server, for each connection. */
    private volatile long pace = Long.MAX_VALUE;

    private Relay(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("relay-accepts", this::accept);
    }

    /** A relay to a server on this machine. It listens at once. */
    public static Relay to(String url) {
        try {
            return new Relay(URI.create(url).getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens. */
    public String url() {
        return "https://127.0.0.1:" + listening.getLocalPort();
    }

    /** How many connections it has accepted so far. */
    public int accepted() {
        return accepted.get();
    }

    /** The connections that are there go dead: they stay open, and what either side sends is lost. */
    public void drop() {
        open.forEach(connection -> connection.dead = true);
    }

    /** From now on connections are accepted, and all that comes by them is lost; by those that are there as well. */
    public void swallow() {
        swallowing = true;
        drop();
    }

    /** Breaks off the connections that are there, by RST on both sides. */
    public void cut() {
        open.forEach(Connection::reset);
    }

    /** Lets nothing more from the server through on the connections that are there, nor reads it: the server feels that nobody reads. */
    public void hold() {
        open.forEach(connection -> connection.held = true);
    }

    /** Lets this many bytes per second of each connection through from the server. */
    public void slow(long bytesPerSecond) {
        pace = bytesPerSecond;
    }

    /** Breaks off each new connection after so many bytes from the server. */
    public void breakOffAfter(long bytes) {
        part = bytes;
    }

    /** Ends what {@link #slow} and {@link #breakOffAfter} have begun; what has broken stays broken. */
    public void mend() {
        pace = Long.MAX_VALUE;
        part = Long.MAX_VALUE;
    }

    /** Leads new connections to another server. */
    public void redirect(String url) {
        target = URI.create(url).getPort();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Connection connection = new Connection(client);
                open.add(connection);
                accepted.incrementAndGet();
                if (!swallowing) {
                    connection.connect();
                }
                connection.pump();
            } catch (IOException e) {
                // the relay is closed, or the server is away: its client hears of that by RST
            }
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private final class Connection {
        private final Socket client;
        private final Socket server = new Socket();
        private final long breaksAfter = part;
        private volatile boolean dead = swallowing;
        private volatile boolean held;

        Connection(Socket client) {
            this.client = client;
        }

        void connect() throws IOException {
            try {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            } catch (IOException e) {
                reset();
                throw e;
            }
        }

        void pump() {
            start("relay-to-server", () -> pass(client, server, false));
            if (server.isConnected()) {
                start("relay-to-client", () -> pass(server, client, true));
            }
        }

        /** Until one side ends, which ends the other; but not by a dead connection. */
        private void pass(Socket from, Socket to, boolean answers) {
            long passed = 0;
            byte[] buffer = new byte[BUFFER];
            try {
                InputStream in = from.getInputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (answers) {
                        stayAsLongAsHeld();
                        takeTime(read);
                    }
                    if (!dead) {
                        OutputStream out = to.getOutputStream();
                        long rest = answers ? breaksAfter - passed : Long.MAX_VALUE;
                        out.write(buffer, 0, (int) Math.min(read, rest));
                        out.flush();
                        passed += read;
                        if (read > rest) {
                            reset();
                            return;
                        }
                    }
                }
            } catch (IOException e) {
                // one side has gone away
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (!dead || !answers) {
                end();
            }
        }

        private synchronized void stayAsLongAsHeld() throws InterruptedException {
            while (held && !client.isClosed()) {
                wait();
            }
        }

        private void takeTime(int bytes) throws InterruptedException {
            if (pace < Long.MAX_VALUE) {
                TimeUnit.NANOSECONDS.sleep(bytes * TimeUnit.SECONDS.toNanos(1) / pace);
            }
        }

        void reset() {
            for (Socket socket : List.of(client, server)) {
                try {
                    socket.setSoLinger(true, 0);
                } catch (IOException e) {
                    // closed already
                }
            }
            end();
        }

        private synchronized void end() {
            open.remove(this);
            for (Socket socket : List.of(client, server)) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // it is gone all the same
                }
            }
            notifyAll();
        }
    }
}
