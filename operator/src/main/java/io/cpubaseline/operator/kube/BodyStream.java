package io.cpubaseline.operator.kube;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an answer as they come. More are asked for when those that are here have been read, so at most what the connection hands over at
 * once is in memory. One thread reads; any may close, which ends a read that waits.
 *
 * <p>The client's own stream (fabric8 7.9.0, {@code HttpClientReadableByteChannel}) copies byte by byte, which without the C2 compiler took a sixth of
 * the time for a node's event.
 */
final class BodyStream extends InputStream {

    private final AsyncBody body;

    /** All fields below are guarded by this. */
    private final Object lock = new Object();

    private final Deque<ByteBuffer> arrived = new ArrayDeque<>();
    private boolean asked;
    private boolean ended;
    private boolean closed;
    private @Nullable Throwable failure;

    /** Nothing is asked for before the first read. */
    BodyStream(AsyncBody body) {
        this.body = body;
        var unused = body.done().whenComplete((nothing, problem) -> {
            synchronized (lock) {
                ended = true;
                failure = problem;
                lock.notifyAll();
            }
        });
    }

    /** Takes bytes that were asked for. */
    void arrived(List<ByteBuffer> buffers) {
        synchronized (lock) {
            arrived.addAll(buffers);
            asked = false;
            lock.notifyAll();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer next = next();
        if (next == null) {
            return -1;
        }
        int count = Math.min(length, next.remaining());
        next.get(bytes, offset, count);
        return count;
    }

    /** Bytes that wait to be read; null at the end. */
    private @Nullable ByteBuffer next() throws IOException {
        while (true) {
            synchronized (lock) {
                awaitAsked();
                if (closed) {
                    throw new IOException("the stream was closed");
                }
                if (!arrived.isEmpty()) {
                    return arrived.element();
                }
                if (failure != null) {
                    throw new IOException(ApiServer.reason(failure), failure);
                }
                if (ended) {
                    return null;
                }
                asked = true;
            }
            // Outside of the lock: the bytes may come on this very thread, or on another that must not wait for it.
            body.consume();
        }
    }

    /** Drops what was read; if nothing is left, waits for what was asked for. */
    private void awaitAsked() throws InterruptedIOException {
        synchronized (lock) {
            dropRead();
            try {
                while (asked && arrived.isEmpty() && !ended && !closed) {
                    lock.wait();
                    dropRead();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    private void dropRead() {
        synchronized (lock) {
            while (!arrived.isEmpty() && !arrived.element().hasRemaining()) {
                arrived.remove();
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            arrived.clear();
            lock.notifyAll();
        }
        body.cancel();
    }
}
