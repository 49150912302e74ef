// The library's public surface, and nothing else.
export type { Actor, Role } from "./auth/actor.ts";
export type { Clock } from "./base/clock.ts";
export { AppError, type ProblemCode } from "./base/errors.ts";
export { optionsFromEnvironment, type ServerOptions, type SwitchhookOptions } from "./options.ts";
export { createSwitchhook, type Switchhook } from "./switchhook.ts";
