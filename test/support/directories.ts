import { mkdtemp, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
/** Many times what a run takes. A container has 64 MB there by default, which is not enough for two databases. */
const ENOUGH_BYTES = 2 * 1024 ** 3;

/** A new directory for a database: in memory where there is room, as writing a thousand small files takes its time. */
export async function makeDirectory(name: string): Promise<string> {
  const parent = (await hasRoom(MEMORY)) ? MEMORY : tmpdir();
  return mkdtemp(join(parent, `switchhook-${name}-`));
}

async function hasRoom(directory: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
