// Calls that come while one is under way wait, and go out together when it has ended: the busier it is, the larger the
// groups, and nobody ever waits for a timer.

export interface Grouping<Input, Output> {
  /** All or nothing; what it returns is in the order of the inputs. */
  readonly perform: (inputs: readonly Input[]) => Promise<readonly Output[]>;
  readonly maxSize: number;
  /** Whether one of a group that failed may be to blame: each goes once more then, alone, and only that one fails. */
  readonly isAboutOne: (error: unknown) => boolean;
}

interface Waiting<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/** One group is under way at a time. */
export function combined<Input, Output>(
  grouping: Grouping<Input, Output>,
): (input: Input) => Promise<Output> {
  const waiting: Waiting<Input, Output>[] = [];
  let isUnderWay = false;

  async function performAll(): Promise<void> {
    isUnderWay = true;
    while (waiting.length > 0) await settle(grouping, waiting.splice(0, grouping.maxSize));
    isUnderWay = false;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!isUnderWay) void performAll();
    });
}

/** Never rejects. */
async function settle<Input, Output>(
  grouping: Grouping<Input, Output>,
  group: readonly Waiting<Input, Output>[],
): Promise<void> {
  try {
    const outputs = await grouping.perform(group.map(({ input }) => input));
    if (outputs.length !== group.length)
      throw new Error(`${outputs.length} outputs for ${group.length} inputs`);
    for (const [index, output] of outputs.entries()) group[index]?.resolve(output);
  } catch (error) {
    if (group.length > 1 && grouping.isAboutOne(error)) {
      for (const one of group) await settle(grouping, [one]);
      return;
    }
    for (const { reject } of group) reject(error);
  }
}
