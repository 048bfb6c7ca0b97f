package io.sinter.finetune;

import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Value;
import io.sinter.recipe.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of weights with {@code *} for any text and {@code ?} for one character. A pattern stands for a whole name, or for
 * what follows a dot or a slash in it: {@code encoder.layer.3.*} is {@code bert.encoder.layer.3.output.dense.weight} too. A
 * weight that an exporter gave no name of its own is also known by the names of the nodes that read it.
 *
 * @param where the recipe's key, for messages
 */
record Patterns(String where, List<String> globs) {

    /** How many names a message lists at most. */
    private static final int LISTED = 8;

    /**
     * The weights that are meant, in their order.
     *
     * @throws IncompatibleException if a pattern means none; names those that are near
     */
    List<Value> chosen(List<Value> weights) {
        SequencedSet<Value> chosen = new LinkedHashSet<>();
        for (String glob : globs) {
            Pattern pattern = pattern(glob);
            List<Value> meant = weights.stream()
                    .filter(weight ->
                            names(weight).anyMatch(name -> pattern.matcher(name).matches()))
                    .toList();
            if (meant.isEmpty()) {
                throw new IncompatibleException("%s: \"%s\" matches none of %d parameters; %s"
                        .formatted(where, glob, weights.size(), near(glob, weights)));
            }
            chosen.addAll(meant);
        }
        return weights.stream().filter(chosen::contains).toList();
    }

    private static Pattern pattern(String glob) {
        String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile("(.*[./])?" + regex, Pattern.DOTALL);
    }

    private static Stream<String> names(Value weight) {
        return Stream.concat(
                Stream.of(weight.name()),
                weight.uses().stream().map(use -> use.node().name()));
    }

    private static String near(String glob, List<Value> weights) {
        List<String> names = weights.stream().map(Value::name).toList();
        String plain = glob.replace("*", "").replace("?", "");
        List<String> near = new ArrayList<>();
        Nearest.to(plain, names).ifPresent(near::add);
        Stream.of(plain.split("[./*?]"))
                .filter(part -> part.length() > 2)
                .flatMap(part -> names.stream().filter(name -> name.contains(part)))
                .forEach(near::add);
        near.addAll(names);
        List<String> listed = near.stream().distinct().limit(LISTED).toList();
        return "there are such as " + String.join(", ", listed);
    }
}
