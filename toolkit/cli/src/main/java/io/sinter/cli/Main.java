package io.sinter.cli;

import io.sinter.error.SinterException;
import io.sinter.onnx.io.Links;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code sinter} command. */
@Command(
        name = "sinter",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Merges embedding models into one .onnx, and says in numbers what the merge did.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        footerHeading = "%nStart here:%n",
        footer = {
            "  sinter demo                          merge two real models several ways, and measure",
            "  sinter inspect MODEL                 what is in a model",
            "  sinter merge RECIPE -o DIR --dry-run what a merge would do",
            "  sinter help COMMAND                  more on one command"
        },
        subcommands = {
            DemoCommand.class,
            InspectCommand.class,
            MergeCommand.class,
            TrainCommand.class,
            EvolveCommand.class,
            OptimizeCommand.class,
            ExportCommand.class,
            EmbedCommand.class,
            FillMaskCommand.class,
            ClassifyCommand.class,
            ProbeCommand.class,
            EvalCommand.class,
            RunCommand.class,
            TokensCommand.class,
            VerifyCommand.class,
            CacheCommand.class,
            HelpCommand.class,
            GenerateCompletion.class
        })
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--follow-links",
            scope = ScopeType.INHERIT,
            description =
                    "Read a model's external data through links out of its folder and hard links, too: for models that you trust. So does SINTER_FOLLOW_LINKS=true.")
    void followLinks(boolean follow) {
        System.setProperty(Links.PROPERTY, Boolean.toString(follow));
    }

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Interruption.handle();
        System.exit(run(arguments));
    }

    /** Runs a command line; the result is its exit code. */
    static int run(String... arguments) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((error, command, parsed) -> report(error, command.getErr()));
        commandLine.setParameterExceptionHandler(Main::explain);
        try {
            return commandLine.execute(arguments);
        } catch (InternalError | OutOfMemoryError e) {
            return report(e, commandLine.getErr());
        }
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(" " + code.code(), code.meaning());
        }
        return codes;
    }

    private static int report(Exception error, PrintWriter err) {
        if (error instanceof SinterException known) {
            err.println("sinter: " + known.getMessage());
            return ExitCode.of(known).code();
        }
        err.println("sinter: a defect in Sinter itself; please report it with what follows");
        error.printStackTrace(err);
        return ExitCode.INTERNAL.code();
    }

    /** What ends a command, although nothing in Sinter is wrong. */
    private static int report(VirtualMachineError error, PrintWriter err) {
        if (error instanceof OutOfMemoryError) {
            err.printf(
                    "sinter: not enough memory: %s; give Java more, as in SINTER_JAVA_OPTS=-Xmx8g, or use smaller models%n",
                    error.getMessage());
            return ExitCode.DEVICE.code();
        }
        if (String.valueOf(error.getMessage()).contains("unsafe memory access")) {
            err.println("sinter: a file that was being read was cut short meanwhile, or its disk failed; nothing was"
                    + " written: look after the file, and run the command again");
            return ExitCode.MALFORMED.code();
        }
        throw error;
    }

    private static int explain(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("sinter: " + error.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(error, err);
        err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.code();
    }
}
