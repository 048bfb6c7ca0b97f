package io.sinter.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How a command prints its result: for people, or as one JSON value with {@code --json}. */
final class Printer {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON value, for machines.")
    private boolean json;

    /** Prints a result; progress and notes go to standard error, so that this stands alone. */
    void print(Object result, Consumer<PrintWriter> forPeople) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(mapper().writeValueAsString(result));
        } else {
            forPeople.accept(out);
        }
        out.flush();
    }

    /** Made when it is needed: it takes longer than all else that a start does. */
    private static JsonMapper mapper() {
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    }

    /** Where results go that are printed as they come. */
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Where notes go that are not the result. */
    PrintWriter notes() {
        return spec.commandLine().getErr();
    }

    /** Whether the result is for machines. */
    boolean isJson() {
        return json;
    }
}
