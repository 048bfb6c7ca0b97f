package io.sinter.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that works on a cache: {@code ROOT fill|use MILLISECONDS}. */
final class CacheProcess {

    private CacheProcess() {}

    public static void main(String[] arguments) throws IOException {
        CacheDirectory cache = new CacheDirectory(Path.of(arguments[0]));
        long millis = Long.parseLong(arguments[2]);
        if (arguments[1].equals("use")) {
            cache.use("native/a");
            Files.writeString(Path.of(arguments[0], "using"), "");
            pause(millis);
            return;
        }
        cache.folder("native/a", folder -> Files.exists(folder.resolve("file")), folder -> {
            Files.writeString(folder.resolve("half"), "x");
            Files.writeString(
                    Path.of(arguments[0], "fillings"),
                    ProcessHandle.current().pid() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            pause(millis);
            Files.writeString(folder.resolve("file"), "whole");
        });
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Starts one. */
    static Process start(Path root, String what, long millis) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CacheProcess.class.getName(),
                        root.toString(),
                        what,
                        Long.toString(millis))
                .inheritIO()
                .start();
    }
}
