package io.cpubaseline.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The values that a YAML document names by anchors ({@code &name}), to be put where it repeats them ({@code *name}). What is kept and
 * what is repeated is bounded: nine short lines can otherwise stand for a billion values.
 */
final class Anchors {

    private static final int MOST_KEPT = 200_000;
    private static final int MOST_REPEATED = 20_000_000;

    private final Map<String, TokenBuffer> values = new HashMap<>();
    private final Set<String> tooLarge = new HashSet<>();
    private final List<Recording> open = new ArrayList<>();
    private int kept;
    private int repeated;

    private record Recording(String name, int depth, TokenBuffer tokens) {}

    /** Forgets all values: a name holds for one document. */
    void startDocument() {
        values.clear();
        tooLarge.clear();
        open.clear();
        kept = 0;
    }

    /**
     * Begins to keep a value.
     *
     * @param name its name
     * @param depth how many objects and lists are around it
     */
    void name(String name, int depth) {
        values.remove(name);
        tooLarge.remove(name);
        if (kept > MOST_KEPT) {
            tooLarge.add(name);
        } else {
            open.add(new Recording(name, depth, new TokenBuffer(null, false)));
        }
    }

    /**
     * Keeps a token for all values that it is part of.
     *
     * @param parser stands at the token
     * @param depth how many objects and lists are open after it
     */
    void token(JsonParser parser, int depth) throws IOException {
        for (Iterator<Recording> recordings = open.iterator(); recordings.hasNext(); ) {
            Recording recording = recordings.next();
            recording.tokens().copyCurrentEvent(parser);
            kept++;
            if (depth == recording.depth()) {
                values.put(recording.name(), recording.tokens());
                recordings.remove();
            }
        }
        if (kept > MOST_KEPT) {
            open.forEach(recording -> tooLarge.add(recording.name()));
            open.clear();
        }
    }

    /** Counts a repeated token; false if there are too many. */
    boolean repeat() {
        return ++repeated <= MOST_REPEATED;
    }

    /**
     * The value of that name, to be read from its first token on.
     *
     * @throws InputException if there is none
     */
    JsonParser value(String name, Place place) {
        TokenBuffer tokens = values.get(name);
        if (tokens != null) {
            return tokens.asParser();
        }
        if (tooLarge.contains(name)) {
            throw new InputException(place, "the alias *" + name + " repeats a very large value; write the value out");
        }
        throw new InputException(
                place,
                open.stream().anyMatch(recording -> recording.name().equals(name))
                        ? "the alias *" + name + " stands inside the value that it repeats; write the value out"
                        : "the alias *" + name + " repeats a value that no anchor &" + name + " names before it");
    }
}
