package io.cpubaseline.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Options of {@code run} that contradict each other, which are refused before anything begins. */
class RunCommandTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prometheus-url=prometheus:9090 | --prometheus-url: expected a URL such as",
                "--prometheus-url=ftp://a | --prometheus-url: expected a URL such as",
                "--prometheus-url=http:///api | --prometheus-url: expected a URL such as",
                "--prometheus-url=http://a?b=c | --prometheus-url: expected a URL such as",
                "--prometheus-url=http://me:secret@a | --prometheus-url: expected a URL such as",
                "--prometheus-url=http://a#b | --prometheus-url: expected a URL such as",
                "--prometheus-ca-file=/ca.crt | --prometheus-token-file and --prometheus-ca-file belong to --prometheus-url",
                "--prometheus-token-file=/token | --prometheus-token-file and --prometheus-ca-file belong to --prometheus-url",
                "--prometheus-url=http://a --prometheus-token-file=/token | a token is sent to an https URL only, found http://a"
            })
    void what_can_not_be_meant_is_refused_in_words(String arguments, String words) {
        StringWriter said = new StringWriter();

        int code =
                new CommandLine(new RunCommand()).setErr(new PrintWriter(said)).execute(arguments.split(" "));

        assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.toString()).contains(words);
    }
}
