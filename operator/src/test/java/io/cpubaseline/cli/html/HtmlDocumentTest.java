package io.cpubaseline.cli.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an input says stays text: in a browser's eyes, too. */
class HtmlDocumentTest {

    private static final Stylesheet STYLE = new Stylesheet("p { color: red }");

    private static String written(Html body) {
        return new HtmlDocument("title", "data:,", STYLE, body).text();
    }

    private static Document page(Html body) {
        return Jsoup.parse(written(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "</p><img src=x onerror=alert(1)>",
                "<!-- <style>",
                "&lt;b&gt; & &amp;amp; &#60;",
                "\" onmouseover=\"alert(1)",
                "' autofocus onfocus='alert(1)",
                "]]><svg onload=alert(1)>",
                "javascript:alert(1)",
                "a\u00e4\u4e2d\ud83d\ude00\u2028\u00a0z",
                "`${alert(1)}`"
            })
    void text_and_attributes_say_what_they_said_before(String hostile) {
        // When
        Document page = page(Html.element("p", hostile).with("title", hostile).with("id", "it"));

        // Then
        assertThat(page.expectFirst("#it").wholeText()).isEqualTo(hostile);
        assertThat(page.expectFirst("#it").attr("title")).isEqualTo(hostile);
        assertThat(page.body().getAllElements()).hasSize(2);
        assertThat(page.expectFirst("#it").attributes()).hasSize(2);
    }

    @Test
    void a_title_is_text_too() {
        String hostile = "</title><script>alert(1)</script>";

        Document page = Jsoup.parse(new HtmlDocument(hostile, "data:,", STYLE, Html.nothing()).text());

        assertThat(page.title()).isEqualTo(hostile);
        assertThat(page.select("script")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0000, a control character",
        "0008, a control character",
        "000d, a line break of old",
        "007f, a control character",
        "0085, a control character",
        "d800, half of a pair",
        "dfff, half of a pair",
        "fffe, no character",
        "fdd0, no character",
        "202e, turns what follows around",
        "2066, turns what follows around"
    })
    void what_no_page_may_have_becomes_a_replacement_character(String code, String what) {
        String text = "a" + (char) Integer.parseInt(code, 16) + "b";

        assertThat(page(Html.element("p", text)).body().wholeText().strip())
                .as(what)
                .isEqualTo("a\ufffdb");
    }

    @Test
    void a_page_is_ascii_so_that_no_encoding_can_spoil_it() {
        String text =
                written(Html.element("p", "\u00e4 \u4e2d \ud83d\ude00 \u2026").with("title", "\u00e4"));

        assertThat(text.chars()).allMatch(character -> character < 0x7f);
    }

    @Test
    void its_policy_lets_in_its_own_style_and_nothing_else() throws Exception {
        // When
        Document page = page(Html.nothing());

        // Then
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(page.select("style").get(0).data().getBytes(StandardCharsets.UTF_8)));
        assertThat(page.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
                .startsWith("default-src 'none'; style-src 'sha256-%s';".formatted(hash))
                .doesNotContain("unsafe", "http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "p onclick", "p>", "1p", "P", "p/"})
    void names_that_could_be_anything_else_are_refused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Html.element(name));
        assertThatIllegalArgumentException().isThrownBy(() -> Html.element("p").with(name, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"</style>", "a::before { content: \"\u00e4\" }"})
    void a_stylesheet_that_could_end_its_element_is_refused(String css) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Stylesheet(css));
    }
}
