import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Short files that take long: a worker that begins one of them last leaves the other with nothing to do. */
const LONGEST = /\/test\/(crash|simulation)\//;

/** Vitest's own order, in which a file that has not been timed yet is as long as its text, but for those that take longest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not an array's
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

function isLong({ moduleId }: TestSpecification): boolean {
  return LONGEST.test(moduleId);
}
