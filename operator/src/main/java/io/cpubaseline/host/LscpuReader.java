package io.cpubaseline.host;

import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.ManifestParser;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code lscpu} and {@code lscpu -J}: one after another, as many hosts as are in the text. */
final class LscpuReader {

    private static final String TO_DO = "; lscpu prints lines \"Field: value\". Was something else put into this file?";

    private LscpuReader() {}

    /** Lines {@code Field: value}; newer versions indent them under headings, which have no value. */
    static List<Processors> text(TextLines lines) throws IOException {
        List<Processors> hosts = new ArrayList<>();
        LscpuDraft draft = null;
        String last = "";
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.isBlank()) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new InputException(
                        lines.place(),
                        last.equals("Flags")
                                ? "the flags go on in another line: was this copied from a terminal? Redirect it instead: lscpu > file"
                                : "expected a field of lscpu, found none" + TO_DO);
            }
            last = line.substring(0, colon).strip();
            if (last.equals(LscpuDraft.ARCHITECTURE) || draft == null) {
                if (draft != null) {
                    HostReader.oneMore(hosts, lines.place());
                    hosts.add(draft.finish());
                }
                draft = new LscpuDraft(lines.place());
            }
            draft.field(last, line.substring(colon + 1).strip(), lines.place());
        }
        if (draft != null) {
            if (lines.cutOff() && last.equals("Flags")) {
                draft.remark("its description ends in the middle of a line, and may have been cut off.");
            }
            hosts.add(draft.finish());
        }
        return hosts;
    }

    /** Objects with the one field {@code lscpu}, a list of fields, which newer versions nest by {@code children}. */
    static List<Processors> json(ManifestParser parser) throws IOException {
        List<Processors> hosts = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            Place place = parser.place();
            LscpuDraft draft = new LscpuDraft(place);
            if (token != JsonToken.START_OBJECT || !"lscpu".equals(parser.nextFieldName())) {
                throw new InputException(
                        place, "expected {\"lscpu\": [ … ]} as lscpu -J prints it, found something else");
            }
            parser.nextToken();
            fields(parser, draft);
            if (parser.nextToken() != JsonToken.END_OBJECT) {
                throw new InputException(parser.place(), "expected the end of what lscpu -J prints, found more");
            }
            HostReader.oneMore(hosts, place);
            hosts.add(draft.finish());
        }
        return hosts;
    }

    private static void fields(ManifestParser parser, LscpuDraft draft) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new InputException(parser.place(), "expected a list of fields of lscpu -J, found something else");
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.START_OBJECT) {
                throw new InputException(
                        parser.place(), "expected a field of lscpu -J, an object, found something else");
            }
            field(parser, draft);
        }
    }

    private static void field(ManifestParser parser, LscpuDraft draft) throws IOException {
        Place place = parser.place();
        String name = null;
        String value = null;
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            switch (key) {
                case "field" -> name = token == JsonToken.VALUE_STRING ? parser.getText() : null;
                case "data" -> value = token == null || !token.isScalarValue() ? null : parser.getText();
                case "children" -> {
                    tell(draft, name, value, place);
                    name = null;
                    fields(parser, draft);
                    continue;
                }
                default -> {
                    // Versions to come may say more.
                }
            }
            parser.skipChildren();
        }
        tell(draft, name, value, place);
    }

    private static void tell(LscpuDraft draft, @Nullable String name, @Nullable String value, Place place) {
        if (name != null && value != null) {
            draft.field(
                    (name.endsWith(":") ? name.substring(0, name.length() - 1) : name).strip(), value.strip(), place);
        }
    }
}
