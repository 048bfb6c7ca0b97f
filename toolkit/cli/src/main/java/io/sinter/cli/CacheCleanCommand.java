package io.sinter.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.cache.CacheContents;
import io.sinter.cache.CacheDirectory;
import io.sinter.cache.CacheEntry;
import io.sinter.cache.CacheEntry.Kind;
import io.sinter.error.MissingException;
import io.sinter.error.OutputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinter cache clean}. */
@Command(
        name = "clean",
        mixinStandardHelpOptions = true,
        description = {
            "Removes entries of the cache, never one that a running process uses.",
            "",
            "Everything can be made again: sinter cache list says how."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter cache clean --older-than 30d --dry-run",
            "  sinter cache clean hf:BAAI/bge-small-en-v1.5",
            "  sinter cache clean hub native",
            "  sinter cache clean --unfinished"
        })
final class CacheCleanCommand implements Callable<Integer> {

    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([mhdw])");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME or KIND",
            description =
                    "Entries as sinter cache list names them, or kinds: native, tokenizers, demo, hub, unfinished.")
    private List<String> wanted = List.of();

    @Option(names = "--all", description = "Remove everything, the demo's models included.")
    private boolean all;

    @Option(names = "--unfinished", description = "Remove what processes began and did not end.")
    private boolean unfinished;

    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            description = "Only what was not used for so long: 30d, 12h, 4w; alone, of all kinds.")
    private @Nullable String olderThan;

    @Option(names = "--dry-run", description = "Say what would be removed.")
    private boolean dryRun;

    @Mixin
    private Printer printer = new Printer();

    /** What was, or would be, removed, and what was not because it is in use. */
    record Cleaned(
            @JsonProperty("dry_run") boolean dryRun, List<CacheLine> removed, List<CacheLine> kept, long bytes) {}

    @Override
    public Integer call() {
        CacheDirectory cache = CacheDirectory.standard();
        List<CacheEntry> removed = new ArrayList<>();
        List<CacheEntry> kept = new ArrayList<>();
        for (CacheEntry entry : chosen(CacheListCommand.entries(cache))) {
            boolean isRemoved = dryRun ? !entry.inUse() : remove(new CacheContents(cache), entry);
            (isRemoved ? removed : kept).add(entry);
        }
        Cleaned cleaned = new Cleaned(
                dryRun,
                removed.stream().map(CacheLine::of).toList(),
                kept.stream().map(CacheLine::of).toList(),
                removed.stream().mapToLong(CacheEntry::bytes).sum());
        printer.print(cleaned, out -> print(cleaned, out));
        return ExitCode.OK.code();
    }

    private static boolean remove(CacheContents contents, CacheEntry entry) {
        try {
            return contents.remove(entry);
        } catch (IOException e) {
            throw new OutputException("%s: cannot be removed: %s".formatted(entry.path(), e.getMessage()), e);
        }
    }

    private List<CacheEntry> chosen(List<CacheEntry> entries) {
        Set<String> names = new LinkedHashSet<>(wanted);
        if (unfinished) {
            names.add(Kind.UNFINISHED.name().toLowerCase(Locale.ROOT));
        }
        if (names.isEmpty() && !all && olderThan == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say what to remove: names, kinds (native, tokenizers, demo, hub, unfinished), --older-than, --unfinished or --all");
        }
        Instant latest = olderThan == null ? Instant.MAX : Instant.now().minus(age(olderThan));
        List<CacheEntry> named = names.isEmpty() || all ? entries : named(entries, names);
        return named.stream().filter(e -> e.lastUsed().isBefore(latest)).toList();
    }

    private static List<CacheEntry> named(List<CacheEntry> entries, Set<String> names) {
        Set<CacheEntry> chosen = new LinkedHashSet<>();
        Set<String> kinds = Set.of(Kind.values()).stream()
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        for (String name : names) {
            List<CacheEntry> found = entries.stream()
                    .filter(e -> CacheLine.kind(e).equals(name) || e.isCalled(name))
                    .toList();
            if (found.isEmpty() && !kinds.contains(name)) {
                throw new MissingException("%s: not in the cache; there are %s"
                        .formatted(name, entries.stream().map(CacheEntry::name).collect(Collectors.joining(", "))));
            }
            chosen.addAll(found);
        }
        return List.copyOf(chosen);
    }

    private Duration age(String text) {
        Matcher matcher = AGE.matcher(text);
        if (!matcher.matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--older-than: got %s, expected a number with m, h, d or w, such as 30d".formatted(text));
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofDays(7 * number);
        };
    }

    private static void print(Cleaned cleaned, PrintWriter out) {
        for (CacheLine line : cleaned.removed) {
            out.printf(
                    "%s %10s  %s%n",
                    cleaned.dryRun ? "would remove" : "removed", Sizes.format(line.bytes()), line.name());
        }
        for (CacheLine line : cleaned.kept) {
            out.printf(
                    "kept    %10s  %s: a process uses it, or nobody can tell%n",
                    Sizes.format(line.bytes()), line.name());
        }
        cleaned.removed.stream()
                .map(line -> line.kind() + ": " + line.madeAgain())
                .distinct()
                .forEach(out::println);
        out.printf("%s %s%n", Sizes.format(cleaned.bytes), cleaned.dryRun ? "would be free" : "are free");
    }
}
