package io.sinter.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sinter cache}. */
@Command(
        name = "cache",
        mixinStandardHelpOptions = true,
        description = "Shows and removes what Sinter keeps between runs: downloaded models, unpacked libraries.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter cache list --json",
            "  sinter cache clean hub --older-than 30d --dry-run",
            "  sinter cache clean hf:BAAI/bge-small-en-v1.5"
        },
        subcommands = {CacheListCommand.class, CacheCleanCommand.class})
final class CacheCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
