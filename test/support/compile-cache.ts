import { tmpdir } from "node:os";
import { join } from "node:path";

/** For the environment of a process that a test starts: what one of them has compiled, the next need not. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), "switchhook-test-compiled") };
