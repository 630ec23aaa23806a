package io.cpubaseline.operator.campaign;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.eachItem;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;

/**
 * What Prometheus answers to {@code GET /api/v1/alerts} (its HTTP API, "Alerts"); Thanos Query answers the same. Read as a stream: an answer may be
 * many times as large as what is needed of it. One that isn't whole and sound tells nothing.
 */
final class AlertsAnswer {

    /** In bytes: more than ten thousand alerts with long annotations. */
    private static final long LONGEST = 16L << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxDocumentLength(LONGEST).build())
            .build();

    private final Set<String> firing = new HashSet<>();
    private String status = "";
    private String warning = "";
    private boolean listed;
    private boolean nameless;

    private AlertsAnswer() {}

    /**
     * The names of the alerts that fire. Those that are pending don't.
     *
     * @throws IOException if it can't be read to its end, is longer than 16 MiB, or is another answer
     */
    static Set<String> read(InputStream body) throws IOException {
        AlertsAnswer answer = new AlertsAnswer();
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("its answer is no JSON object");
            }
            each(parser, answer::field);
            if (parser.nextToken() != null) {
                throw new IOException("its answer goes on behind its end");
            }
        } catch (StreamConstraintsException e) {
            throw new IOException("its answer is longer than %d MiB".formatted(LONGEST >> 20));
        } catch (JsonProcessingException e) {
            throw new IOException("its answer is no whole JSON");
        }
        return answer.whole();
    }

    private Set<String> whole() throws IOException {
        if (!status.equals("success") || !listed || nameless) {
            throw new IOException("its answer is not that of Prometheus to a question for alerts");
        }
        if (!warning.isEmpty()) {
            // Thanos Query answers by what it has reached.
            throw new IOException("it says that its answer is not whole: " + warning);
        }
        return firing;
    }

    private void field(String name, JsonParser value) throws IOException {
        switch (name) {
            case "status" -> status = text(value);
            case "warnings" ->
                eachItem(value, item -> warning = warning.isEmpty() ? "\"" + text(item) + "\"" : warning);
            case "data" -> each(value, this::data);
            default -> {}
        }
    }

    private void data(String name, JsonParser value) throws IOException {
        if (name.equals("alerts")) {
            listed = value.currentToken() == JsonToken.START_ARRAY;
            eachItem(value, this::alert);
        }
    }

    private void alert(JsonParser alert) throws IOException {
        String[] found = {"", ""};
        each(alert, (name, value) -> {
            if (name.equals("state")) {
                found[0] = text(value);
            } else if (name.equals("labels")) {
                each(value, (label, text) -> found[1] = label.equals("alertname") ? text(text) : found[1]);
            }
        });
        nameless |= found[1].isEmpty() || found[0].isEmpty();
        if (found[0].equalsIgnoreCase("firing")) {
            firing.add(found[1]);
        }
    }
}
