package io.cpubaseline.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What breaks the life of a guest that may be silent for ten seconds. */
class PulseTest {

    /** {@code second instance phase ready paused}; a dash is nothing. */
    private static Sighting sighting(String text) {
        String[] words = text.trim().split(" ");
        return new Sighting(
                Duration.ofSeconds(Long.parseLong(words[0])),
                word(words[1]),
                "n1",
                word(words[2]),
                words[3].equals("ready"),
                words.length > 4 ? word(words[4]) : "");
    }

    private static String word(String text) {
        return text.equals("-") ? "" : text;
    }

    private static Pulse after(String sightings) {
        Pulse pulse = Pulse.begin(Duration.ofSeconds(10), sighting("0 u1 Running ready"));
        return Stream.of(sightings.split(";"))
                .map(PulseTest::sighting)
                .reduce(pulse, Pulse::seen, (one, other) -> other);
    }

    @ParameterizedTest
    @CsvSource({
        // it is well all the time; a look that came late is no silence
        "'1 u1 Running ready; 100 u1 Running ready', 0, ''",
        // it is handed over
        "'1 u1 Running silent; 5 u1 Running silent; 9 u1 Running silent; 10 u1 Running ready', 9, ''",
        // twice, each time for less than it may
        "'1 u1 Running silent; 5 u1 Running silent; 9 u1 Running ready; 10 u1 Running silent; 14 u1 Running silent; 18 u1 Running ready', 8, ''",
        // for too long, whether it comes back or not
        "'1 u1 Running silent; 5 u1 Running silent; 9 u1 Running silent; 12 u1 Running silent', 11, it was silent for 11 s",
        "'1 u1 Running silent; 5 u1 Running silent; 9 u1 Running silent; 12 u1 Running ready', 11, it was silent for 11 s",
        "'1 u1 Running silent PausedIOError; 6 u1 Running silent PausedIOError; 11 u1 Running silent PausedIOError; 12 u1 Running silent PausedIOError', 11, 'it was silent for 11 s, paused: PausedIOError'",
        // nobody could look for a while
        "'1 u1 Running silent; 100 u1 Running ready', 5, ''",
        "'1 u1 Running silent; 100 u1 Running silent; 103 u1 Running ready', 8, ''",
        // what is worse than silence
        "'1 - - silent', 0, its instance is gone",
        "'1 u2 Running ready', 0, it was started anew: another instance has taken its place",
        "'1 u1 Failed silent', 0, it has ended (Failed)",
        "'1 u1 Succeeded silent', 0, it has ended (Succeeded)",
        // once broken it stays so
        "'1 - - silent; 2 u1 Running ready', 0, its instance is gone",
    })
    void it_is(String sightings, long longest, String broken) {
        Pulse pulse = after(sightings);

        assertThat(pulse.broken()).isEqualTo(broken);
        assertThat(pulse.longest()).isEqualTo(Duration.ofSeconds(longest));
        assertThat(pulse.isUnbroken()).isEqualTo(broken.isEmpty());
    }

    @Test
    void what_the_guest_says_is_added_where_it_broke_and_nowhere_else() {
        assertThat(after("1 u1 Running silent; 6 u1 Running silent; 11 u1 Running silent; 12 u1 Running silent")
                        .because(Complaint.STOOD_STILL)
                        .broken())
                .isEqualTo("it was silent for 11 s; its counter stands still");
        assertThat(after("1 u1 Running silent").because(Complaint.STOOD_STILL).broken())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "Readiness probe failed: HTTP probe failed with statuscode: 503, STOOD_STILL",
                "Readiness probe failed: HTTP probe failed with statuscode: 417, FLAGS_MISSING",
                "Readiness probe failed: HTTP probe failed with statuscode: 425, NOT_READY",
                "Readiness probe failed: HTTP probe failed with statuscode: 500, LOAD_FAILED",
                "Readiness probe failed: HTTP probe failed with statuscode: 410, RESTARTED",
                "Readiness probe failed: HTTP probe failed with statuscode: 404, -",
                "Readiness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused, -",
            })
    void kubelets_words_tell_what_the_guest_has_said(String message, Complaint complaint) {
        assertThat(Complaint.of(message)).isEqualTo(Optional.ofNullable(complaint));
    }
}
