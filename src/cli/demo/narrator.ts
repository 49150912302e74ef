import { isDeepStrictEqual, styleText } from "node:util";

/** Tells the story on standard output, and stops it where something is not as it should be. */
export interface Narrator {
  heading(text: string): void;
  line(text: string): void;
  /** A field and how it changed. */
  field(name: string, before: string, after: string): void;
  /** States what must hold. @throws DemoFailure when it does not */
  check(statement: string, actual: unknown, expected: unknown): void;
}

/** A step did not do what it says. */
class DemoFailure extends Error {
  override readonly name = "DemoFailure";
}

export function createNarrator(print: (line: string) => void): Narrator {
  let step = 0;
  return {
    heading(text) {
      step++;
      print(`\n${styleText("bold", `${step}. ${text}`)}`);
    },
    line: (text) => print(`   ${text}`),
    field: (name, before, after) =>
      print(
        `   ${name.padEnd(22)} ${styleText("dim", before === "" ? "(unset)" : before)} → ${after === "" ? "(unset)" : after}`,
      ),
    check(statement, actual, expected) {
      if (!isDeepStrictEqual(actual, expected)) {
        throw new DemoFailure(
          `Not so: ${statement}. Expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`,
        );
      }
      print(`   ${styleText("green", "✓")} ${statement}`);
    },
  };
}
