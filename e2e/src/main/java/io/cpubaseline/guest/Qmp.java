package io.cpubaseline.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.process.LabException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;

/** QEMU's control protocol (QMP): a line of JSON there, a line of JSON back; events in between are left out. */
public final class Qmp implements Closeable {
    private final ObjectMapper json = new ObjectMapper();
    private final SocketChannel channel;
    private final BufferedReader answers;

    /**
     * Connects, and waits for the greeting.
     *
     * @throws IOException when nobody listens there (yet)
     */
    Qmp(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            answers = new BufferedReader(Channels.newReader(channel, UTF_8));
            answers.readLine();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        execute("qmp_capabilities");
    }

    /** See {@link #execute(String, Map)}. */
    public JsonNode execute(String command) {
        return execute(command, Map.of());
    }

    /**
     * Executes a command and waits for its answer.
     *
     * @return what the command returns
     * @throws LabException when QEMU refuses it, or is gone
     */
    public JsonNode execute(String command, Map<String, ?> arguments) {
        try {
            String request = json.writeValueAsString(Map.of("execute", command, "arguments", arguments));
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(UTF_8)));
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                JsonNode answer = json.readTree(line);
                if (answer.has("return")) {
                    return answer.path("return");
                }
                if (answer.has("error")) {
                    throw new LabException("QEMU refuses " + request + ": "
                            + answer.path("error").path("desc").asText());
                }
            }
            throw new LabException("QEMU ended at " + request);
        } catch (IOException e) {
            throw new LabException("QEMU is gone at " + command, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
