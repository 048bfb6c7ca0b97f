package io.sinter.cli;

import io.sinter.vocabulary.Match;
import io.sinter.vocabulary.TextCoverage;
import io.sinter.vocabulary.VocabularyOverlap;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Two vocabularies side by side, for people. */
final class TokensLines {

    private static final List<String> NAMES = List.of("A", "B");

    private TokensLines() {}

    static void print(List<TokensCommand.Side> sides, PrintWriter out) {
        for (int i = 0; i < sides.size(); i++) {
            VocabularyOverlap overlap = sides.get(i).overlap();
            String unused = overlap.unused() == 0 ? "" : ", %,d of them unused slots".formatted(overlap.unused());
            out.printf(
                    Locale.ROOT,
                    "%s  %s: %,d tokens%s%n",
                    NAMES.get(i),
                    sides.get(i).model(),
                    overlap.tokens(),
                    unused);
        }
        out.printf("%n%-24s%18s%18s%n", "counterparts", "of A in B", "of B in A");
        for (Match match : Match.values()) {
            row(out, name(match), sides, side -> {
                int count = side.overlap().coverage().count(match);
                return counted(count, side.overlap().tokens());
            });
        }
        row(
                out,
                "tokens for text",
                sides,
                side -> "%,d".formatted(side.overlap().coverage().textTokens()));
        row(
                out,
                "  with a counterpart",
                sides,
                side -> counted(
                        side.overlap().coverage().textMatched(),
                        side.overlap().coverage().textTokens()));
        row(
                out,
                "  paired one to one",
                sides,
                side -> counted(
                        side.overlap().pairs(), side.overlap().coverage().textTokens()));
        if (sides.stream().allMatch(side -> side.text().isPresent())) {
            text(sides, out);
        }
        examples(sides, out);
    }

    private static void text(List<TokensCommand.Side> sides, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%n%-24s%18s%18s%n",
                "text, %,d words"
                        .formatted(sides.getFirst().text().orElseThrow().words()),
                "A",
                "B");
        ofText(out, "tokens a word", sides, text -> "%.2f".formatted(text.tokensPerWord()));
        ofText(out, "unknown", sides, text -> percent(text.unknown()));
        ofText(out, "parts of characters", sides, text -> percent(text.partial()));
        ofText(out, "that the other has", sides, text -> percent(text.matched()));
    }

    private static void ofText(
            PrintWriter out, String name, List<TokensCommand.Side> sides, Function<TextCoverage, String> value) {
        row(out, "  " + name, sides, side -> value.apply(side.text().orElseThrow()));
    }

    private static void row(
            PrintWriter out, String name, List<TokensCommand.Side> sides, Function<TokensCommand.Side, String> value) {
        out.printf("%-24s%18s%18s%n", name, value.apply(sides.getFirst()), value.apply(sides.getLast()));
    }

    private static void examples(List<TokensCommand.Side> sides, PrintWriter out) {
        for (int i = 0; i < sides.size(); i++) {
            out.printf("%nexamples, %s = %s%n", NAMES.get(i), NAMES.get(1 - i));
            sides.get(i).overlap().examples().forEach((match, examples) -> {
                if (!examples.isEmpty()) {
                    out.printf(
                            "%-13s %s%n",
                            name(match),
                            examples.stream().map(TokensLines::example).collect(Collectors.joining("   ")));
                }
            });
        }
    }

    private static String example(VocabularyOverlap.Example example) {
        String token = visible(example.token());
        return example.counterpart().isEmpty() ? token : token + " = " + visible(example.counterpart());
    }

    private static String visible(String token) {
        return token.codePoints()
                .mapToObj(c -> Character.isISOControl(c) ? "\\u%04X".formatted(c) : Character.toString(c))
                .collect(Collectors.joining());
    }

    private static String name(Match match) {
        return "  " + match.name().toLowerCase(Locale.ROOT);
    }

    private static String counted(long count, long of) {
        return "%,d %8s".formatted(count, percent(of == 0 ? 0 : (double) count / of));
    }

    private static String percent(double share) {
        return "%.1f %%".formatted(100 * share);
    }
}
