package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocsTest {

    /** A block of shell commands, with the comment before it if that says why it is not run. */
    private static final Pattern BLOCK =
            Pattern.compile("(<!-- not run: [^\\n]+ -->\\n)?^```sh\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

    private static final int LINES = 30;

    @TempDir
    Path folder;

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(SinterProcess.HOME.resolve("docs"))) {
            return Stream.concat(
                    Stream.of(SinterProcess.HOME.resolve("README.md")),
                    docs.filter(p -> p.toString().endsWith(".md")).sorted())
                    .toList()
                    .stream();
        }
    }

    static Stream<Path> pagesWithCommands() throws IOException {
        return pages().filter(page -> !commands(page).isEmpty());
    }

    /** The commands of a page that are run, a shell script. */
    private static String commands(Path page) {
        Matcher blocks = BLOCK.matcher(text(page));
        return blocks.results()
                .filter(block -> block.group(1) == null)
                .map(block -> block.group(2))
                .collect(Collectors.joining());
    }

    private static String text(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What a page's commands find: the samples, with few lines of the data. */
    private void workingCopy() throws IOException {
        Path samples = SinterProcess.HOME.resolve("samples");
        Path data = Files.createDirectories(folder.resolve("samples/data"));
        for (String name : List.of(
                "recipes", "models", "pictures", "data/tokens.safetensors", "data/masked-fiction.safetensors")) {
            Files.createSymbolicLink(folder.resolve("samples").resolve(name), samples.resolve(name));
        }
        for (String name : List.of("stsb-test.tsv", "fiction.txt", "reference.txt")) {
            try (Stream<String> lines = Files.lines(samples.resolve("data").resolve(name))) {
                Files.write(data.resolve(name), lines.limit(LINES).toList());
            }
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("pagesWithCommands")
    void commandsOfAPage_succeed(Path page) throws IOException {
        workingCopy();
        String quoted = SinterProcess.command().stream().map(w -> "'" + w + "'").collect(Collectors.joining(" "));
        Path stub = Files.writeString(folder.resolve("sinter"), "#!/bin/sh\nexec %s \"$@\"\n".formatted(quoted));
        Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path script = Files.writeString(folder.resolve("commands.sh"), "set -eux\n" + commands(page));

        SinterProcess.start(folder, List.of("bash", script.toString())).await().exits(ExitCode.OK);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksOfAPage_leadSomewhere(Path page) {
        LINK.matcher(text(page))
                .results()
                .map(link -> link.group(1))
                .forEach(link -> assertThat(page.resolveSibling(link))
                        .as(page + ": " + link)
                        .exists());
    }

    @Test
    void exitCodes_areThoseOfTheCode() {
        String page = text(SinterProcess.HOME.resolve("docs/errors.md"));

        for (ExitCode code : ExitCode.values()) {
            assertThat(page).contains("| %d | %s |\n".formatted(code.code(), code.meaning()));
        }
    }
}
