package io.cpubaseline.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.guest.Console.Look;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleTest {
    @Test
    void aCounterThatGoesOnIsUnbroken() {
        Console console = new Console("beat 1\r\nlistening\r\nbeat 2\r\nbeat 3\r\nbea");

        assertThat(console.isUnbroken()).isTrue();
        assertThat(console.lastBeat()).isEqualTo(3);
        assertThat(console.isListening()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "beat 2\n", // the beginning is lost
                "beat 1\nbeat 3\n", // one is lost
                "beat 1\nbeat 2\nbeat 2\n", // one comes twice
                "beat 1\nbeat 2\nbeat 1\n" // it starts anew
            })
    void aCounterThatSkipsRepeatsOrGoesBackIsBroken(String text) {
        assertThat(new Console(text).isUnbroken()).isFalse();
    }

    @Test
    void aLookCountsOnceItIsComplete() {
        String begun = "look 1 flags fpu sse\nbeat 1\nlook 1 glibc x86-64-v3 x86-64-v2\n";

        assertThat(new Console(begun + "look 1 cpuid 12").look(1)).isEmpty();
        assertThat(new Console(begun + "look 1 cpuid 1234\n").look(1))
                .contains(new Look(List.of("fpu", "sse"), List.of("x86-64-v3", "x86-64-v2"), "1234"));
        assertThat(new Console(begun + "look 1 cpuid 1234\n").look(2)).isEmpty();
    }

    @Test
    void aLoaderThatNamesNoLevelStandsForTheLowest() {
        assertThat(new Look(List.of(), List.of(), "").highestLevel()).isEqualTo("x86-64-v1");
    }

    @Test
    void theEndOfTheLoadIsReadFromItsReport() {
        Console console = new Console("""
                stress-ng: metrc: [70] cpu                  386     29.91
                stress-ng: metrc: [70] memcpy                 0     29.91
                load ended with exit code 2
                """);

        assertThat(console.loadExitCode()).contains(2);
        assertThat(console.loadOperations()).containsEntry("cpu", 386L).containsEntry("memcpy", 0L);
    }
}
