package io.sinter.fuzz;

import io.sinter.error.SinterException;
import io.sinter.recipe.RecipeReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jacoco.agent.AgentJar;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.IClassCoverage;
import org.jacoco.core.tools.ExecFileLoader;

/**
 * How much of a reader its inputs reach.
 *
 * @param lines share of the reader's lines, 0 to 1
 * @param branches share of its branches
 */
record Coverage(double lines, double branches) {

    /** Measures a corpus, in a process of its own. */
    static Coverage of(FuzzTarget target, Path folder, Path corpus) throws IOException, InterruptedException {
        File agent = AgentJar.extractToTempLocation();
        Path data = folder.resolve("jacoco.exec");
        Files.deleteIfExists(data);
        int status = TargetProcess.run(
                folder.resolve("replay.log"),
                List.of("-javaagent:%s=includes=io.sinter.*,destfile=%s".formatted(agent, data)),
                Replay.class.getName(),
                List.of(target.name(), target.corpus().toString(), corpus.toString()));
        if (status != 0) {
            throw new AssertionError(Files.readString(folder.resolve("replay.log")));
        }
        ExecFileLoader loader = new ExecFileLoader();
        loader.load(data.toFile());
        CoverageBuilder builder = new CoverageBuilder();
        Analyzer analyzer = new Analyzer(loader.getExecutionDataStore(), builder);
        for (Class<?> type : List.of(SinterException.class, RecipeReader.class)) {
            analyzer.analyzeAll(new File(
                    type.getProtectionDomain().getCodeSource().getLocation().getPath()));
        }
        List<IClassCoverage> classes = builder.getClasses().stream()
                .filter(type -> target.isReader(type.getName()))
                .toList();
        return new Coverage(
                share(
                        classes.stream()
                                .mapToInt(c -> c.getLineCounter().getCoveredCount())
                                .sum(),
                        classes.stream()
                                .mapToInt(c -> c.getLineCounter().getTotalCount())
                                .sum()),
                share(
                        classes.stream()
                                .mapToInt(c -> c.getBranchCounter().getCoveredCount())
                                .sum(),
                        classes.stream()
                                .mapToInt(c -> c.getBranchCounter().getTotalCount())
                                .sum()));
    }

    private static double share(int covered, int all) {
        return covered / (double) Math.max(1, all);
    }

    /** Gives a target every file below some folders. */
    static final class Replay {

        private Replay() {}

        /** {@code Replay TARGET FOLDER...} */
        public static void main(String[] arguments) throws IOException {
            FuzzTarget target = FuzzTarget.valueOf(arguments[0]);
            for (String folder : List.of(arguments).subList(1, arguments.length)) {
                try (var files = Files.walk(Path.of(folder))) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        target.execute(Files.readAllBytes(file));
                    }
                }
            }
        }
    }
}
