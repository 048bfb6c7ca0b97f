package io.sinter.cli;

import io.sinter.cache.CacheContents;
import io.sinter.cache.CacheDirectory;
import io.sinter.cache.CacheEntry;
import io.sinter.error.MissingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sinter cache list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists what is in the cache: size, last use, and what makes it again.")
final class CacheListCommand implements Callable<Integer> {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        CacheDirectory cache = CacheDirectory.standard();
        List<CacheEntry> entries = entries(cache);
        printer.print(entries.stream().map(CacheLine::of).toList(), out -> print(cache, entries, out));
        return ExitCode.OK.code();
    }

    /** Everything in a cache; of one that is not there, nothing. */
    static List<CacheEntry> entries(CacheDirectory cache) {
        try {
            return new CacheContents(cache).list();
        } catch (IOException e) {
            throw new MissingException("%s: the cache cannot be read: %s".formatted(cache.root(), e.getMessage()), e);
        }
    }

    private static void print(CacheDirectory cache, List<CacheEntry> entries, PrintWriter out) {
        out.println("cache " + cache.root());
        Set<CacheEntry.Kind> kinds = new LinkedHashSet<>();
        for (CacheEntry entry : entries) {
            if (kinds.add(entry.kind())) {
                out.printf("%s: %s%n", CacheLine.kind(entry), entry.kind().madeAgain());
            }
            out.printf(
                    "  %10s  %s  %s%s%n",
                    Sizes.format(entry.bytes()),
                    TIME.format(LocalDateTime.ofInstant(entry.lastUsed(), ZoneId.systemDefault())),
                    entry.name(),
                    entry.inUse() ? "  (in use)" : "");
        }
        out.printf(
                "  %10s  in all%n",
                Sizes.format(entries.stream().mapToLong(CacheEntry::bytes).sum()));
    }
}
