package io.sinter.checkpoint;

/** Seeds of single tensors. */
final class Seeds {

    private Seeds() {}

    /** The seed of a recipe mixed with a tensor's name: FNV-1a of its letters, then SplitMix64's last step. */
    static long of(long seed, String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        long mixed = hash + seed * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
