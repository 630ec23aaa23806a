package io.cpubaseline.operator.kube;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The body of a write, which fails to be read when this process may not act any more. The HTTP client reads it when there is a connection, right
 * before it is sent; without its body no API server takes the request. It can be read again from its begin once it was read to its end, since the
 * client sends a request a second time when its credentials have expired. For one thread at a time.
 */
final class GatedBody extends InputStream {

    private final WriteGate gate;
    private final byte[] content;
    private int position;

    GatedBody(WriteGate gate, String content) {
        this.gate = gate;
        this.content = content.getBytes(StandardCharsets.UTF_8);
    }

    /** In bytes. */
    long length() {
        return content.length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (position == content.length) {
            position = 0;
            return -1;
        }
        gate.check();
        int count = Math.min(length, content.length - position);
        System.arraycopy(content, position, target, offset, count);
        position += count;
        return count;
    }
}
