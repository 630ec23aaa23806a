package io.cpubaseline.lab.objects;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.process.LabException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Every request that the lab's API server has answered, in the order of the answers. A request is written down after its answer was
 * sent: to see all up to some point, make one request afterwards and wait for that one.
 */
public final class AuditLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    /** Of this file, which an API server writes. */
    public AuditLog(Path file) {
        this.file = file;
    }

    /** A point in time, for {@link #since}. */
    public record Mark(long position) {}

    /** Now: what has been written down so far comes before it. */
    public Mark mark() {
        try {
            return new Mark(Files.exists(file) ? Files.size(file) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All requests since the lab was started. */
    public List<AuditEvent> events() {
        return since(new Mark(0));
    }

    /** The requests written down after the mark. */
    public List<AuditEvent> since(Mark mark) {
        byte[] bytes = read(mark.position());
        List<AuditEvent> events = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            // A line without its end is still being written.
            if (bytes[i] == '\n') {
                events.add(parse(new String(bytes, start, i - start, UTF_8)));
                start = i + 1;
            }
        }
        return events;
    }

    private byte[] read(long position) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(log.length() - position)];
            log.seek(position);
            log.readFully(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AuditEvent parse(String line) {
        try {
            JsonNode event = JSON.readTree(line);
            JsonNode object = event.path("objectRef");
            return new AuditEvent(
                    event.path("stage").asText(),
                    event.path("verb").asText(),
                    event.path("user").path("username").asText(),
                    event.path("userAgent").asText(),
                    object.path("apiGroup").asText(),
                    object.path("resource").asText(),
                    object.path("subresource").asText(),
                    object.path("namespace").asText(),
                    object.path("name").asText(),
                    event.path("requestURI").asText(),
                    event.path("responseStatus").path("code").asInt(),
                    event.path("requestReceivedTimestamp").asText());
        } catch (IOException e) {
            throw new LabException("not an audit event: " + line, e);
        }
    }
}
