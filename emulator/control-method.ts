import type { z } from "zod";
import type { Control } from "./types.ts";

/** A control method with its arguments already checked. */
export type ControlCall = (control: Control) => unknown;

/** By method name: turns the arguments, as JSON gives them, into the call. Throws on bad arguments. */
export type ControlMethods = { readonly [Name in keyof Control]: (input: unknown) => ControlCall };

/** Binds a method's argument tuple to the call that it stands for. */
export function method<T extends z.ZodType>(args: T, run: (control: Control, args: z.output<T>) => unknown) {
  return (input: unknown): ControlCall => {
    const parsed = args.parse(input);
    return (control) => run(control, parsed);
  };
}
